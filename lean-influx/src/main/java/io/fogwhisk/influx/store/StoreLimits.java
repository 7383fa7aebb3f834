package io.fogwhisk.influx.store;

/**
 * What a {@link PointStore} may take.
 *
 * @param series how many series a bucket may have; points of further ones are refused
 * @param fields how many fields a series may have; points with further ones are refused
 * @param memoryPoints how many values gather in memory before they are packed into blocks; up to three times as many
 *     are in memory while that goes on
 * @param memoryBytes the same as an estimate of bytes, which long texts reach first
 * @param waitingPoints how many values may wait for the next commit; more are refused until it is done
 */
public record StoreLimits(int series, int fields, int memoryPoints, long memoryBytes, int waitingPoints) {

    /** 100,000 series per bucket, 10,000 fields per series, and some 10 MB of memory (more with very many series). */
    public static final StoreLimits DEFAULT = new StoreLimits(100_000, 10_000, 200_000, 32L << 20, 200_000);

    /** Checks that each is positive. */
    public StoreLimits {
        if (series < 1 || fields < 1 || memoryPoints < 1 || memoryBytes < 1 || waitingPoints < 1) {
            throw new IllegalArgumentException(
                    "each limit must be positive, was series " + series + ", fields " + fields + ", memoryPoints "
                            + memoryPoints + ", memoryBytes " + memoryBytes + ", waitingPoints " + waitingPoints);
        }
    }
}
