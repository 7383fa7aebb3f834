package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.flux.expr.Condition;
import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.table.Rows;
import io.fogwhisk.influx.flux.table.Table;
import io.fogwhisk.influx.line.Tag;
import io.fogwhisk.influx.store.PointReader;
import io.fogwhisk.influx.store.StoredSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the source of a stream from the store: a table for each series and field that has a row in the range. */
final class Scan {

    private static final int TIME_PLACE = 2;
    private static final int VALUE_PLACE = 3;

    private final PointReader reader;

    Scan(PointReader reader) {
        this.reader = reader;
    }

    List<Table> tables(Plan.Source source, SeriesFilter filter) {
        List<Table> tables = new ArrayList<>();
        for (StoredSeries series : reader.series(source.key(), filter.measurements())) {
            Table table = table(source, series);
            if (filter.holds(table.columns(), table.key())) {
                Table wanted = filter.perRow().isEmpty() ? table : filtered(table, filter.perRow());
                if (!wanted.empty()) {
                    tables.add(wanted);
                }
            }
        }
        return tables;
    }

    private Table table(Plan.Source source, StoredSeries series) {
        TreeMap<String, String> tags = new TreeMap<>();
        tags.put("_measurement", series.key().measurement());
        tags.put("_field", series.field().name());
        for (Tag tag : series.key().tags()) {
            tags.put(tag.key(), tag.value());
        }
        Table.Bounds bounds = source.bounds();
        List<Column> columns = new ArrayList<>();
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
        return new Table(columns, key, bounds, true, visitor -> {
            // One array for all rows of the scan: all but time and value stays the same.
            @Nullable Object[] row = key.clone();
            reader.scan(series, bounds.start(), bounds.stop(), (time, value) -> {
                row[TIME_PLACE] = time;
                row[VALUE_PLACE] = value;
                return visitor.row(row);
            });
        });
    }

    private static Table filtered(Table table, List<Expr> conditions) {
        Rows rows = table.rows();
        for (Expr expr : conditions) {
            Condition condition = Condition.bind(expr, table.columns());
            Rows all = rows;
            rows = visitor -> all.scan(row -> !condition.holds(row) || visitor.row(row));
        }
        // Still as stored: InfluxDB evaluates these filters inside its storage, too.
        return new Table(table.columns(), table.key(), table.bounds(), true, rows);
    }
}
