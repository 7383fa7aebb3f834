package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.FieldType;
import java.util.Objects;

/**
 * A field of a measurement, as the dictionary knows it.
 *
 * @param id its number in the database file
 * @param name its name
 * @param type the only type it can have
 */
public record StoredField(long id, String name, FieldType type) {

    /** Checks for null. */
    public StoredField {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(type, "type is null");
    }
}
