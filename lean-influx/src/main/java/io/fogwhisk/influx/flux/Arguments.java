package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Expr.ArrayLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.BooleanLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.DurationLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.IntegerLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Lambda;
import io.fogwhisk.influx.flux.syntax.Expr.StringLiteral;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The evaluated arguments of a call, checked as they are asked for. */
final class Arguments {

    private final String function;
    private final Map<String, Expr> values;
    private final Position at;

    /** Refuses names that the function does not know, so that no argument is silently left out of account. */
    Arguments(String function, Map<String, Expr> values, Set<String> known, Position at) {
        this.function = function;
        this.values = values;
        this.at = at;
        values.forEach((name, value) -> {
            if (!known.contains(name)) {
                throw value.at().error("argument " + name + " of " + function + "() is not supported");
            }
        });
    }

    @Nullable
    Expr optional(String name) {
        return values.get(name);
    }

    Expr required(String name) {
        Expr value = values.get(name);
        if (value == null) {
            throw at.error("missing required argument " + name + " of " + function + "()");
        }
        return value;
    }

    String string(String name) {
        Expr value = required(name);
        if (value instanceof StringLiteral text) {
            return text.value();
        }
        throw wrong(name, "a string", value);
    }

    String string(String name, String byDefault) {
        return values.containsKey(name) ? string(name) : byDefault;
    }

    boolean bool(String name, boolean byDefault) {
        Expr value = values.get(name);
        if (value == null) {
            return byDefault;
        }
        if (value instanceof BooleanLiteral flag) {
            return flag.value();
        }
        throw wrong(name, "true or false", value);
    }

    long count(String name) {
        Expr value = required(name);
        if (value instanceof IntegerLiteral number && number.value() >= 0) {
            return number.value();
        }
        throw wrong(name, "a number, 0 or more", value);
    }

    long count(String name, long byDefault) {
        return values.containsKey(name) ? count(name) : byDefault;
    }

    FluxDuration duration(String name) {
        Expr value = required(name);
        if (value instanceof DurationLiteral duration) {
            return duration.value();
        }
        throw wrong(name, "a duration", value);
    }

    List<String> strings(String name) {
        Expr value = required(name);
        if (!(value instanceof ArrayLiteral array)) {
            throw wrong(name, "a list of strings", value);
        }
        List<String> strings = new ArrayList<>();
        for (Expr item : array.items()) {
            if (!(item instanceof StringLiteral text)) {
                throw wrong(name, "a list of strings", item);
            }
            strings.add(text.value());
        }
        return strings;
    }

    List<String> strings(String name, List<String> byDefault) {
        return values.containsKey(name) ? strings(name) : byDefault;
    }

    Lambda predicate(String name) {
        Expr value = required(name);
        if (value instanceof Lambda lambda && lambda.parameters().equals(List.of("r"))) {
            return lambda;
        }
        throw wrong(name, "a function (r) => ...", value);
    }

    private RuntimeException wrong(String name, String expected, Expr value) {
        return value.at().error("argument " + name + " of " + function + "() must be " + expected);
    }
}
