package io.fogwhisk.influx.line;

/**
 * A tag of a series.
 *
 * @param key not empty
 * @param value not empty
 */
public record Tag(String key, String value) {

    /** Checks that both hold something. */
    public Tag {
        if (key.isEmpty() || value.isEmpty()) {
            throw new IllegalArgumentException("key and value of a tag must not be empty: " + key + "=" + value);
        }
    }
}
