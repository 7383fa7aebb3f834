package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate or a selector of each table. An aggregate leaves the group key and its value; of a table without rows it
 * is null, and zero if it counts. A selector leaves a row, or no table if there is none to pick.
 *
 * @param column what it is computed of
 */
public record Reduce(Aggregation aggregation, String column, Position at) implements EachTable {

    private static final int STORED_PLACE = 2;

    @Override
    public boolean takesUnread() {
        return true;
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        int value = place(table);
        if (value < 0) {
            return List.of();
        }
        if (aggregation.selector()) {
            @Nullable Object[] row = selected(table, value, execution.budget());
            return row == null ? List.of() : List.of(table.withRows(Rows.one(row)));
        }
        Fold fold = aggregation.fold(table, value, execution.budget(), at);
        Fold.over(table, fold);
        Object result = fold.value();
        if (table.unread() && (result == null || result.equals(0L)) && table.empty()) {
            // A table that turns out not to be there: nothing of it is counted.
            return List.of();
        }
        return List.of(aggregated(table, value, result));
    }

    private @Nullable Object @Nullable [] selected(Table table, int value, MemoryBudget budget) {
        boolean last = aggregation instanceof Aggregation.Last;
        boolean byTime =
                table.byTime() && column.equals(Table.VALUE) && (last || aggregation instanceof Aggregation.First);
        if ((last || byTime) && table.rows() instanceof StoredRows stored && stored.valuePlace() == value) {
            return byTime ? (last ? stored.latest() : stored.earliest()) : stored.last();
        }
        int time = table.index(Table.TIME);
        if (byTime && time >= 0) {
            Fold fold = new Picks.ByTime(value, time, last);
            Fold.over(table, fold);
            return fold.picked();
        }
        Fold fold = aggregation.fold(table, value, budget, at);
        Fold.over(table, fold);
        return fold.picked();
    }

    /** The place of the column, or -1 if the table turns out not to be there. */
    int place(Table table) {
        int value = table.index(column);
        String wrong = null;
        if (value < 0) {
            wrong = "column \"" + column + "\" does not exist";
        } else if (!aggregation.takes(table.columns().get(value).type())) {
            wrong = aggregation.text() + "() does not take a column of type "
                    + table.columns().get(value).type().text();
        } else if (table.columns().get(value).grouped() && !aggregation.selector()) {
            wrong = "cannot aggregate columns that are part of the group key";
        }
        if (wrong == null) {
            return value;
        }
        if (table.unread() && table.empty()) {
            return -1;
        }
        throw at.error(wrong);
    }

    private Table aggregated(Table table, int value, @Nullable Object aggregate) {
        List<Column> columns = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            if (table.columns().get(i).grouped()) {
                columns.add(table.columns().get(i));
                values.add(table.key()[i]);
            }
        }
        // Where InfluxDB computes an aggregate inside its storage, the value follows _start and _stop.
        int place = table.stored() && aggregation.inStorage() ? STORED_PLACE : columns.size();
        columns.add(
                place,
                new Column(column, aggregation.type(table.columns().get(value).type()), false));
        values.add(place, null);
        @Nullable Object[] key = values.toArray();
        values.set(place, aggregate);
        return table.with(columns, key, Rows.one(values.toArray()));
    }
}
