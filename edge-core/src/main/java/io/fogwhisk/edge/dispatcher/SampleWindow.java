package io.fogwhisk.edge.dispatcher;

import java.util.Arrays;

/**
 * The latest samples (x, y) and the straight line through them, by least squares. Not thread-safe.
 *
 * <p>With mean values X and Y, the line has the slope {@code sum((x-X)(y-Y)) / sum((x-X)^2)} and goes through (X, Y); of
 * samples that all have the same x the mean of y is taken.
 */
final class SampleWindow {

    private static final int FIRST_SIZE = 8;

    private final int capacity;
    private final long staleNanos;
    private double[] xs;
    private double[] ys;
    private long[] times;
    private int first;
    private int count;

    /**
     * An empty window.
     *
     * @param capacity how many samples count, at least 1
     * @param staleNanos samples older than this count no longer; 0 for ever
     */
    SampleWindow(int capacity, long staleNanos) {
        this.capacity = capacity;
        this.staleNanos = staleNanos;
        int size = Math.min(capacity, FIRST_SIZE);
        xs = new double[size];
        ys = new double[size];
        times = new long[size];
    }

    void add(double x, double y, long now) {
        purge(now);
        if (count == capacity) {
            drop();
        }
        if (count == xs.length) {
            grow();
        }
        int at = (first + count) % xs.length;
        xs[at] = x;
        ys[at] = y;
        times[at] = now;
        count++;
    }

    /** Whether nothing is known. */
    boolean isEmpty(long now) {
        purge(now);
        return count == 0;
    }

    /** The y of the line at an x, 0 if nothing is known. */
    double at(double x, long now) {
        purge(now);
        if (count == 0) {
            return 0;
        }
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < count; i++) {
            int at = (first + i) % xs.length;
            meanX += xs[at];
            meanY += ys[at];
        }
        meanX /= count;
        meanY /= count;
        double together = 0;
        double apart = 0;
        for (int i = 0; i < count; i++) {
            int at = (first + i) % xs.length;
            together += (xs[at] - meanX) * (ys[at] - meanY);
            apart += (xs[at] - meanX) * (xs[at] - meanX);
        }
        return apart == 0 ? meanY : meanY + together / apart * (x - meanX);
    }

    private void purge(long now) {
        while (staleNanos > 0 && count > 0 && now - times[first] > staleNanos) {
            drop();
        }
    }

    private void drop() {
        first = (first + 1) % xs.length;
        count--;
    }

    private void grow() {
        int size = Math.min(capacity, 2 * xs.length);
        double[] moreXs = Arrays.copyOf(xs, size);
        double[] moreYs = Arrays.copyOf(ys, size);
        long[] moreTimes = Arrays.copyOf(times, size);
        for (int i = 0; i < count; i++) {
            int at = (first + i) % xs.length;
            moreXs[i] = xs[at];
            moreYs[i] = ys[at];
            moreTimes[i] = times[at];
        }
        xs = moreXs;
        ys = moreYs;
        times = moreTimes;
        first = 0;
    }
}
