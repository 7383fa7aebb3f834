package io.fogwhisk.influx.http;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;

/**
 * How fast a client takes an answer: one that lets it drip holds a thread that others need. It may keep the server
 * waiting for {@value #GRACE_SECONDS} seconds, and then as long as {@value #BYTES_PER_SECOND} bytes a second take. Not
 * thread-safe.
 */
final class AnswerPace {

    static final long GRACE_SECONDS = 30;
    static final long BYTES_PER_SECOND = 16_384;

    private static final double NANOS = 1e9;

    private long bytes;
    private long nanos;
    private boolean over;

    /**
     * Notes that some more bytes were taken.
     *
     * @param waited nanoseconds until they were
     */
    void taken(int more, long waited) {
        bytes += more;
        nanos += waited;
    }

    /**
     * Ends an answer that was taken too slowly; only once, so that what ends it can still be written.
     *
     * @throws InfluxException if it was
     */
    void check() {
        double seconds = nanos / NANOS;
        if (!over && seconds > GRACE_SECONDS + (double) bytes / BYTES_PER_SECOND) {
            over = true;
            throw new InfluxException(
                    ErrorCode.UNAVAILABLE,
                    "the answer was taken too slowly: " + bytes + " bytes in " + Math.round(seconds) + " s");
        }
    }
}
