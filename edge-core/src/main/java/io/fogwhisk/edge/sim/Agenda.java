package io.fogwhisk.edge.sim;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Virtual time and what is to happen in it: a heap of events in arrays, so that tens of millions of them make no
 * garbage. Events of the same nanosecond happen in the order in which they were planned, thus a run is the same each
 * time. Not thread-safe.
 */
final class Agenda implements LongSupplier {

    private static final int FIRST_CAPACITY = 1 << 12;
    private static final int ARITY = 4;
    private static final List<Event> EVENTS = List.of(Event.values());
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private long[] times = new long[FIRST_CAPACITY];
    private long[] orders = new long[FIRST_CAPACITY];
    private long[] payloads = new long[FIRST_CAPACITY];
    private int size;
    private long planned;
    private long happened;
    private long now;
    private long current;

    /** Nanoseconds since the run began. */
    @Override
    public long getAsLong() {
        return now;
    }

    /** The nanoseconds of a number of seconds. */
    static long nanos(double seconds) {
        return Math.round(seconds * NANOS);
    }

    /** The seconds of a number of nanoseconds. */
    static double seconds(long nanos) {
        return nanos / NANOS;
    }

    /** How many events have happened. */
    long happened() {
        return happened;
    }

    /**
     * Plans an event.
     *
     * @param delay nanoseconds from now, at least 0
     * @param kind what happens
     * @param subject to whom, at least 0
     */
    @SuppressWarnings("EnumOrdinal") // A number for the arrays; it never leaves this run.
    void after(long delay, Event kind, int subject) {
        if (delay < 0) {
            throw new IllegalArgumentException("delay must be at least 0, was " + delay);
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            payloads = Arrays.copyOf(payloads, 2 * size);
        }
        long time = now + delay;
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) / ARITY;
            // The newcomer is the last of its nanosecond.
            if (times[parent] <= time) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        times[at] = time;
        orders[at] = planned++;
        payloads[at] = (long) subject << Byte.SIZE | kind.ordinal();
    }

    /**
     * Lets the next event happen: moves the clock to it. False, with the clock at {@code until}, if there is none up to
     * and including that time.
     */
    boolean next(long until) {
        if (size == 0 || times[0] > until) {
            now = Math.max(now, until);
            return false;
        }
        now = times[0];
        current = payloads[0];
        happened++;
        size--;
        if (size > 0) {
            sink(times[size], orders[size], payloads[size]);
        }
        return true;
    }

    /** The kind of the event that happens now. */
    Event kind() {
        return EVENTS.get((int) (current & 0xff));
    }

    /** The subject of the event that happens now. */
    int subject() {
        return (int) (current >> Byte.SIZE);
    }

    private void sink(long time, long order, long payload) {
        int at = 0;
        for (int first = 1; first < size; first = at * ARITY + 1) {
            int least = first;
            int end = Math.min(first + ARITY, size);
            for (int child = first + 1; child < end; child++) {
                if (before(times[child], orders[child], times[least], orders[least])) {
                    least = child;
                }
            }
            if (!before(times[least], orders[least], time, order)) {
                break;
            }
            move(least, at);
            at = least;
        }
        times[at] = time;
        orders[at] = order;
        payloads[at] = payload;
    }

    private void move(int from, int to) {
        times[to] = times[from];
        orders[to] = orders[from];
        payloads[to] = payloads[from];
    }

    private static boolean before(long time, long order, long otherTime, long otherOrder) {
        return time < otherTime || (time == otherTime && order < otherOrder);
    }
}
