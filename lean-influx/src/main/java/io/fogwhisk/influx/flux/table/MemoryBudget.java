package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what a query holds in memory, and ends the query when it is too much or takes too long. Not thread-safe. */
public final class MemoryBudget {

    private static final int ROW_OVERHEAD = 80;
    private static final int CELL = 4;
    private static final int VALUE_BYTES = 64;

    private static final int SERIES_BYTES = 48;
    private static final int TABLE_BYTES = 128;
    private static final int COLUMN_BYTES = 40;

    /** Shorter texts are mostly those of tags, of which there is one of each. */
    private static final int LONG_TEXT = 32;

    private final long bytes;
    private final Deadline deadline;
    private long used;

    /**
     * A budget.
     *
     * @param bytes that may be held
     * @param deadline when the query has to be done
     */
    public MemoryBudget(long bytes, Deadline deadline) {
        this.bytes = bytes;
        this.deadline = deadline;
    }

    /** A budget of a query that may take its time. */
    public MemoryBudget(long bytes) {
        this(bytes, Deadline.none());
    }

    /** A step is taken that holds nothing, but may be one of very many. */
    public void check() {
        deadline.check();
    }

    /** Bytes that are held from now on. */
    public void take(long more) {
        deadline.check();
        used += more;
        if (used > bytes) {
            throw new InfluxException(
                    ErrorCode.INVALID,
                    "the query holds more than " + (bytes >> 20)
                            + " MiB in memory: narrow the range, filter the series, or aggregate before sorting and"
                            + " grouping");
        }
    }

    /** A value that is kept to be compared with others. */
    void takeValue(@Nullable Object value) {
        take(VALUE_BYTES + (value instanceof String text ? text.length() : 0));
    }

    /** A series that is looked at. */
    void takeSeries() {
        take(SERIES_BYTES);
    }

    /** A table of a series; its rows are not counted, they are read one at a time. */
    void takeTable(Table table) {
        take(TABLE_BYTES + (long) COLUMN_BYTES * table.columns().size() + longTexts(table.key()));
    }

    /** Rows copied to memory. */
    public List<@Nullable Object[]> hold(Rows rows) {
        List<@Nullable Object[]> held = new ArrayList<>();
        rows.scan(row -> {
            held.add(hold(row));
            return true;
        });
        return held;
    }

    /** A row copied to memory. */
    @Nullable
    public Object[] hold(@Nullable Object[] row) {
        take(ROW_OVERHEAD + (long) row.length * CELL + longTexts(row));
        return Arrays.copyOf(row, row.length);
    }

    private static long longTexts(@Nullable Object[] row) {
        long size = 0;
        for (Object value : row) {
            if (value instanceof String text && text.length() > LONG_TEXT) {
                size += text.length();
            }
        }
        return size;
    }
}
