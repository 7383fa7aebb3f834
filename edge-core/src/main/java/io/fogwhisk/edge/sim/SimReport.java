package io.fogwhisk.edge.sim;

/**
 * What a run showed. Delays are in seconds, from a client's request to its answer; rates are per second of virtual time
 * in the span that counts. Everything but {@code realSeconds} is the same for the same {@link SimConfig}.
 *
 * @param calls that clients made in the span that counts
 * @param answered of them, how many ran and were answered
 * @param refused of them, how many were not run
 * @param lost of them, how many were in a computer when it vanished, and not run again
 * @param delay of those answered
 * @param meanHops computers and routers that an answered call passed, in the mean
 * @param utilisation share of time in which cores were busy
 * @param control what the control plane cost
 * @param events that happened
 * @param virtualSeconds how long it ran, warming up and the last answers included
 * @param realSeconds how long that took
 */
public record SimReport(
        long calls,
        long answered,
        long refused,
        long lost,
        Delay delay,
        double meanHops,
        Utilisation utilisation,
        Control control,
        long events,
        double virtualSeconds,
        double realSeconds) {

    /** The share of calls that brought no result, 0 to 1. */
    public double refusedShare() {
        return calls == 0 ? 0 : (double) (refused + lost) / calls;
    }

    /**
     * Seconds; the quantiles to 1 %.
     *
     * @param mean exact
     * @param p50 median
     * @param p95 exceeded by one in 20
     * @param p99 exceeded by one in 100
     */
    public record Delay(double mean, double p50, double p95, double p99) {}

    /**
     * Over the computers, each 0 to 1.
     *
     * @param mean of all
     * @param deviation the standard deviation between computers
     * @param most of the busiest
     */
    public record Utilisation(double mean, double deviation, double most) {}

    /**
     * Messages are announcements and commands; bytes are those of the messages and of the answers to them, each with the
     * five bytes that gRPC puts before it.
     *
     * @param messagesPerSecond that the controller receives and sends
     * @param bytesPerSecond of them
     * @param announcementsPerSecond of the messages, how many were announcements
     * @param messagesPerRouter a second, that a router sends and receives in the mean
     * @param bytesPerRouter of them
     * @param messagesPerComputer a second, that a computer sends
     * @param bytesPerComputer of them
     * @param installMessages commands that told the routers everything when the domain began
     * @param installBytes of them
     * @param entriesPerRouter in the overall table, at the end of the span, in the mean
     * @param mostEntries in the largest overall table
     */
    public record Control(
            double messagesPerSecond,
            double bytesPerSecond,
            double announcementsPerSecond,
            double messagesPerRouter,
            double bytesPerRouter,
            double messagesPerComputer,
            double bytesPerComputer,
            long installMessages,
            long installBytes,
            double entriesPerRouter,
            int mostEntries) {}
}
