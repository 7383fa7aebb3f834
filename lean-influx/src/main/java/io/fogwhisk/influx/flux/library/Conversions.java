package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.Formats;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Lifted;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Conversion;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.time.DateTimeException;
import java.util.Map;

/** The functions that make a value of one type of a value of another, and the few others that are always there. */
final class Conversions {

    private Conversions() {}

    static void register(Registry registry, Environment environment) {
        registry.value("universe", "true", Scalar.of(BasicType.BOOL, true));
        registry.value("universe", "false", Scalar.of(BasicType.BOOL, false));
        registry.value("universe", "inf", Scalar.of(BasicType.DURATION, FluxDuration.INFINITE));
        converting(registry, BasicType.STRING);
        converting(registry, BasicType.INT);
        converting(registry, BasicType.UINT);
        converting(registry, BasicType.FLOAT);
        converting(registry, BasicType.BOOL);
        converting(registry, BasicType.TIME);
        converting(registry, BasicType.DURATION);
        registry.function("now", arguments -> Scalar.of(BasicType.TIME, environment.now()));
        registry.function("system", "time", arguments -> Scalar.of(BasicType.TIME, environment.now()));
        registry.function("today", arguments -> Scalar.of(BasicType.TIME, Dates.day(environment)));
        registry.function("die", arguments -> {
            throw arguments.at().error(arguments.text("msg")).ofValues();
        });
        registry.function("display", Conversions::display);
        registry.function("types", "isType", Conversions::isType);
        registry.function("types", "isNumeric", arguments -> {
            BasicType type = arguments.required("v") instanceof Scalar scalar ? scalar.type() : null;
            return Scalar.of(
                    BasicType.BOOL, type == BasicType.INT || type == BasicType.UINT || type == BasicType.FLOAT);
        });
    }

    private static void converting(Registry registry, BasicType to) {
        registry.function(to.text(), (FunctionValue) arguments -> {
            Value value = arguments.pipedOr("v");
            if (!(value instanceof Scalar scalar)) {
                throw arguments.wrong("v", "a single value", value);
            }
            BasicType from = scalar.type();
            if (from == null) {
                return Scalar.NULL;
            }
            if (from == to) {
                return scalar;
            }
            if (!possible(from, to)) {
                throw arguments.at("v").error("cannot convert " + from.text() + " to " + to.text());
            }
            Position at = arguments.at();
            return Lifted.scalar(to, at, of -> convert(from, of[0], to, at), scalar);
        });
    }

    private static boolean possible(BasicType from, BasicType to) {
        return switch (to) {
            case STRING -> true;
            case INT, UINT -> from != BasicType.REGEXP;
            case FLOAT -> from != BasicType.REGEXP && from != BasicType.TIME && from != BasicType.DURATION;
            case BOOL -> from != BasicType.REGEXP && from != BasicType.TIME && from != BasicType.DURATION;
            case TIME, DURATION -> from == BasicType.STRING || from == BasicType.INT || from == BasicType.UINT;
            default -> false;
        };
    }

    /**
     * Converts a value.
     *
     * @throws io.fogwhisk.influx.InfluxException if this value cannot be converted
     */
    private static Object convert(BasicType from, Object value, BasicType to, Position at) {
        try {
            if (to == BasicType.STRING) {
                return Formats.text(from, value);
            }
            if (to == BasicType.DURATION) {
                return value instanceof String text ? duration(text) : new FluxDuration(0, (Long) value);
            }
            if (value instanceof FluxDuration duration) {
                return fixed(duration);
            }
            return Conversion.of(from.column().orElseThrow(), value, to.column().orElseThrow());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw at.error("cannot convert " + from.text() + " \"" + Formats.text(from, value) + "\" to " + to.text());
        }
    }

    private static long fixed(FluxDuration duration) {
        if (duration.months() != 0) {
            throw new IllegalArgumentException("months have no fixed length");
        }
        return duration.nanos();
    }

    private static FluxDuration duration(String text) {
        boolean negative = text.startsWith("-");
        FluxDuration duration = FluxDuration.parse(negative ? text.substring(1) : text);
        return negative ? duration.negated() : duration;
    }

    private static Value display(Arguments arguments) {
        Value value = arguments.required("v");
        if (!(value instanceof Scalar scalar)) {
            throw arguments.at("v").error("display() of " + value.described() + " is not supported");
        }
        BasicType type = scalar.type();
        if (type == null) {
            return Scalar.text("<null>");
        }
        return Lifted.scalar(BasicType.STRING, arguments.at(), of -> Formats.text(type, of[0]), scalar);
    }

    private static Value isType(Arguments arguments) {
        Value value = arguments.required("v");
        String type = arguments.text("type");
        Map<String, Boolean> composite = Map.of(
                "array", value instanceof Value.Array || value instanceof Value.RowArray,
                "record", value instanceof Value.Struct,
                "function", value instanceof FunctionValue);
        if (value instanceof Scalar scalar) {
            return Scalar.of(
                    BasicType.BOOL,
                    scalar.type() != null && scalar.type().text().equals(type));
        }
        return Scalar.of(BasicType.BOOL, composite.getOrDefault(type, false));
    }
}
