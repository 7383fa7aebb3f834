package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;

/**
 * {@code limit()}: the first rows of each table.
 *
 * @param n how many at most
 * @param offset how many are left out before them
 */
public record Limit(long n, long offset, Position at) implements EachTable {

    /** Checks the numbers. */
    public Limit {
        if (n < 0 || offset < 0) {
            throw at.error("n and offset of limit() must not be negative, were " + n + " and " + offset);
        }
    }

    @Override
    public boolean takesUnread() {
        return true;
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        Table limited = table.withRows(first(table.rows()));
        return limited.empty() ? List.of() : List.of(limited);
    }

    private Rows first(Rows rows) {
        return visitor -> {
            if (n == 0) {
                return;
            }
            long[] seen = new long[1];
            rows.scan(row -> {
                seen[0]++;
                if (seen[0] <= offset) {
                    return true;
                }
                return visitor.row(row) && seen[0] - offset < n;
            });
        };
    }
}
