package io.fogwhisk.aggregate.influx;

import io.fogwhisk.aggregate.AggregateException;
import java.util.Objects;

/**
 * Where points go, and with which right. Its text form does not hold the token.
 *
 * @param bucket the bucket
 * @param token of the InfluxDB API; printable ASCII, empty for a server that asks for none
 */
public record InfluxTarget(InfluxBucket bucket, String token) {

    /** Checks the token's characters: it travels in an HTTP header. */
    public InfluxTarget {
        Objects.requireNonNull(bucket, "bucket is null");
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) <= ' ' || token.charAt(i) > '~') {
                throw new AggregateException("the token for " + bucket
                        + " must consist of printable ASCII characters without spaces, character " + (i + 1)
                        + " is not");
            }
        }
    }

    @Override
    public String toString() {
        return bucket.toString();
    }
}
