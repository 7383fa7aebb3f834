package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;

/** How a stream of tables comes about: sources, and operations on them. */
public sealed interface Plan {

    /** The points of a bucket in a time range. */
    record Source(String bucket, Table.Bounds bounds, Position at) implements Plan {}

    /** Tables that the script itself holds. */
    record Constant(List<Table> tables, Position at) implements Plan {}

    /** What an operation makes of a stream. */
    record Step(Plan input, Operation operation) implements Plan {}

    /** What several streams become. */
    record Combined(List<Plan> inputs, Combination combination) implements Plan {}
}
