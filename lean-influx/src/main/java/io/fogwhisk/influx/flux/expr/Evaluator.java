package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.syntax.Statement;
import io.fogwhisk.influx.flux.table.Deadline;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Computes what expressions are worth. Functions of rows are computed the same way, with a row whose columns are known
 * and whose values are not: what comes out is a {@link Node} for what depends on the row. Not thread-safe.
 */
public final class Evaluator {

    private static final String UNIVERSE = "universe";
    private static final Set<String> LOGIC = Set.of("and", "or");
    /** More is no query, but an attempt to keep us busy. */
    private static final int MAX_STEPS = 2_000_000;
    /** Functions that call functions: each level takes some of the stack. */
    private static final int MAX_CALLS = 200;
    /** So does each expression within another. */
    private static final int MAX_DEPTH = 1_500;

    /** What a script makes of texts and arrays, in bytes, roughly. */
    private static final long MAX_MADE = 64L << 20;

    private static final int ITEM_BYTES = 64;

    private final Library library;
    private final Deadline deadline;
    private final Map<String, String> imports;
    private int steps;
    private long made;
    private int calls;
    private int depth;

    /**
     * An evaluator of one script.
     *
     * @param deadline when the query has to be done
     * @param imports the paths of the packages by the names that the script gives them
     */
    public Evaluator(Library library, Map<String, String> imports, Deadline deadline) {
        this.deadline = deadline;
        this.library = library;
        this.imports = Map.copyOf(imports);
    }

    /** What an expression is worth. */
    public Value evaluate(Expr expr, Scope scope) {
        steps++;
        deadline.check();
        if (steps > MAX_STEPS) {
            throw expr.at().error("the script takes too many steps");
        }
        depth++;
        if (depth > MAX_DEPTH) {
            throw expr.at().error("expressions and functions are nested more than " + MAX_DEPTH + " levels deep");
        }
        try {
            Value value = value(expr, scope);
            if (!(expr instanceof Expr.Identifier || expr instanceof Expr.Member || expr instanceof Expr.Index)) {
                made(value, expr);
            }
            return value;
        } finally {
            depth--;
        }
    }

    private void made(Value value, Expr expr) {
        if (value instanceof Value.Array array) {
            made += (long) array.items().size() * ITEM_BYTES;
        } else if (value instanceof Scalar scalar && scalar.constant() && scalar.value() instanceof String text) {
            made += text.length();
        }
        if (made > MAX_MADE) {
            throw expr.at().error("the script makes more than " + (MAX_MADE >> 20) + " MiB of texts and arrays");
        }
    }

    private Value value(Expr expr, Scope scope) {
        if (expr instanceof Expr.StringLiteral text) {
            return Scalar.text(text.value());
        } else if (expr instanceof Expr.IntegerLiteral number) {
            return Scalar.of(BasicType.INT, number.value());
        } else if (expr instanceof Expr.FloatLiteral number) {
            return Scalar.of(BasicType.FLOAT, number.value());
        } else if (expr instanceof Expr.DurationLiteral duration) {
            return Scalar.of(BasicType.DURATION, duration.value());
        } else if (expr instanceof Expr.TimeLiteral time) {
            return Scalar.of(BasicType.TIME, time.nanos());
        } else if (expr instanceof Expr.RegexLiteral regex) {
            return Scalar.of(BasicType.REGEXP, regex.pattern());
        } else if (expr instanceof Expr.Identifier identifier) {
            return identifier(identifier, scope);
        } else if (expr instanceof Expr.Member member) {
            return member(member, scope);
        } else if (expr instanceof Expr.Call call) {
            return call(call, null, scope);
        } else if (expr instanceof Expr.Pipe pipe) {
            return call(pipe.call(), evaluate(pipe.left(), scope), scope);
        } else if (expr instanceof Expr.Binary binary) {
            return binary(binary, scope);
        } else if (expr instanceof Expr.Unary unary) {
            return unary(unary, scope);
        } else if (expr instanceof Expr.Lambda lambda) {
            return new Closure(lambda, scope, this);
        } else if (expr instanceof Expr.Conditional conditional) {
            return conditional(conditional, scope);
        }
        return composite(expr, scope);
    }

