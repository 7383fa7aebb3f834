package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code tail()}: the last rows of each table.
 *
 * @param n how many at most
 * @param offset how many are left out after them
 */
public record Tail(long n, long offset, Position at) implements EachTable {

    /** Checks the numbers. */
    public Tail {
        if (n < 0 || offset < 0) {
            throw at.error("n and offset of tail() must not be negative, were " + n + " and " + offset);
        }
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        ArrayDeque<@Nullable Object[]> last = new ArrayDeque<>();
        long most = n > Long.MAX_VALUE - offset ? Long.MAX_VALUE : n + offset;
        if (n > 0) {
            table.rows().scan(row -> {
                if (last.size() < most) {
                    last.add(execution.budget().hold(row));
                } else {
                    // The oldest array is used again, so that a long table makes no garbage.
                    @Nullable Object[] oldest = last.remove();
                    System.arraycopy(row, 0, oldest, 0, row.length);
                    last.add(oldest);
                }
                return true;
            });
        }
        long kept = Math.max(0, last.size() - offset);
        List<@Nullable Object[]> rows = new ArrayList<>(last).subList(0, (int) Math.min(kept, last.size()));
        return rows.isEmpty() ? List.of() : List.of(table.withRows(Rows.of(rows)));
    }
}
