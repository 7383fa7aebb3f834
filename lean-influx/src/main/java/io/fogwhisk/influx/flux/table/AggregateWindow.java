package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.flux.time.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@code aggregateWindow()}: what {@code window()}, a function, a copy of an end of the window as time and the return to
 * one window do one after the other. An aggregate or a selector is computed in one pass; windows come in their order.
 *
 * @param fn what the function does to the tables, for the name of a column
 * @param column what it is computed of
 * @param timeSrc the column whose value becomes the time
 * @param timeDst the column that gets the time
 * @param createEmpty whether windows without rows get a row, too
 */
public record AggregateWindow(
        FluxDuration every,
        FluxDuration period,
        FluxDuration offset,
        Zone location,
        Function<String, Operation> fn,
        String column,
        String timeSrc,
        String timeDst,
        boolean createEmpty,
        Position at)
        implements Operation {

    @Override
    public boolean takesUnread() {
        return true;
    }

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        Operation operation = fn.apply(column);
        if (!(operation instanceof Reduce reduce)) {
            return stepByStep(operation, tables, execution);
        }
        List<Table> made = new ArrayList<>();
        for (Table table : tables) {
            if (WindowedReduce.fits(this, reduce, table)) {
                made.addAll(new WindowedReduce(this, reduce, table, execution.budget()).tables());
            } else {
                made.addAll(stepByStep(reduce, List.of(table), execution));
            }
        }
        return made;
    }

    private List<Table> stepByStep(Operation operation, List<Table> tables, Execution execution) {
        List<Table> there = tables.stream()
                .filter(table -> !table.unread() || !table.empty())
                .toList();
        Window windows =
                new Window(every, period, offset, location, Table.TIME, Table.START, Table.STOP, createEmpty, at);
        Window back = new Window(
                FluxDuration.INFINITE,
                FluxDuration.INFINITE,
                FluxDuration.ZERO,
                location,
                timeDst,
                Table.START,
                Table.STOP,
                false,
                at);
        List<Table> aggregated = operation.apply(windows.apply(there, execution), execution);
        List<Table> filled =
                createEmpty ? aggregated.stream().map(AggregateWindow::withRow).toList() : aggregated;
        return back.apply(new Duplicate(timeSrc, timeDst, at).apply(filled, execution), execution);
    }

    /** A window that has no row gets one, of its group key. */
    private static Table withRow(Table table) {
        return table.empty() ? table.withRows(Rows.one(table.key())) : table;
    }
}
