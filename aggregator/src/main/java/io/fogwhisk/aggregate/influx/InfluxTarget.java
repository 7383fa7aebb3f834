package io.fogwhisk.aggregate.influx;

import io.fogwhisk.aggregate.AggregateException;
import java.util.Objects;

/**
 * Where points go, and with which right. Its text form does not hold the token.
 *
 * @param namespace whose points go there, such as {@code guest}, empty if that is not known: those of one do not wait for
 *     those of another, nor go with its token
 * @param name of the database wherever it may be, such as {@code guest/central}: what waits for it is delivered to
 *     the address that it has then; empty for a database that is known by its address alone
 * @param bucket the bucket
 * @param token of the InfluxDB API; printable ASCII, empty for a server that asks for none
 */
public record InfluxTarget(String namespace, String name, InfluxBucket bucket, String token) {

    /** The longest name. */
    private static final int MAX_NAME = 512;

    /** Checks the name, and the token's characters: it travels in an HTTP header. */
    public InfluxTarget {
        Objects.requireNonNull(namespace, "namespace is null");
        Objects.requireNonNull(bucket, "bucket is null");
        if (name.length() > MAX_NAME || name.chars().anyMatch(c -> c < ' ')) {
            throw new AggregateException(
                    "the name of a database must have at most " + MAX_NAME + " characters and no control characters");
        }
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) <= ' ' || token.charAt(i) > '~') {
                throw new AggregateException("the token for " + bucket
                        + " must consist of printable ASCII characters without spaces, character " + (i + 1)
                        + " is not");
            }
        }
    }

    /** A database of the namespace that its name begins with; of none if there is no slash. */
    public InfluxTarget(String name, InfluxBucket bucket, String token) {
        this(name.substring(0, Math.max(0, name.indexOf('/'))), name, bucket, token);
    }

    /** A database that is known by its address, of no namespace. */
    public InfluxTarget(InfluxBucket bucket, String token) {
        this("", bucket, token);
    }

    /** The same, known by its address. */
    public InfluxTarget unnamed() {
        return new InfluxTarget(namespace, "", bucket, token);
    }

    /** The same with another token. */
    public InfluxTarget withToken(String latest) {
        return new InfluxTarget(namespace, name, bucket, latest);
    }

    /** What the points that wait for it are kept under. */
    public String key() {
        if (name.isEmpty()) {
            return namespace.isEmpty() ? bucket.toString() : bucket + " for namespace " + namespace;
        }
        return "name " + name;
    }

    @Override
    public String toString() {
        return bucket.toString();
    }
}
