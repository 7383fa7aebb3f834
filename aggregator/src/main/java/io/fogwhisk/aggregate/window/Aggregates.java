package io.fogwhisk.aggregate.window;

/**
 * The aggregates of the values of a series in a window.
 *
 * @param avg the mean
 * @param min the smallest value
 * @param max the largest value
 * @param median the middle value, or the mean of the two in the middle
 * @param count how many values, at least 1: an empty window has no aggregates
 */
public record Aggregates(double avg, double min, double max, double median, long count) {

    /** Checks that there was a value. */
    public Aggregates {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, was " + count);
        }
    }
}
