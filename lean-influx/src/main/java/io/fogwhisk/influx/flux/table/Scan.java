package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.line.Tag;
import io.fogwhisk.influx.store.PointReader;
import io.fogwhisk.influx.store.StoredSeries;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The source of a stream: a table for each series and field, unread, so that one without a row in the range is still
 * among them.
 */
final class Scan {

    private static final int TIME_PLACE = 2;
    private static final int VALUE_PLACE = 3;

    private final PointReader reader;
    private final MemoryBudget budget;

    Scan(PointReader reader, MemoryBudget budget) {
        this.reader = reader;
        this.budget = budget;
    }

    List<Table> tables(Plan.Source source, Selection selection) {
        List<Table> tables = new ArrayList<>();
        List<Bindings<RowPredicate.Bound>> perRow = new ArrayList<>();
        selection.perRow().forEach(condition -> perRow.add(new Bindings<>(condition::bind)));
        Table.Bounds times = selection.times(source.bounds());
        IdentityHashMap<StoredSeries, Table> found = new IdentityHashMap<>();
        // Looked at as they are read: those that are not wanted take no memory.
        List<StoredSeries> wanted = reader.series(source.bucket(), selection.measurements(), series -> {
            budget.check();
            Table table = table(source, times, series);
            if (!selection.holds(table.columns(), table.key())) {
                return false;
            }
            budget.takeSeries();
            budget.takeTable(table);
            found.put(series, table);
            return true;
        });
        for (StoredSeries series : wanted) {
            Table table = Objects.requireNonNull(found.get(series), "a series has no table");
            tables.add(perRow.isEmpty() ? table : filtered(table, perRow));
        }
        return tables;
    }

    private Table table(Plan.Source source, Table.Bounds times, StoredSeries series) {
        TreeMap<String, String> tags = new TreeMap<>();
        tags.put("_measurement", series.key().measurement());
        tags.put("_field", series.field().name());
        for (Tag tag : series.key().tags()) {
            tags.put(tag.key(), tag.value());
        }
        Table.Bounds bounds = source.bounds();
        List<Column> columns = new ArrayList<>(tags.size() + VALUE_PLACE + 1);
        columns.add(new Column(Table.START, ColumnType.TIME, true));
        columns.add(new Column(Table.STOP, ColumnType.TIME, true));
        columns.add(new Column(Table.TIME, ColumnType.TIME, false));
        columns.add(new Column(Table.VALUE, ColumnType.of(series.field().type()), false));
        tags.keySet().forEach(label -> columns.add(new Column(label, ColumnType.STRING, true)));
        @Nullable Object[] key = new Object[columns.size()];
        key[0] = bounds.start();
        key[1] = bounds.stop();
        int place = VALUE_PLACE;
        for (String value : tags.values()) {
            place++;
            key[place] = value;
        }
        List<StoredRows.Part> parts = List.of(new StoredRows.Part(series, key));
        return new Table(
                columns, key, bounds, true, new StoredRows(reader, budget, times, parts, TIME_PLACE, VALUE_PLACE));
    }

    private static Table filtered(Table table, List<Bindings<RowPredicate.Bound>> conditions) {
        Rows rows = table.rows();
        for (Bindings<RowPredicate.Bound> condition : conditions) {
            rows = Filter.passing(rows, condition.of(table.columns()));
        }
        // Still as stored: InfluxDB evaluates these filters inside its storage, too.
        return new Table(table.columns(), table.key(), table.bounds(), true, rows);
    }
}
