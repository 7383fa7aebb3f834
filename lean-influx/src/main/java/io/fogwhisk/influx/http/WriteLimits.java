package io.fogwhisk.influx.http;

import java.time.Duration;

/**
 * How much writing may be under way.
 *
 * @param body bytes of one body, unpacked
 * @param requests at once
 * @param bytes of all bodies together, at least as many as of one
 * @param bodyTime in which a body must come
 */
public record WriteLimits(int body, int requests, long bytes, Duration bodyTime) {

    /** What a server has that nobody told otherwise. */
    public static final WriteLimits DEFAULT = new WriteLimits(50 << 20, 512, 96L << 20, Duration.ofSeconds(60));

    /** Checks every number. */
    public WriteLimits {
        if (body < 1 || requests < 1 || bytes < body || bodyTime.isNegative() || bodyTime.isZero()) {
            throw new IllegalArgumentException("a limit of writes is too small, was " + body + " bytes per body, "
                    + requests + " requests, " + bytes + " bytes, " + bodyTime);
        }
    }
}
