package io.fogwhisk.influx.http;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.line.LineSink;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.store.Rejection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What becomes of the lines of one write request. Used by one thread at a time. */
final class WriteReport implements LineSink {

    private static final int NAMED_LINES = 50;

    private final long oldest;
    private final List<String> named = new ArrayList<>(0);
    private List<Point> points = new ArrayList<>();
    private int[] lines = new int[16];
    private long stored;
    private long bad;
    private long refused;
    private long expired;
    private int firstLine;
    private long namedLines;

    /**
     * A report on nothing yet.
     *
     * @param oldest the first nanosecond that the bucket's retention keeps
     */
    WriteReport(long oldest) {
        this.oldest = oldest;
    }

    /** How a request failed in part or as a whole. */
    record Failure(ErrorCode code, String message, int line) {}

    @Override
    public void point(int line, Point point) {
        if (point.time() < oldest) {
            expired++;
            failedAt(line);
            return;
        }
        if (points.size() == lines.length) {
            lines = Arrays.copyOf(lines, lines.length * 2);
        }
        lines[points.size()] = line;
        points.add(point);
    }

    @Override
    public void bad(int first, int last, String text, String reason) {
        int lost = last - first + 1;
        bad += lost;
        failedAt(first);
        String which = lost == 1 ? "line " + first : "lines " + first + " to " + last;
        name(which + ": unable to parse '" + text + "': " + reason, lost);
    }

    /** The points that were read since the last were stored. */
    List<Point> points() {
        return points;
    }

    /** Says that the {@link #points} are stored but for these. */
    void stored(List<Rejection> rejections) {
        stored += points.size() - (long) rejections.size();
        for (Rejection rejection : rejections) {
            int line = lines[rejection.index()];
            refused++;
            failedAt(line);
            name("line " + line + ": " + rejection.reason(), 1);
        }
        // A new list: the store may still hold the old one.
        points = new ArrayList<>();
    }

    long storedPoints() {
        return stored;
    }

    long dropped() {
        return bad + refused + expired;
    }

    /** What to answer; empty when every line is stored. */
    Optional<Failure> failure() {
        if (dropped() == 0) {
            return stored > 0
                    ? Optional.empty()
                    : Optional.of(new Failure(ErrorCode.INVALID, "writing requires points", 0));
        }
        List<String> reasons = new ArrayList<>(named);
        if (bad + refused > namedLines) {
            reasons.add("and " + (bad + refused - namedLines) + " more");
        }
        if (expired > 0) {
            reasons.add("points beyond retention policy");
        }
        String text = String.join("\n", reasons) + " dropped=" + dropped();
        if (bad > 0) {
            return Optional.of(new Failure(ErrorCode.INVALID, (stored > 0 ? "partial write: " : "") + text, firstLine));
        }
        return Optional.of(new Failure(
                ErrorCode.UNPROCESSABLE,
                "failure writing points to database: partial write: " + text,
                refused > 0 ? firstLine : 0));
    }

    private void failedAt(int line) {
        firstLine = firstLine == 0 ? line : Math.min(firstLine, line);
    }

    private void name(String what, int count) {
        if (named.size() < NAMED_LINES) {
            named.add(what);
            namedLines += count;
        }
    }
}
