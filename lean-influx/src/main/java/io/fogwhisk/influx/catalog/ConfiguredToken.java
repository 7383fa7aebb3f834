package io.fogwhisk.influx.catalog;

import java.util.Objects;

/**
 * A token that is there whenever the server runs, and reads and writes one bucket.
 *
 * @param name not blank; tells configured tokens apart
 * @param token a secret, not blank
 * @param bucket the name of a configured bucket
 */
public record ConfiguredToken(String name, String token, String bucket) {

    /** Checks all three. */
    public ConfiguredToken {
        Objects.requireNonNull(bucket, "bucket is null");
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of a configured token must not be blank");
        }
        if (token.isBlank()) {
            throw new IllegalArgumentException("the configured token " + name + " must not be blank");
        }
    }

    /** Hides the token. */
    @Override
    public String toString() {
        return "ConfiguredToken[name=" + name + ", bucket=" + bucket + "]";
    }
}
