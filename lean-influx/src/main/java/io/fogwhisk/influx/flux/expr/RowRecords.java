package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows as records, and records as rows. */
final class RowRecords {

    private RowRecords() {}

    /**
     * The record of a row.
     *
     * @param first the place of its first column in the rows that will come
     */
    static Value.Struct of(List<Column> columns, int first) {
        Map<String, Value> fields = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            fields.put(
                    columns.get(i).label(),
                    Scalar.column(BasicType.of(columns.get(i).type()), first + i));
        }
        return new Value.Struct(fields);
    }

    /** The columns of a record, and what computes them. */
    record Made(List<Column> columns, List<Node> nodes) {
        @Nullable
        Object[] row(@Nullable Object[] from) {
            @Nullable Object[] row = new Object[nodes.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = nodes.get(i).value(from);
            }
            return row;
        }
    }

    /** The row of a record; a field that is always null, and so has no type, is no column. */
    static Made made(Value value, String function, Position at) {
        if (!(value instanceof Value.Struct record)) {
            throw at.error("the function of " + function + "() must return a record, found " + value.described());
        }
        List<Column> columns = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        record.fields().forEach((name, field) -> {
            if (!(field instanceof Scalar scalar)) {
                throw at.error("a column cannot hold " + field.described() + ": " + name);
            }
            BasicType type = scalar.type();
            if (type == null) {
                return;
            }
            Optional<ColumnType> column = type.column();
            if (column.isEmpty()) {
                throw at.error("a column cannot hold " + field.described() + ": " + name);
            }
            columns.add(new Column(name, column.get(), false));
            nodes.add(scalar.node());
        });
        return new Made(columns, nodes);
    }
}
