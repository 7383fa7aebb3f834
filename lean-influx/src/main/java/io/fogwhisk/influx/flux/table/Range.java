package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code range()} on a stream that is not a bucket, or has a range already: the rows in a time range, whose ends become
 * part of the group key; a range that there is already becomes narrower and never wider. Rows without a time are left
 * out, and so are tables that have no row left.
 */
public record Range(Table.Bounds bounds, Position at) implements EachTable {

    @Override
    public List<Table> of(Table table, Execution execution) {
        int time = table.require(Table.TIME, at);
        if (table.columns().get(time).type() != ColumnType.TIME) {
            throw at.error("range() needs a column _time of type time, it is of type "
                    + table.columns().get(time).type().text());
        }
        Table.Bounds within = new Table.Bounds(
                Math.max(bounds.start(), table.bounds().start()),
                Math.min(bounds.stop(), table.bounds().stop()));
        List<Column> columns = new ArrayList<>(table.columns());
        // As in InfluxDB, ends that are added come before all other columns.
        int added = 0;
        for (String label : List.of(Table.START, Table.STOP)) {
            if (table.index(label) < 0) {
                columns.add(added, new Column(label, ColumnType.TIME, true));
                added++;
            }
        }
        int before = added;
        int start = edge(columns, Table.START);
        int stop = edge(columns, Table.STOP);
        @Nullable Object[] key = new Object[columns.size()];
        System.arraycopy(table.key(), 0, key, before, table.key().length);
        key[start] = within.start();
        key[stop] = within.stop();
        Rows rows = visitor -> {
            @Nullable Object[] wide = new Object[columns.size()];
            table.rows().scan(row -> {
                if (!(row[time] instanceof Long moment) || moment < within.start() || moment >= within.stop()) {
                    return true;
                }
                System.arraycopy(row, 0, wide, before, row.length);
                wide[start] = within.start();
                wide[stop] = within.stop();
                return visitor.row(wide);
            });
        };
        Table ranged = new Table(columns, key, within, false, rows);
        return ranged.empty() ? List.of() : List.of(ranged);
    }

    /** The place of a column of the group key that holds an end of the range; it is added if there is none. */
    static int edge(List<Column> columns, String label) {
        Column edge = new Column(label, ColumnType.TIME, true);
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).label().equals(label)) {
                columns.set(i, edge);
                return i;
            }
        }
        columns.add(edge);
        return columns.size() - 1;
    }
}
