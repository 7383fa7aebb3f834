package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.flux.expr.Condition;
import io.fogwhisk.influx.flux.table.Accumulator;
import io.fogwhisk.influx.flux.table.Aggregate;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.table.MemoryBudget;
import io.fogwhisk.influx.flux.table.Regroup;
import io.fogwhisk.influx.flux.table.Rows;
import io.fogwhisk.influx.flux.table.Table;
import io.fogwhisk.influx.store.PointReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries out plans on one snapshot. Tables are read row by row; only what sorts, groups by values or computes a median
 * holds rows in memory. Not thread-safe.
 */
final class Executor {

    private final PointReader reader;
    private final MemoryBudget budget;
    /** A plan that several results share is carried out once. */
    private final IdentityHashMap<Plan, List<Table>> done = new IdentityHashMap<>();

    Executor(PointReader reader, MemoryBudget budget) {
        this.reader = reader;
        this.budget = budget;
    }

    List<Table> tables(Plan plan) {
        List<Table> tables = done.get(plan);
        if (tables == null) {
            tables = carryOut(plan);
            done.put(plan, tables);
        }
        return tables;
    }

    private List<Table> carryOut(Plan plan) {
        if (plan instanceof Plan.Source source) {
            return new Scan(reader).tables(source, new SeriesFilter());
        }
        if (plan instanceof Plan.Filter filter) {
            return filter(filter);
        }
        if (plan instanceof Plan.Group group) {
            Set<String> named = new HashSet<>(group.columns());
            return Regroup.of(
                    tables(group.input()),
                    column -> true,
                    column -> named.contains(column.label()) != group.except(),
                    budget,
                    group.at());
        }
        if (plan instanceof Plan.Columns columns) {
            Set<String> named = new HashSet<>(columns.columns());
            return Regroup.of(
                    tables(columns.input()),
                    column -> named.contains(column.label()) == columns.keep(),
                    Column::grouped,
                    budget,
                    columns.at());
        }
        if (plan instanceof Plan.Sort sort) {
            return tables(sort.input()).stream()
                    .map(table -> sorted(table, sort))
                    .toList();
        }
        if (plan instanceof Plan.Limit limit) {
            return nonEmpty(tables(limit.input()).stream()
                    .map(table -> table.withRows(limited(table.rows(), limit)))
                    .toList());
        }
        if (plan instanceof Plan.Reduce reduce) {
            return nonEmpty(tables(reduce.input()).stream()
                    .map(table -> reduced(table, reduce))
                    .toList());
        }
        if (plan instanceof Plan.Window window) {
            WindowAggregation aggregation = new WindowAggregation(window, budget);
            return nonEmpty(tables(window.input()).stream().map(aggregation::of).toList());
        }
        throw plan.at().error("the tables of this call cannot be read");
    }

    private List<Table> filter(Plan.Filter filter) {
        SeriesFilter pushed = new SeriesFilter();
        List<Plan.Filter> chain = new ArrayList<>();
        Plan input = filter;
        while (input instanceof Plan.Filter next) {
            chain.add(next);
            input = next.input();
        }
        if (input instanceof Plan.Source source) {
            for (int i = chain.size() - 1; i >= 0; i--) {
                pushed.add(chain.get(i).condition());
            }
            return new Scan(reader).tables(source, pushed);
        }
        List<Table> passed = new ArrayList<>();
        for (Table table : tables(filter.input())) {
            Condition condition = Condition.bind(filter.condition(), table.columns());
            passed.add(table.withRows(visitor -> table.rows().scan(row -> !condition.holds(row) || visitor.row(row))));
        }
        return nonEmpty(passed);
    }

    private Table sorted(Table table, Plan.Sort sort) {
        Comparator<@Nullable Object[]> order = null;
        for (String label : sort.columns()) {
            int place = table.index(label);
            if (place >= 0) {
                ColumnType type = table.columns().get(place).type();
                Comparator<@Nullable Object[]> next = (left, right) -> compareNullable(type, left[place], right[place]);
                order = order == null ? next : order.thenComparing(next);
            }
        }
        if (order == null) {
            return table;
        }
        List<@Nullable Object[]> rows = budget.hold(table.rows());
        rows.sort(sort.descending() ? order.reversed() : order);
        return table.withRows(Rows.of(rows));
    }

    private static int compareNullable(ColumnType type, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return Boolean.compare(left != null, right != null);
        }
        return type.compare(left, right);
    }

    private static Rows limited(Rows rows, Plan.Limit limit) {
        return visitor -> {
            if (limit.count() == 0) {
                return;
            }
            long[] seen = new long[1];
            rows.scan(row -> {
                seen[0]++;
                if (seen[0] <= limit.offset()) {
                    return true;
                }
                return visitor.row(row) && seen[0] - limit.offset() < limit.count();
            });
        };
    }

    private Table reduced(Table table, Plan.Reduce reduce) {
        Aggregate aggregate = reduce.aggregate();
        int value = table.require(reduce.column(), reduce.at());
        ColumnType type = table.columns().get(value).type();
        ColumnType resultType = aggregate.type(type, reduce.at());
        if (table.columns().get(value).grouped() && !aggregate.selector()) {
            throw reduce.at().error("cannot aggregate columns that are part of the group key");
        }
        Accumulator accumulator = Accumulator.of(aggregate, value, type, budget);
        boolean onlyFirst = aggregate == Aggregate.FIRST;
        table.rows().scan(row -> {
            accumulator.add(row);
            return !onlyFirst || accumulator.row() == null;
        });
        if (aggregate.selector()) {
            Object[] picked = accumulator.row();
            return table.withRows(Rows.of(picked == null ? List.of() : List.<@Nullable Object[]>of(picked)));
        }
        List<Column> columns = new ArrayList<>();
        for (Column column : table.columns()) {
            if (column.grouped()) {
                columns.add(column);
            }
        }
        Column result = new Column(reduce.column(), resultType, false);
        columns.add(table.stored() && aggregate != Aggregate.MEDIAN ? 2 : columns.size(), result);
        @Nullable Object[] row = new Object[columns.size()];
        for (int i = 0; i < row.length; i++) {
            Column column = columns.get(i);
            row[i] = column.grouped() ? table.key()[table.index(column.label())] : accumulator.value();
        }
        @Nullable Object[] key = row.clone();
        key[columns.indexOf(result)] = null;
        return new Table(columns, key, table.bounds(), false, Rows.of(List.<@Nullable Object[]>of(row)));
    }

    private static List<Table> nonEmpty(List<Table> tables) {
        return tables.stream().filter(table -> !table.empty()).toList();
    }
}
