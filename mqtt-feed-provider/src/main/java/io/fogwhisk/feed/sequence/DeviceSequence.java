package io.fogwhisk.feed.sequence;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that came from one device: the highest one, and the ranges below it that did not come, of which the lowest
 * are forgotten when there are too many. Not thread-safe.
 */
final class DeviceSequence {

    /** How far a number may fall back and still be one that comes late or again, rather than a new start. */
    static final int WINDOW = 1_024;

    private static final int MAX_HOLES = 64;

    // From the first number of a hole to its last.
    private @Nullable TreeMap<Long, Long> holes;
    private long first;
    private long last;
    private boolean begun;
    private boolean torn;

    /** What a number tells. */
    enum Kind {
        /** It follows on. */
        IN_ORDER,
        /** Some before it are missing. */
        GAP,
        /** It was missing before. */
        LATE,
        /** It came before. */
        REPEATED,
        /** The device began anew. */
        RESTARTED,
        /** Nobody knows of some before it. */
        UNKNOWN
    }

    /**
     * What a number tells.
     *
     * @param count how many numbers it tells it of
     */
    record Finding(Kind kind, long count) {
        private static final Finding IN_ORDER = new Finding(Kind.IN_ORDER, 1);
    }

    /** A device that was never heard of. */
    DeviceSequence() {}

    /**
     * A device as it was stored.
     *
     * @param holes as {@link #holes} writes them
     * @param torn whether numbers came after that
     */
    DeviceSequence(long last, String holes, boolean torn) {
        this.last = last;
        this.torn = torn;
        begun = true;
        for (String hole : holes.split(",", -1)) {
            int dash = hole.indexOf('-');
            if (dash > 0) {
                hole(Long.parseLong(hole, 0, dash, 10), Long.parseLong(hole, dash + 1, hole.length(), 10));
            }
        }
    }

    /** A number came; zero or more. */
    Finding next(long number) {
        if (!begun) {
            begun = true;
            first = number;
            last = number;
            return Finding.IN_ORDER;
        }
        if (number > last) {
            return ahead(number);
        }
        if (late(number)) {
            return new Finding(Kind.LATE, 1);
        }
        if (number < last - WINDOW) {
            first = number;
            last = number;
            holes = null;
            torn = false;
            return new Finding(Kind.RESTARTED, 1);
        }
        if (number < first) {
            // Out of order at the very beginning.
            long between = first - number - 1;
            if (between > 0) {
                hole(number + 1, first - 1);
            }
            first = number;
            return between == 0 ? Finding.IN_ORDER : new Finding(Kind.GAP, between);
        }
        return new Finding(Kind.REPEATED, 1);
    }

    private Finding ahead(long number) {
        long from = last + 1;
        last = number;
        boolean doubtful = torn;
        torn = false;
        if (number == from) {
            return Finding.IN_ORDER;
        }
        if (doubtful) {
            return new Finding(Kind.UNKNOWN, number - from);
        }
        hole(from, number - 1);
        return new Finding(Kind.GAP, number - from);
    }

    private void hole(long from, long to) {
        TreeMap<Long, Long> all = holes;
        if (all == null) {
            all = new TreeMap<>();
            holes = all;
        }
        all.put(from, to);
        if (all.size() > MAX_HOLES) {
            all.pollFirstEntry();
        }
    }

    private boolean late(long number) {
        TreeMap<Long, Long> all = holes;
        Map.Entry<Long, Long> hole = all == null ? null : all.floorEntry(number);
        if (all == null || hole == null || hole.getValue() < number) {
            return false;
        }
        all.remove(hole.getKey());
        if (hole.getKey() < number) {
            hole(hole.getKey(), number - 1);
        }
        if (number < hole.getValue()) {
            hole(number + 1, hole.getValue());
        }
        if (all.isEmpty()) {
            holes = null;
        }
        return true;
    }

    /** The highest number since it began. */
    long last() {
        return last;
    }

    /** The ranges that are missing, such as {@code 7-7,12-15}. */
    String holes() {
        return holes == null
                ? ""
                : holes.entrySet().stream()
                        .map(hole -> hole.getKey() + "-" + hole.getValue())
                        .collect(Collectors.joining(","));
    }
}
