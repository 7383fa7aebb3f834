package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.time.DateTimeException;
import java.util.Comparator;
import java.util.List;

/** {@code toString()}, {@code toInt()} and so on: {@code _value} in another type. */
public record Convert(ColumnType type, Position at) implements EachTable {

    @Override
    public List<Table> of(Table table, Execution execution) {
        int place = table.require(Table.VALUE, at);
        ColumnType in = table.columns().get(place).type();
        if (table.columns().get(place).grouped()) {
            throw at.error("cannot convert column _value, which is part of the group key");
        }
        List<Column> columns = Running.typed(table, List.of(Table.VALUE), before -> type);
        Table converted =
                table.with(columns, table.key(), Running.rows(table.rows(), columns.size(), () -> (row, made) -> {
                    Object value = row[place];
                    made[place] = value == null ? null : converted(in, value);
                    return true;
                }));
        return List.of(type == ColumnType.FLOAT ? converted : sorted(converted));
    }

    /** InfluxDB makes a record that extends the row, whose columns are in the order of their names. */
    private static Table sorted(Table table) {
        List<Column> columns = table.columns().stream()
                .sorted(Comparator.comparing(Column::label))
                .toList();
        if (columns.equals(table.columns())) {
            return table;
        }
        int[] places =
                columns.stream().mapToInt(column -> table.index(column.label())).toArray();
        return table.with(columns, Regroup.project(table.key(), places), Regroup.project(table.rows(), places));
    }

    private Object converted(ColumnType in, Object value) {
        try {
            return Conversion.of(in, value, type);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw at.error("cannot convert " + in.text() + " \"" + Conversion.text(in, value) + "\" to " + type.text());
        }
    }
}
