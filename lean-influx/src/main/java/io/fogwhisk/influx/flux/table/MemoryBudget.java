package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what a query holds in memory, and ends the query when it is too much. Not thread-safe. */
public final class MemoryBudget {

    private static final int ROW_OVERHEAD = 80;
    private static final int CELL = 4;

    private final long bytes;
    private long used;

    public MemoryBudget(long bytes) {
        this.bytes = bytes;
    }

    public void take(long more) {
        used += more;
        if (used > bytes) {
            throw new InfluxException(
                    ErrorCode.INVALID,
                    "the query holds more than " + (bytes >> 20)
                            + " MiB in memory: narrow the range, or aggregate before sorting and grouping");
        }
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
        take(ROW_OVERHEAD + (long) row.length * CELL);
        return Arrays.copyOf(row, row.length);
    }
}
