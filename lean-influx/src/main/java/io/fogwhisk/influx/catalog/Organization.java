package io.fogwhisk.influx.catalog;

import java.time.Instant;
import java.util.Objects;

/**
 * The organisation that owns all buckets and tokens.
 *
 * @param id 16 hex digits
 * @param name not blank
 * @param description any text
 * @param createdAt when it was made
 * @param updatedAt when it last changed
 */
public record Organization(String id, String name, String description, Instant createdAt, Instant updatedAt) {

    /** Checks every value. */
    public Organization {
        Ids.check(id);
        Objects.requireNonNull(description, "description is null");
        Objects.requireNonNull(createdAt, "createdAt is null");
        Objects.requireNonNull(updatedAt, "updatedAt is null");
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of an organisation must not be blank");
        }
    }
}
