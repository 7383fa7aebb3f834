package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.store.PointReader;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Carries out plans on one snapshot. Tables are read row by row, or by arrays where an aggregate can; only what sorts,
 * groups by values or needs all values at once holds rows in memory. The tables read from the snapshot when their rows
 * are asked for, so it must stay open until then. Not thread-safe.
 */
public final class Executor {

    /** Rows go through one operation within the other: each takes some of the stack. */
    private static final int MAX_DEPTH = 400;

    private final PointReader reader;
    private final Execution execution;
    /** A plan that several results share is carried out once. */
    private final IdentityHashMap<Plan, List<Table>> done = new IdentityHashMap<>();

    private int depth;

    /** Plans are carried out on what this reader sees. */
    public Executor(PointReader reader, Execution execution) {
        this.reader = reader;
        this.execution = execution;
    }

    /**
     * The tables of a plan; none of them is empty, except where the plan says that it keeps empty tables.
     *
     * @throws io.fogwhisk.influx.InfluxException if columns or types do not fit, or the execution runs out of memory
     */
    public List<Table> tables(Plan plan) {
        return there(stream(plan));
    }

    private List<Table> stream(Plan plan) {
        List<Table> tables = done.get(plan);
        if (tables == null) {
            depth++;
            if (depth > MAX_DEPTH) {
                throw new InfluxException(
                        ErrorCode.INVALID, "a stream goes through more than " + MAX_DEPTH + " operations in a row");
            }
            tables = carryOut(plan).stream().map(this::timed).toList();
            depth--;
            done.put(plan, tables);
        }
        return tables;
    }

    /** The same table; but reading its rows ends when the time of the query is over. */
    private Table timed(Table table) {
        Rows rows = table.rows();
        if (rows instanceof StoredRows) {
            return table;
        }
        MemoryBudget budget = execution.budget();
        Rows timed = visitor -> rows.scan(row -> {
            budget.check();
            return visitor.row(row);
        });
        return new Table(table.columns(), table.key(), table.bounds(), table.stored(), timed).byTime(table.byTime());
    }

    private List<Table> carryOut(Plan plan) {
        if (plan instanceof Plan.Constant constant) {
            return constant.tables();
        }
        if (plan instanceof Plan.Combined combined) {
            List<List<Table>> streams = new ArrayList<>();
            combined.inputs().forEach(input -> streams.add(tables(input)));
            return combined.combination().apply(streams, execution);
        }
        Selection selection = new Selection();
        Plan input = plan;
        List<Filter> chain = new ArrayList<>();
        while (input instanceof Plan.Step step && step.operation() instanceof Filter filter && !filter.keepEmpty()) {
            chain.add(filter);
            input = step.input();
        }
        if (input instanceof Plan.Source source) {
            for (int i = chain.size() - 1; i >= 0; i--) {
                selection.add(chain.get(i).fn());
            }
            return new Scan(reader, execution.budget()).tables(source, selection);
        }
        Plan.Step step = (Plan.Step) plan;
        List<Table> tables = step.operation().takesUnread() ? stream(step.input()) : tables(step.input());
        return step.operation().apply(tables, execution);
    }

    private static List<Table> there(List<Table> tables) {
        return tables.stream()
                .filter(table -> !table.unread() || !table.empty())
                .toList();
    }
}
