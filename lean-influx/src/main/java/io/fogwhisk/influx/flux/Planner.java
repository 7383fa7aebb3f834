package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.flux.Expr.ArrayLiteral;
import io.fogwhisk.influx.flux.Expr.Binary;
import io.fogwhisk.influx.flux.Expr.Call;
import io.fogwhisk.influx.flux.Expr.DurationLiteral;
import io.fogwhisk.influx.flux.Expr.FloatLiteral;
import io.fogwhisk.influx.flux.Expr.Identifier;
import io.fogwhisk.influx.flux.Expr.IntegerLiteral;
import io.fogwhisk.influx.flux.Expr.Lambda;
import io.fogwhisk.influx.flux.Expr.Member;
import io.fogwhisk.influx.flux.Expr.Pipe;
import io.fogwhisk.influx.flux.Expr.TimeLiteral;
import io.fogwhisk.influx.flux.Expr.Unary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns statements into the plans of the results that a script yields. */
final class Planner {

    private static final Set<String> TRANSFORMATIONS =
            Set.of("range", "filter", "group", "keep", "drop", "sort", "limit", "aggregateWindow", "yield");
    private static final String DEFAULT_RESULT = "_result";

    private final Set<String> buckets;
    private final long now;
    private final Map<String, Value> variables = new HashMap<>();
    private final Map<String, Plan> results = new LinkedHashMap<>();

    private Planner(Set<String> buckets, long now) {
        this.buckets = buckets;
        this.now = now;
    }

    /** What an expression is worth: a stream, or an expression that needs no more evaluation. */
    private record Value(@Nullable Plan stream, @Nullable Expr expr) {}

    /**
     * Plans a script.
     *
     * @return the plan of each result, by its name, in the order of the script
     */
    static Map<String, Plan> plan(List<Statement> statements, Set<String> buckets, long now) {
        Planner planner = new Planner(buckets, now);
        statements.forEach(planner::statement);
        if (planner.results.isEmpty()) {
            throw statements.get(0).value().at().error("this Flux script returns no streaming data");
        }
        return planner.results;
    }

    private void statement(Statement statement) {
        Expr expr = statement.value();
        Value value = evaluate(expr);
        Optional<String> name = statement.name();
        if (name.isPresent()) {
            variables.put(name.get(), value);
        } else if (value.stream() != null && !yields(expr)) {
            result(DEFAULT_RESULT, value.stream(), expr.at());
        }
    }

    private static boolean yields(Expr expr) {
        return expr instanceof Pipe pipe
                && pipe.call().function() instanceof Identifier function
                && function.name().equals("yield");
    }

    private void result(String name, Plan plan, Position at) {
        if (plan instanceof Plan.Unbounded source) {
            throw unbounded(source);
        }
        if (results.putIfAbsent(name, plan) != null) {
            throw at.error("two results have the name \"" + name + "\": give each its own with yield(name: ...)");
        }
    }

    private Value evaluate(Expr expr) {
        if (expr instanceof Pipe || expr instanceof Call) {
            return called(expr);
        }
        if (expr instanceof Identifier identifier) {
            Value value = variables.get(identifier.name());
            if (value != null) {
                return value;
            }
            if (Aggregate.of(identifier.name()).isPresent()) {
                return new Value(null, identifier);
            }
            throw undefined(identifier);
        }
        if (expr instanceof ArrayLiteral array) {
            List<Expr> items = new ArrayList<>();
            array.items().forEach(item -> items.add(literal(item)));
            return new Value(null, new ArrayLiteral(items, array.at()));
        }
        if (expr instanceof Lambda lambda) {
            return new Value(
                    null, new Lambda(lambda.parameters(), inline(lambda.body(), lambda.parameters()), lambda.at()));
        }
        if (expr instanceof Unary unary) {
            return new Value(null, negate(unary));
        }
        if (expr instanceof Binary || expr instanceof Member) {
            throw expr.at().error("this expression is only supported inside a function (r) => ...");
        }
        return new Value(null, expr);
    }

    private Expr literal(Expr expr) {
        Value value = evaluate(expr);
        if (value.expr() == null) {
            throw expr.at().error("a stream of tables cannot be used as a value");
        }
        return value.expr();
    }

