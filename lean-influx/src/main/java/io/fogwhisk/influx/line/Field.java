package io.fogwhisk.influx.line;

import java.util.Objects;

/**
 * A field of a point.
 *
 * @param name not empty
 * @param value its value
 */
public record Field(String name, FieldValue value) {

    /** Checks both. */
    public Field {
        Objects.requireNonNull(value, "value is null");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the name of a field must not be empty");
        }
    }
}
