package io.fogwhisk.edge.sim;

/**
 * Durations, counted in buckets that are less than 1 % wide; the mean is exact. Takes 64 KB whatever it counts. Not
 * thread-safe.
 */
final class LatencyHistogram {

    private static final int SUB_BITS = 7;
    private static final int SUB = 1 << SUB_BITS;

    private final long[] counts = new long[(Long.SIZE - SUB_BITS) * SUB];
    private long count;
    private double sum;

    /** Counts a duration of at least 0 nanoseconds. */
    void add(long nanos) {
        counts[bucket(nanos)]++;
        count++;
        sum += nanos;
    }

    /** How many durations there are. */
    long count() {
        return count;
    }

    /** In seconds; 0 if there is none. */
    double mean() {
        return count == 0 ? 0 : Agenda.seconds(1) * sum / count;
    }

    /**
     * In seconds, the middle of a bucket; 0 if there is none.
     *
     * @param share above 0 to 1, 0.5 for the median
     */
    double quantile(double share) {
        long rank = (long) Math.ceil(share * count);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank && counts[i] > 0) {
                return Agenda.seconds(1) * (lower(i) + (lower(i + 1) - lower(i) - 1) / 2);
            }
        }
        return 0;
    }

    private static int bucket(long nanos) {
        if (nanos < SUB) {
            return (int) Math.max(0, nanos);
        }
        int shift = Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(nanos);
        return (shift << SUB_BITS) + (int) (nanos >> shift);
    }

    private static double lower(int bucket) {
        if (bucket < 2 * SUB) {
            return bucket;
        }
        int shift = (bucket >> SUB_BITS) - 1;
        return (double) (bucket - (shift << SUB_BITS)) * (1L << shift);
    }
}
