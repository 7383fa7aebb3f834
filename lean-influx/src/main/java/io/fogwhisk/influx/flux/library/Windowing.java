package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.AggregateWindow;
import io.fogwhisk.influx.flux.table.Execution;
import io.fogwhisk.influx.flux.table.Operation;
import io.fogwhisk.influx.flux.table.Plan;
import io.fogwhisk.influx.flux.table.Table;
import io.fogwhisk.influx.flux.table.TruncateTimeColumn;
import io.fogwhisk.influx.flux.table.Window;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The functions that cut streams into windows of time. */
final class Windowing {

    private Windowing() {}

    static void register(Registry registry, Environment environment) {
        registry.operation("window", (arguments, at) -> window(arguments, environment, at));
        registry.operation(
                "truncateTimeColumn",
                (arguments, at) -> new TruncateTimeColumn(
                        arguments.duration("unit"),
                        arguments.text("timeColumn", Table.TIME),
                        environment.location(),
                        at));
        registry.operation("aggregateWindow", (arguments, at) -> aggregateWindow(arguments, environment, at));
    }

    private static Operation window(Arguments arguments, Environment environment, Position at) {
        if (!arguments.has("every") && !arguments.has("period")) {
            throw at.error("window() needs every or period");
        }
        FluxDuration every = arguments.duration(arguments.has("every") ? "every" : "period");
        positive(every, arguments, arguments.has("every") ? "every" : "period");
        return new Window(
                every,
                arguments.duration("period", every),
                arguments.duration("offset", FluxDuration.ZERO),
                environment.location(arguments),
                arguments.text("timeColumn", Table.TIME),
                arguments.text("startColumn", Table.START),
                arguments.text("stopColumn", Table.STOP),
                arguments.flag("createEmpty", false),
                at);
    }

    private static Operation aggregateWindow(Arguments arguments, Environment environment, Position at) {
        FluxDuration every = arguments.duration("every");
        positive(every, arguments, "every");
        FunctionValue fn = arguments.fn("fn");
        Position place = arguments.at("fn");
        return new AggregateWindow(
                every,
                arguments.duration("period", every),
                arguments.duration("offset", FluxDuration.ZERO),
                environment.location(arguments),
                column -> operation(fn, column, place),
                arguments.text("column", Table.VALUE),
                arguments.text("timeSrc", Table.STOP),
                arguments.text("timeDst", Table.TIME),
                arguments.flag("createEmpty", true),
                at);
    }

    private static void positive(FluxDuration duration, Arguments arguments, String name) {
        if (duration.months() != 0 && duration.nanos() != 0) {
            throw arguments.at(name).error("argument " + name + " cannot mix months with shorter units");
        }
        if (duration.months() <= 0 && duration.nanos() <= 0) {
            throw arguments.at(name).error("argument " + name + " must be positive");
        }
    }

    /** What a function does to a stream, found out by giving it one. */
    private static Operation operation(FunctionValue fn, String column, Position at) {
        Plan probe = new Plan.Constant(List.of(), at);
        Value value = fn.call(Arguments.of("fn", Map.of("column", Scalar.text(column)), Registry.stream(probe), at));
        if (!(value instanceof Value.Stream stream)) {
            throw at.error("the function of aggregateWindow() must return tables, found " + value.described());
        }
        Deque<Operation> operations = new ArrayDeque<>();
        Plan plan = stream.plan();
        while (plan instanceof Plan.Step step) {
            operations.push(step.operation());
            plan = step.input();
        }
        if (plan != probe || operations.isEmpty()) {
            throw at.error("the function of aggregateWindow() must aggregate the tables that it is given");
        }
        return operations.size() == 1 ? operations.getFirst() : new Sequence(List.copyOf(operations), at);
    }

    /** Several operations, one after the other. */
    private record Sequence(List<Operation> operations, Position at) implements Operation {
        @Override
        public List<Table> apply(List<Table> tables, Execution execution) {
            List<Table> stream = tables;
            for (Operation operation : operations) {
                stream = operation.apply(
                        stream.stream()
                                .filter(table -> !table.unread() || !table.empty())
                                .toList(),
                        execution);
            }
            return stream;
        }
    }
}
