package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Expr.DurationLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Identifier;
import io.fogwhisk.influx.flux.syntax.Expr.IntegerLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Lambda;
import io.fogwhisk.influx.flux.syntax.Expr.TimeLiteral;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Aggregate;
import io.fogwhisk.influx.flux.table.Table;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The functions that take a stream of tables and return another.
 *
 * @param now what relative times relate to
 */
record Transformations(long now) {

    private static final Set<String> NAMES =
            Set.of("range", "filter", "group", "keep", "drop", "sort", "limit", "aggregateWindow");

    static boolean known(String name) {
        return NAMES.contains(name) || Aggregate.of(name).isPresent();
    }

    /** The plan of a call of a known function, its arguments evaluated. */
    Plan plan(String name, Plan input, Map<String, Expr> values, Position at) {
        return switch (name) {
            case "range" -> range(input, new Arguments(name, values, Set.of("start", "stop"), at), at);
            case "filter" -> {
                Lambda fn = new Arguments(name, values, Set.of("fn"), at).predicate("fn");
                yield new Plan.Filter(input, fn.parameters().get(0), fn.body(), at);
            }
            case "group" -> group(input, new Arguments(name, values, Set.of("columns", "mode"), at), at);
            case "keep", "drop" ->
                new Plan.Columns(
                        input,
                        new Arguments(name, values, Set.of("columns"), at).strings("columns"),
                        name.equals("keep"),
                        at);
            case "sort" -> {
                Arguments arguments = new Arguments(name, values, Set.of("columns", "desc"), at);
                yield new Plan.Sort(
                        input, arguments.strings("columns", List.of(Table.VALUE)), arguments.bool("desc", false), at);
            }
            case "limit" -> {
                Arguments arguments = new Arguments(name, values, Set.of("n", "offset"), at);
                yield new Plan.Limit(input, arguments.count("n"), arguments.count("offset", 0), at);
            }
            case "aggregateWindow" -> window(input, values, at);
            default -> reduce(name, input, values, at);
        };
    }

    private Plan range(Plan input, Arguments arguments, Position at) {
        if (!(input instanceof Plan.Unbounded source)) {
            throw at.error("range() is only supported directly after from()");
        }
        long start = time(arguments.required("start"));
        Expr stopArgument = arguments.optional("stop");
        long stop = stopArgument == null ? now : time(stopArgument);
        if (start >= stop) {
            throw at.error("cannot query an empty range");
        }
        return new Plan.Source(source.key(), new Table.Bounds(start, stop), source.at());
    }

    private long time(Expr expr) {
        if (expr instanceof TimeLiteral time) {
            return time.nanos();
        }
        if (expr instanceof DurationLiteral duration) {
            return duration.value().after(now);
        }
        if (expr instanceof IntegerLiteral seconds) {
            return secondsToNanos(seconds);
        }
        throw expr.at()
                .error("a time must be a duration as -30m, a time as 2026-01-31T12:00:00Z, now(), or seconds"
                        + " since 1970");
    }

    private static long secondsToNanos(IntegerLiteral seconds) {
        try {
            return Math.multiplyExact(seconds.value(), 1_000_000_000L);
        } catch (ArithmeticException e) {
            throw seconds.at().error(seconds.value() + " seconds since 1970 is outside of the years 1677 to 2262");
        }
    }

    private static Plan group(Plan input, Arguments arguments, Position at) {
        String mode = arguments.string("mode", "by");
        if (!mode.equals("by") && !mode.equals("except")) {
            throw at.error("argument mode of group() must be \"by\" or \"except\", was \"" + mode + "\"");
        }
        return new Plan.Group(input, arguments.strings("columns", List.of()), mode.equals("except"), at);
    }

    private static Plan reduce(String name, Plan input, Map<String, Expr> values, Position at) {
        Aggregate aggregate = Aggregate.of(name).orElseThrow();
        Set<String> known = aggregate == Aggregate.MEDIAN ? Set.of("column", "method") : Set.of("column");
        Arguments arguments = new Arguments(name, values, known, at);
        if (aggregate == Aggregate.MEDIAN) {
            // The exact median also serves who asks for an estimate.
            String method = arguments.string("method", "estimate_tdigest");
            if (!method.equals("estimate_tdigest") && !method.equals("exact_mean")) {
                throw at.error("method \"" + method + "\" of median() is not supported, use exact_mean");
            }
        }
        return new Plan.Reduce(input, aggregate, arguments.string("column", Table.VALUE), at);
    }

    private static Plan window(Plan input, Map<String, Expr> values, Position at) {
        Arguments arguments =
                new Arguments("aggregateWindow", values, Set.of("every", "fn", "column", "timeSrc", "createEmpty"), at);
        FluxDuration every = arguments.duration("every");
        if (every.months() != 0 && every.nanos() != 0) {
            throw arguments.required("every").at().error("argument every cannot mix months with shorter units");
        }
        if (every.months() <= 0 && every.nanos() <= 0) {
            throw arguments.required("every").at().error("argument every must be positive");
        }
        Expr function = arguments.required("fn");
        Optional<Aggregate> aggregate =
                function instanceof Identifier name ? Aggregate.of(name.name()) : Optional.empty();
        if (aggregate.isEmpty()) {
            throw function.at().error("argument fn of aggregateWindow() must be the name of an aggregate, as mean");
        }
        String source = arguments.string("timeSrc", Table.STOP);
        if (!source.equals(Table.START)
                && !source.equals(Table.STOP)
                && !(source.equals(Table.TIME) && aggregate.get().selector())) {
            throw at.error(
                    "argument timeSrc of aggregateWindow() must be \"_start\" or \"_stop\", was \"" + source + "\"");
        }
        return new Plan.Window(
                input,
                every,
                aggregate.get(),
                arguments.string("column", Table.VALUE),
                source,
                arguments.bool("createEmpty", true),
                at);
    }
}
