package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Plan;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call. What a function takes as a setting must be known before there are rows; the methods that
 * return such say so where it is not. Immutable.
 */
public final class Arguments {

    private final String function;
    private final Map<String, Value> values;
    private final Map<String, Position> places;
    private final @Nullable Value piped;
    private final Position at;

    /**
     * Arguments.
     *
     * @param function how messages call what is called
     * @param values by their names
     * @param places where they stand
     * @param piped what stands before {@code |>}
     * @param at where the call stands
     */
    public Arguments(
            String function,
            Map<String, Value> values,
            Map<String, Position> places,
            @Nullable Value piped,
            Position at) {
        this.function = function;
        this.values = Map.copyOf(values);
        this.places = Map.copyOf(places);
        this.piped = piped;
        this.at = at;
    }

    /** Arguments that the script does not give itself. */
    public static Arguments of(String function, Map<String, Value> values, @Nullable Value piped, Position at) {
        return new Arguments(function, values, Map.of(), piped, at);
    }

    /** Where the call stands. */
    public Position at() {
        return at;
    }

    /** Where an argument stands, or else the call. */
    public Position at(String name) {
        return places.getOrDefault(name, at);
    }

    /** How messages call what is called. */
    public String function() {
        return function;
    }

    /** The names that were given. */
    public Set<String> names() {
        return values.keySet();
    }

    /** What stands before {@code |>}; null if nothing. */
    public @Nullable Value piped() {
        return piped;
    }

    /** Whether an argument was given. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** An argument; null if it was not given. */
    public @Nullable Value optional(String name) {
        return values.get(name);
    }

    /** What was piped, or else an argument of this name. */
    public Value pipedOr(String name) {
        return piped != null ? piped : required(name);
    }

    /** An argument that must be given. */
    public Value required(String name) {
        Value value = values.get(name);
        if (value == null) {
            throw at.error("missing required argument " + name + " of " + function + "()");
        }
        return value;
    }

    /** The stream that the function works on. */
    public Plan tables() {
        return stream("tables", pipedOr("tables"));
    }

    /** A stream. */
    public Plan stream(String name, Value value) {
        if (value instanceof Value.Stream stream) {
            return stream.plan();
        }
        throw wrong(name, "a stream of tables", value);
    }

    /** A value without parts. */
    public Scalar scalar(String name) {
        Value value = required(name);
        if (value instanceof Scalar scalar) {
            return scalar;
        }
        throw wrong(name, "a single value", value);
    }

    private Object constant(String name, BasicType type) {
        if (required(name) instanceof Scalar scalar && scalar.type() == type) {
            if (!scalar.constant()) {
                throw at(name).error("argument " + name + " of " + function + "() must not depend on a row");
            }
            Object value = scalar.value();
            if (value != null) {
                return value;
            }
        }
        throw wrong(name, "of type " + type.text(), required(name));
    }

    /** A text. */
    public String text(String name) {
        return (String) constant(name, BasicType.STRING);
    }

    /** A text, or its default. */
    public String text(String name, String byDefault) {
        return has(name) ? text(name) : byDefault;
    }

    /** A text, or its default, that is one of a few. */
    public String choice(String name, String byDefault, List<String> choices) {
        String chosen = text(name, byDefault);
        if (!choices.contains(chosen)) {
            throw at(name).error("argument " + name + " of " + function + "() must be \""
                    + String.join("\" or \"", choices) + "\", was \"" + chosen + "\"");
        }
        return chosen;
    }

    /** A yes or no, or its default. */
    public boolean flag(String name, boolean byDefault) {
        return has(name) ? (Boolean) constant(name, BasicType.BOOL) : byDefault;
    }

    /** A whole number. */
    public long integer(String name) {
        return (Long) constant(name, BasicType.INT);
    }

    /** A whole number, or its default. */
    public long integer(String name, long byDefault) {
        return has(name) ? integer(name) : byDefault;
    }

    /** A whole number, or its default, that is not less than a least. */
    public long atLeast(long least, String name, long byDefault) {
        long value = integer(name, byDefault);
        if (value < least) {
            throw at(name).error("argument " + name + " of " + function + "() must be a number, " + least + " or more");
        }
        return value;
    }

    /** A number with a fraction. */
    public double number(String name) {
        return (Double) constant(name, BasicType.FLOAT);
    }

    /** A number with a fraction, or its default. */
    public double number(String name, double byDefault) {
        return has(name) ? number(name) : byDefault;
    }

    /** A length of time. */
    public FluxDuration duration(String name) {
        return (FluxDuration) constant(name, BasicType.DURATION);
    }

    /** A length of time, or its default. */
    public FluxDuration duration(String name, FluxDuration byDefault) {
        return has(name) ? duration(name) : byDefault;
    }

    /** Texts. */
    public List<String> texts(String name) {
        if (!(required(name) instanceof Value.Array array)) {
            throw wrong(name, "a list of strings", required(name));
        }
        List<String> texts = new ArrayList<>();
        for (Value item : array.items()) {
            if (!(item instanceof Scalar scalar)
                    || !scalar.constant()
                    || !(scalar.value() instanceof String text)
                    || scalar.type() != BasicType.STRING) {
                throw wrong(name, "a list of strings", item);
            }
            texts.add(text);
        }
        return texts;
    }

    /** Texts, or their default. */
    public List<String> texts(String name, List<String> byDefault) {
        return has(name) ? texts(name) : byDefault;
    }

    /** A record. */
    public Value.Struct record(String name) {
        if (required(name) instanceof Value.Struct record) {
            return record;
        }
        throw wrong(name, "a record", required(name));
    }

    /** An array. */
    public Value.Array array(String name, Value value) {
        if (value instanceof Value.Array array) {
            return array;
        }
        throw wrong(name, "an array", value);
    }

    /** A function. */
    public FunctionValue fn(String name) {
        if (required(name) instanceof FunctionValue fn) {
            return fn;
        }
        throw wrong(name, "a function", required(name));
    }

    /** A function, if it was given. */
    public Optional<FunctionValue> optionalFn(String name) {
        return has(name) ? Optional.of(fn(name)) : Optional.empty();
    }

    /** Says that an argument is not served. */
    public void refuse(String... names) {
        for (String name : names) {
            if (has(name)) {
                throw at(name).error("argument " + name + " of " + function + "() is not supported");
            }
        }
    }

    /** An argument that is wrong. */
    public RuntimeException wrong(String name, String expected, Value found) {
        return at(name).error("argument " + name + " of " + function + "() must be " + expected + ", was "
                + found.described());
    }
}
