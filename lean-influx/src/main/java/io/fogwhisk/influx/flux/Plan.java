package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Aggregate;
import io.fogwhisk.influx.flux.table.Table;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.List;

/** How a stream of tables comes about: a source, and operations on it. */
sealed interface Plan {

    /** Where the script says so. */
    Position at();

    /** A bucket whose time range is not known yet; it cannot be read. */
    record Unbounded(String bucket, String key, Position at) implements Plan {}

    /** The points of a bucket in a time range. */
    record Source(String key, Table.Bounds bounds, Position at) implements Plan {}

    /** Rows that satisfy a condition on {@code parameter}. */
    record Filter(Plan input, String parameter, Expr condition, Position at) implements Plan {}

    /** Other group keys. */
    record Group(Plan input, List<String> columns, boolean except, Position at) implements Plan {}

    /** Only some columns: those listed, or all others. */
    record Columns(Plan input, List<String> columns, boolean keep, Position at) implements Plan {}

    /** Rows in order, within each table. */
    record Sort(Plan input, List<String> columns, boolean descending, Position at) implements Plan {}

    /** The first rows of each table. */
    record Limit(Plan input, long count, long offset, Position at) implements Plan {}

    /** One row for each table. */
    record Reduce(Plan input, Aggregate aggregate, String column, Position at) implements Plan {}

    /** One row for each window of each table. */
    record Window(
            Plan input,
            FluxDuration every,
            Aggregate aggregate,
            String column,
            String timeSource,
            boolean createEmpty,
            Position at)
            implements Plan {}
}
