package io.fogwhisk.edge.client;

/**
 * When a client that waits for each answer sends its requests. Knows no clock: times are seconds since the client's
 * start. The same seed gives the same times. Not thread-safe.
 */
public sealed interface Arrivals permits ThinkTimes, OnOffPeriods, Bursts {

    /**
     * When the next request is due.
     *
     * @param now when the former one was answered, 0 for the first
     * @return a time; one that is not after {@code now} means at once
     */
    double next(double now);

    /**
     * How many requests there would be if every answer came at once.
     *
     * @param arrivals used up by the count
     * @param seconds from the start, more than 0
     */
    static long count(Arrivals arrivals, double seconds) {
        long count = 0;
        for (double at = arrivals.next(0); at < seconds; at = arrivals.next(at)) {
            count++;
        }
        return count;
    }
}