    private Expr negate(Unary unary) {
        if (unary.operator().equals("-")) {
            Expr operand = literal(unary.operand());
            if (operand instanceof IntegerLiteral number) {
                return new IntegerLiteral(-number.value(), unary.at());
            }
            if (operand instanceof FloatLiteral number) {
                return new FloatLiteral(-number.value(), unary.at());
            }
            if (operand instanceof DurationLiteral duration) {
                return new DurationLiteral(duration.value().negated(), unary.at());
            }
        }
        throw unary.at().error("operator " + unary.operator() + " cannot be used here");
    }

    /** The body of a function, with variables replaced by their values. */
    private Expr inline(Expr body, List<String> parameters) {
        if (body instanceof Binary binary) {
            return new Binary(
                    binary.operator(),
                    inline(binary.left(), parameters),
                    inline(binary.right(), parameters),
                    binary.at());
        }
        if (body instanceof Unary unary && !unary.operator().equals("-")) {
            return new Unary(unary.operator(), inline(unary.operand(), parameters), unary.at());
        }
        if (body instanceof Member member
                && member.object() instanceof Identifier object
                && parameters.contains(object.name())) {
            return member;
        }
        if (body instanceof Identifier identifier && parameters.contains(identifier.name())) {
            throw body.at()
                    .error("name a column: " + identifier.name() + "._value or " + identifier.name() + "[\"_value\"]");
        }
        return literal(body);
    }

    private Value called(Expr expr) {
        Plan input = null;
        Call call;
        if (expr instanceof Pipe pipe) {
            input = evaluate(pipe.left()).stream();
            if (input == null) {
                throw pipe.at().error("what stands before |> is not a stream of tables");
            }
            call = pipe.call();
        } else {
            call = (Call) expr;
        }
        if (!(call.function() instanceof Identifier function)) {
            throw call.at().error("packages are not supported");
        }
        Map<String, Expr> arguments = new LinkedHashMap<>();
        call.arguments().forEach((name, value) -> arguments.put(name, literal(value)));
        String name = function.name();
        if (name.equals("from") || name.equals("now")) {
            if (input != null) {
                throw call.at().error(name + "() takes no tables");
            }
            return name.equals("from")
                    ? new Value(from(arguments, call.at()), null)
                    : new Value(null, now(arguments, call.at()));
        }
        if (!TRANSFORMATIONS.contains(name) && Aggregate.of(name).isEmpty()) {
            throw undefined(function);
        }
        if (input == null) {
            throw call.at().error(name + "() needs tables: write ... |> " + name + "(...)");
        }
        if (input instanceof Plan.Unbounded source && !name.equals("range")) {
            throw unbounded(source);
        }
        return new Value(transformation(name, input, arguments, call.at()), null);
    }

    private Plan from(Map<String, Expr> values, Position at) {
        Arguments arguments = new Arguments("from", values, Set.of("bucket"), at);
        String bucket = arguments.string("bucket");
        if (!buckets.contains(bucket)) {
            throw arguments
                    .required("bucket")
                    .at()
                    .error(
                            ErrorCode.NOT_FOUND,
                            "failed to initialize execute state: could not find bucket \"" + bucket + "\"");
        }
        return new Plan.Unbounded(bucket, at);
    }

    private Expr now(Map<String, Expr> values, Position at) {
        new Arguments("now", values, Set.of(), at);
        return new TimeLiteral(now, at);
    }

    private Plan transformation(String name, Plan input, Map<String, Expr> values, Position at) {
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
            case "yield" -> {
                Arguments arguments = new Arguments(name, values, Set.of("name"), at);
                result(arguments.string("name", DEFAULT_RESULT), input, at);
                yield input;
            }
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
        return new Plan.Source(source.bucket(), new Table.Bounds(start, stop), source.at());
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

    private static RuntimeException unbounded(Plan.Unbounded source) {
        return source.at()
                .error("cannot submit unbounded read to \"" + source.bucket()
                        + "\"; try bounding 'from' with a call to 'range'");
    }

    private static RuntimeException undefined(Identifier identifier) {
        return identifier
                .at()
                .error("undefined identifier \"" + identifier.name()
                        + "\": served here are from, range, filter, group, keep, drop, sort, limit, first, last, count,"
                        + " sum, mean, median, min, max, aggregateWindow, yield and now");
    }
}
