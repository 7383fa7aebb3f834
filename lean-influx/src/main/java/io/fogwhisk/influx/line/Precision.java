package io.fogwhisk.influx.line;

import java.util.Optional;

/** The unit of the timestamps of a write request. */
public enum Precision {
    /** Nanoseconds. */
    NS("ns", 1L),
    /** Microseconds. */
    US("us", 1_000L),
    /** Milliseconds. */
    MS("ms", 1_000_000L),
    /** Seconds. */
    S("s", 1_000_000_000L);

    private final String text;
    private final long nanos;

    Precision(String text, long nanos) {
        this.text = text;
        this.nanos = nanos;
    }

    /** The precision of a request parameter, or empty if there is none of that name. */
    public static Optional<Precision> of(String text) {
        for (Precision precision : values()) {
            if (precision.text.equals(text)) {
                return Optional.of(precision);
            }
        }
        return Optional.empty();
    }

    /** How it is written in a request. */
    public String text() {
        return text;
    }

    /** Nanoseconds per unit. */
    public long nanos() {
        return nanos;
    }
}
