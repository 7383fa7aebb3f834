package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.Execution;
import io.fogwhisk.influx.flux.table.Operation;
import io.fogwhisk.influx.flux.table.Rows;
import io.fogwhisk.influx.flux.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes one row of a table by a function that a script writes: of the record so far and a row it makes the next record.
 *
 * @param function takes {@code r} and {@code accumulator}
 * @param identity the record before the first row
 * @param at where the function stands
 */
public record Reducing(FunctionValue function, Value.Struct identity, Position at) implements Operation {

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        return tables.stream().map(this::reduced).toList();
    }

    private Table reduced(Table table) {
        int width = table.columns().size();
        RowRecords.Made start = RowRecords.made(new Value.Struct(new TreeMap<>(identity.fields())), "reduce", at);
        Value next = function.call(Arguments.of(
                "fn",
                Map.of(
                        "r", RowRecords.of(table.columns(), 0),
                        "accumulator", RowRecords.of(start.columns(), width)),
                null,
                at));
        RowRecords.Made made = inOrder(RowRecords.made(next, "reduce", at), start.columns());
        @Nullable Object[] state = new Object[width + start.columns().size()];
        System.arraycopy(start.row(new Object[0]), 0, state, width, state.length - width);
        table.rows().scan(row -> {
            System.arraycopy(row, 0, state, 0, width);
            System.arraycopy(made.row(state), 0, state, width, state.length - width);
            return true;
        });
        List<Column> columns = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            Column column = table.columns().get(i);
            if (column.grouped()) {
                columns.add(column);
                values.add(table.key()[i]);
            }
        }
        @Nullable
        Object[] key = values.toArray(
                new @Nullable Object[values.size() + start.columns().size()]);
        for (int i = 0; i < start.columns().size(); i++) {
            Column column = start.columns().get(i);
            if (table.index(column.label()) >= 0
                    && table.columns().get(table.index(column.label())).grouped()) {
                throw at.error("reduce() cannot return column \"" + column.label() + "\", which is in the group key");
            }
            columns.add(column);
            values.add(state[width + i]);
        }
        return new Table(columns, key, table.bounds(), false, Rows.of(List.<@Nullable Object[]>of(values.toArray())));
    }

    /** What the function returns must have the fields of the identity. */
    private RowRecords.Made inOrder(RowRecords.Made made, List<Column> wanted) {
        List<Node> nodes = new ArrayList<>();
        for (Column column : wanted) {
            int place = made.columns().indexOf(column);
            if (place < 0 || made.columns().size() != wanted.size()) {
                throw at.error("the function of reduce() must return a record with the fields of identity, and of"
                        + " their types");
            }
            nodes.add(made.nodes().get(place));
        }
        return new RowRecords.Made(wanted, nodes);
    }
}