    private Value composite(Expr expr, Scope scope) {
        if (expr instanceof Expr.ArrayLiteral array) {
            return new Value.Array(
                    array.items().stream().map(item -> evaluate(item, scope)).toList());
        } else if (expr instanceof Expr.RecordLiteral literal) {
            return record(literal, scope);
        } else if (expr instanceof Expr.Interpolation interpolation) {
            return interpolation(interpolation, scope);
        } else if (expr instanceof Expr.Index index) {
            return index(index, scope);
        }
        throw expr.at().error("dictionaries are not supported");
    }

    private Value record(Expr.RecordLiteral literal, Scope scope) {
        Map<String, Value> fields = new LinkedHashMap<>();
        if (literal.base().isPresent()) {
            Value base = identifier(literal.base().get(), scope);
            if (!(base instanceof Value.Struct record)) {
                throw literal.at().error("only a record can be extended, found " + base.described());
            }
            fields.putAll(record.fields());
        }
        literal.properties().forEach((name, value) -> fields.put(name, evaluate(value, scope)));
        // InfluxDB sorts the fields of a record that extends another, and no others.
        return new Value.Struct(literal.base().isPresent() ? new TreeMap<>(fields) : fields);
    }

    private Value interpolation(Expr.Interpolation interpolation, Scope scope) {
        Scalar text = Scalar.text("");
        for (Expr part : interpolation.parts()) {
            Value value = evaluate(part, scope);
            if (!(value instanceof Scalar scalar) || scalar.type() == BasicType.REGEXP) {
                throw part.at().error("cannot make a text of " + value.described());
            }
            BasicType type = scalar.type();
            Scalar shown = type == null
                    ? Scalar.NULL
                    : Lifted.scalar(BasicType.STRING, part.at(), of -> Formats.text(type, of[0]), scalar);
            text = Arithmetic.of("+", text, shown, part.at());
            if (text.type() == null) {
                throw part.at().error("cannot make a text of null").ofValues();
            }
        }
        return text;
    }

    private Value index(Expr.Index index, Scope scope) {
        Value array = evaluate(index.array(), scope);
        Value place = evaluate(index.index(), scope);
        Position at = index.at();
        if (!(place instanceof Scalar scalar) || scalar.type() != BasicType.INT) {
            throw at.error("the index of an array must be an int, found " + place.described());
        }
        if (array instanceof Value.Array known && scalar.constant()) {
            long i = scalar.value() instanceof Long number ? number : -1;
            if (i < 0 || i >= known.items().size()) {
                throw outside(i, known.items().size(), at).ofValues();
            }
            return known.items().get((int) i);
        }
        BasicType item = itemType(array, at);
        return Lifted.scalar(
                item,
                at,
                of -> {
                    List<?> items = (List<?>) of[0];
                    long i = (Long) of[1];
                    if (i < 0 || i >= items.size()) {
                        throw outside(i, items.size(), at);
                    }
                    return items.get((int) i);
                },
                array,
                place);
    }

    private static BasicType itemType(Value array, Position at) {
        if (array instanceof Value.RowArray rows) {
            return rows.item();
        }
        if (array instanceof Value.Array known) {
            for (Value item : known.items()) {
                if (item instanceof Scalar scalar && scalar.type() != null) {
                    return scalar.type();
                }
            }
        }
        throw at.error("an index that depends on a row is not supported for " + array.described());
    }

    private static InfluxException outside(long index, int size, Position at) {
        return at.error("cannot access element " + index + " of an array of length " + size);
    }

    private Value identifier(Expr.Identifier identifier, Scope scope) {
        Value value = scope.find(identifier.name());
        if (value == null) {
            value = library.member(UNIVERSE, identifier.name());
        }
        if (value == null) {
            throw identifier.at().error("\"" + identifier.name() + "\" is not supported");
        }
        return value;
    }

    private Value member(Expr.Member member, Scope scope) {
        if (member.object() instanceof Expr.Identifier identifier
                && scope.find(identifier.name()) == null
                && imports.containsKey(identifier.name())) {
            Value value = library.member(imports.get(identifier.name()), member.name());
            if (value == null) {
                throw member.at().error("\"" + identifier.name() + "." + member.name() + "\" is not supported");
            }
            return value;
        }
        Value object = evaluate(member.object(), scope);
        if (!(object instanceof Value.Struct record)) {
            throw member.at().error("only a record has members, found " + object.described());
        }
        Value value = record.fields().get(member.name());
        return value == null ? Scalar.NULL : value;
    }

