package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.Formats;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Lifted;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions that make a value of one type of a value of another, and the few others that are always there. */
final class Conversions {

    private static final double TWO_TO_63 = 0x1p63;
    private static final double TWO_TO_64 = 0x1p64;

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
            throw arguments.at().error(arguments.text("msg"));
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
    private static @Nullable Object convert(BasicType from, Object value, BasicType to, Position at) {
        try {
            return switch (to) {
                case STRING -> Formats.text(from, value);
                case INT -> integer(from, value);
                case UINT -> unsigned(from, value);
                case FLOAT -> number(from, value);
                case BOOL -> bool(from, value);
                case TIME -> value instanceof String text ? time(text) : value;
                case DURATION ->
                    value instanceof String text ? duration(text) : (Object) new FluxDuration(0, (Long) value);
                default -> value;
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            throw at.error("cannot convert " + from.text() + " \"" + Formats.text(from, value) + "\" to " + to.text());
        }
    }

    private static long integer(BasicType from, Object value) {
        return switch (from) {
            case STRING -> Long.parseLong((String) value);
            // As processors of Intel's kind convert what does not fit, on which InfluxDB mostly runs.
            case FLOAT -> {
                double number = (Double) value;
                yield number >= -TWO_TO_63 && number < TWO_TO_63 ? (long) number : Long.MIN_VALUE;
            }
            case BOOL -> (Boolean) value ? 1L : 0L;
            case DURATION -> fixed((FluxDuration) value);
            default -> (Long) value;
        };
    }

    private static long fixed(FluxDuration duration) {
        if (duration.months() != 0) {
            throw new IllegalArgumentException("months have no fixed length");
        }
        return duration.nanos();
    }

    private static long unsigned(BasicType from, Object value) {
        if (from == BasicType.STRING) {
            return Long.parseUnsignedLong((String) value);
        }
        if (from == BasicType.FLOAT) {
            double number = (Double) value;
            return number >= TWO_TO_63 && number < TWO_TO_64
                    ? (long) (number - TWO_TO_63) + Long.MIN_VALUE
                    : integer(from, value);
        }
        return integer(from, value);
    }

    private static double number(BasicType from, Object value) {
        return switch (from) {
            case STRING -> parsed((String) value);
            case BOOL -> (Boolean) value ? 1.0 : 0.0;
            case UINT -> ColumnType.UINT.asDouble(value);
            default -> ((Long) value).doubleValue();
        };
    }

    private static double parsed(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> {
                if (!text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")) {
                    throw new NumberFormatException(text);
                }
                yield Double.parseDouble(text);
            }
        };
    }

    private static boolean bool(BasicType from, Object value) {
        if (from == BasicType.STRING) {
            return switch ((String) value) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("neither true nor false");
            };
        }
        double number = ((Number) value).doubleValue();
        if (number != 0 && number != 1) {
            throw new IllegalArgumentException("neither 0 nor 1");
        }
        return number == 1;
    }

    private static long time(String text) {
        return text.indexOf('T') < 0
                ? FluxDuration.nanos(
                        LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant())
                : FluxDuration.nanos(OffsetDateTime.parse(text).toInstant());
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
