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
    S("s", 1_000_000_000L),
    /** Minutes; in the 1.x API only. */
    M("m", 60_000_000_000L),
    /** Hours; in the 1.x API only. */
    H("h", 3_600_000_000_000L);

    private final String text;
    private final long nanos;

    Precision(String text, long nanos) {
        this.text = text;
        this.nanos = nanos;
    }

    /** The precision of a request parameter of the 2.x API, or empty if there is none of that name. */
    public static Optional<Precision> of(String text) {
        return switch (text) {
            case "ns" -> Optional.of(NS);
            case "us" -> Optional.of(US);
            case "ms" -> Optional.of(MS);
            case "s" -> Optional.of(S);
            default -> Optional.empty();
        };
    }

    /** The precision of a request parameter of the 1.x API, or empty if there is none of that name. */
    public static Optional<Precision> ofVersion1(String text) {
        return switch (text) {
            case "n" -> Optional.of(NS);
            case "u" -> Optional.of(US);
            case "m" -> Optional.of(M);
            case "h" -> Optional.of(H);
            default -> of(text);
        };
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