    private Value call(Expr.Call call, @Nullable Value piped, Scope scope) {
        Value function = evaluate(call.function(), scope);
        if (!(function instanceof FunctionValue callable)) {
            throw call.at().error("only a function can be called, found " + function.described());
        }
        Map<String, Value> values = new LinkedHashMap<>();
        Map<String, Position> places = new HashMap<>();
        call.arguments().forEach((name, value) -> {
            values.put(name, evaluate(value, scope));
            places.put(name, value.at());
        });
        return called(callable, new Arguments(name(call.function()), values, places, piped, call.at()));
    }

    /** Calls a function, unless functions call functions without end. */
    Value called(FunctionValue function, Arguments arguments) {
        calls++;
        if (calls > MAX_CALLS) {
            throw arguments.at().error("functions call each other more than " + MAX_CALLS + " levels deep");
        }
        try {
            return function.call(arguments);
        } finally {
            calls--;
        }
    }

    private static String name(Expr function) {
        if (function instanceof Expr.Identifier identifier) {
            return identifier.name();
        }
        return function instanceof Expr.Member member ? name(member.object()) + "." + member.name() : "function";
    }

    private Value conditional(Expr.Conditional conditional, Scope scope) {
        Scalar test = scalar(conditional.test(), scope);
        Comparisons.bool(test, conditional.test().at());
        if (test.constant()) {
            return evaluate(
                    Boolean.TRUE.equals(test.value()) ? conditional.consequence() : conditional.alternative(), scope);
        }
        return Branches.chosen(
                test,
                () -> evaluate(conditional.consequence(), scope),
                () -> evaluate(conditional.alternative(), scope),
                conditional.at());
    }

    private Scalar scalar(Expr expr, Scope scope) {
        Value value = evaluate(expr, scope);
        if (value instanceof Scalar scalar) {
            return scalar;
        }
        throw expr.at().error("expected a single value, found " + value.described());
    }

    private Value unary(Expr.Unary unary, Scope scope) {
        if (unary.operator().equals("exists")) {
            Value value = evaluate(unary.operand(), scope);
            return value instanceof Scalar scalar
                    ? Comparisons.exists(scalar, unary.at())
                    : Scalar.of(BasicType.BOOL, true);
        }
        Scalar operand = scalar(unary.operand(), scope);
        return switch (unary.operator()) {
            case "not" -> Comparisons.not(operand, unary.operand().at());
            case "-" -> Arithmetic.negated(operand, unary.at());
            default -> operand;
        };
    }

    private Value binary(Expr.Binary binary, Scope scope) {
        Position at = binary.at();
        String operator = binary.operator();
        if (LOGIC.contains(operator)) {
            Scalar left =
                    Comparisons.bool(scalar(binary.left(), scope), binary.left().at());
            // What is decided by its left side has no right one.
            if (left.constant() && left.value() instanceof Boolean flag && flag == operator.equals("or")) {
                return left;
            }
            return Comparisons.logic(operator, left, right(binary, left, scope), at);
        }
        Scalar left = scalar(binary.left(), scope);
        Scalar right = scalar(binary.right(), scope);
        return switch (operator) {
            case "=~", "!~" -> Comparisons.matches(operator, left, right, at);
            case "==", "!=", "<", "<=", ">", ">=" -> Comparisons.compared(operator, left, right, at);
            default -> Arithmetic.of(operator, left, right, at);
        };
    }

    /** What is right of "and" or "or"; where it cannot be computed that is wrong only for rows that need it. */
    private Scalar right(Expr.Binary binary, Scalar left, Scope scope) {
        try {
            return Comparisons.bool(
                    scalar(binary.right(), scope), binary.right().at());
        } catch (InfluxException e) {
            if (left.constant()) {
                throw e;
            }
            return Scalar.failing(BasicType.BOOL, e.onlyOfValues());
        }
    }

    /** Gives the values of a function's statements their names. */
    void statements(List<Statement> statements, Scope scope) {
        for (Statement statement : statements) {
            Value value = evaluate(statement.value(), scope);
            if (statement instanceof Statement.Assignment assignment) {
                scope.put(assignment.name(), value);
            } else if (!(statement instanceof Statement.Expression)) {
                throw statement.at().error("an option can only be set outside of functions");
            }
        }
    }
}
