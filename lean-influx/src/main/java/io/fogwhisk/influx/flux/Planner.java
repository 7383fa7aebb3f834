package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Expr.ArrayLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Binary;
import io.fogwhisk.influx.flux.syntax.Expr.Call;
import io.fogwhisk.influx.flux.syntax.Expr.DurationLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.FloatLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Identifier;
import io.fogwhisk.influx.flux.syntax.Expr.IntegerLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Lambda;
import io.fogwhisk.influx.flux.syntax.Expr.Member;
import io.fogwhisk.influx.flux.syntax.Expr.Pipe;
import io.fogwhisk.influx.flux.syntax.Expr.TimeLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Unary;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.syntax.Statement;
import io.fogwhisk.influx.flux.table.Aggregate;
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

    private static final String DEFAULT_RESULT = "_result";

    private final Map<String, String> buckets;
    private final long now;
    private final Map<String, Value> variables = new HashMap<>();
    private final Map<String, Plan> results = new LinkedHashMap<>();

    private Planner(Map<String, String> buckets, long now) {
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
    static Map<String, Plan> plan(List<Statement> statements, Map<String, String> buckets, long now) {
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
        if (!name.equals("yield") && !Transformations.known(name)) {
            throw undefined(function);
        }
        if (input == null) {
            throw call.at().error(name + "() needs tables: write ... |> " + name + "(...)");
        }
        if (input instanceof Plan.Unbounded source && !name.equals("range")) {
            throw unbounded(source);
        }
        if (name.equals("yield")) {
            Arguments yielded = new Arguments(name, arguments, Set.of("name"), call.at());
            result(yielded.string("name", DEFAULT_RESULT), input, call.at());
            return new Value(input, null);
        }
        return new Value(new Transformations(now).plan(name, input, arguments, call.at()), null);
    }

    private Plan from(Map<String, Expr> values, Position at) {
        Arguments arguments = new Arguments("from", values, Set.of("bucket"), at);
        String bucket = arguments.string("bucket");
        String key = buckets.get(bucket);
        if (key == null) {
            throw arguments
                    .required("bucket")
                    .at()
                    .error(
                            ErrorCode.NOT_FOUND,
                            "failed to initialize execute state: could not find bucket \"" + bucket + "\"");
        }
        return new Plan.Unbounded(bucket, key, at);
    }

    private Expr now(Map<String, Expr> values, Position at) {
        new Arguments("now", values, Set.of(), at);
        return new TimeLiteral(now, at);
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
