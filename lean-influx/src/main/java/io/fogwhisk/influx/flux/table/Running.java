package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What functions share that make a row of a row and of those before it. */
final class Running {

    private Running() {}

    /** Makes rows; one of these goes once over the rows of a table. */
    @FunctionalInterface
    interface Step {
        /**
         * A row comes by.
         *
         * @param row only valid during the call, not to be changed
         * @param made a copy of it, with room for added columns, to be changed
         * @return whether the changed row is passed on
         */
        boolean row(@Nullable Object[] row, @Nullable Object[] made);
    }

    /**
     * Rows that steps make.
     *
     * @param columns of the rows that are made
     * @param steps begins each time that the rows are read
     */
    static Rows rows(Rows rows, int columns, Supplier<Step> steps) {
        return visitor -> {
            Step step = steps.get();
            @Nullable Object[] made = new Object[columns];
            rows.scan(row -> {
                System.arraycopy(row, 0, made, 0, row.length);
                return !step.row(row, made) || visitor.row(made);
            });
        };
    }

    /** The places of columns of numbers that are not part of the group key. */
    static int[] numbers(Table table, List<String> labels, String function, Position at) {
        int[] places = new int[labels.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = table.require(labels.get(i), at);
            Column column = table.columns().get(places[i]);
            if (!column.type().number()) {
                throw at.error(function + "() does not take a column of type "
                        + column.type().text());
            }
            if (column.grouped()) {
                throw at.error(
                        function + "() cannot change column " + column.label() + ", which is part of the group key");
            }
        }
        return places;
    }

    /** The columns of a table, some with another type. */
    static List<Column> typed(Table table, List<String> labels, Function<ColumnType, ColumnType> type) {
        Set<String> named = Set.copyOf(labels);
        List<Column> columns = new ArrayList<>();
        for (Column column : table.columns()) {
            columns.add(
                    named.contains(column.label())
                            ? new Column(column.label(), type.apply(column.type()), column.grouped())
                            : column);
        }
        return columns;
    }

    /** The place of a column of times. */
    static int time(Table table, String label, String function, Position at) {
        int place = table.require(label, at);
        ColumnType type = table.columns().get(place).type();
        if (type != ColumnType.TIME) {
            throw at.error(function + "() needs a column of type time, " + label + " is of type " + type.text());
        }
        return place;
    }
}
