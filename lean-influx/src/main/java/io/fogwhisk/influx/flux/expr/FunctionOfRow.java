package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.RowFunction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function from a row to a record, as a script writes it: {@code (r) => ({r with a: r.b})}. */
public final class FunctionOfRow implements RowFunction {

    private final FunctionValue function;
    private final Position at;

    /**
     * A function of a row.
     *
     * @param function takes the row as {@code r}
     * @param at where it stands
     */
    public FunctionOfRow(FunctionValue function, Position at) {
        this.function = function;
        this.at = at;
    }

    @Override
    public Bound bind(List<Column> columns) {
        Value value = function.call(Arguments.of("fn", Map.of("r", RowRecords.of(columns, 0)), null, at));
        RowRecords.Made made = RowRecords.made(value, "map", at);
        return new Bound() {
            @Override
            public List<Column> columns() {
                return made.columns();
            }

            @Override
            public @Nullable Object[] apply(@Nullable Object[] row) {
                return made.row(row);
            }
        };
    }
}
