package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.time.FluxDuration;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** What a value of one type is as one of another: the same for functions of values and for those of streams. */
public final class Conversion {

    private static final double TWO_TO_63 = 0x1p63;
    private static final double TWO_TO_64 = 0x1p64;
    private static final DateTimeFormatter TIMES =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter(Locale.ROOT);

    private Conversion() {}

    /**
     * Converts a value.
     *
     * @throws IllegalArgumentException if this value cannot be converted
     * @throws java.time.DateTimeException if it is a text and no time
     */
    public static Object of(ColumnType from, Object value, ColumnType to) {
        if (from == to) {
            return value;
        }
        return switch (to) {
            case STRING -> text(from, value);
            case INT -> integer(from, value);
            case UINT -> unsigned(from, value);
            case FLOAT -> number(from, value);
            case BOOL -> bool(from, value);
            case TIME -> time(from, value);
        };
    }

    /** A value as text; a time as RFC 3339 has it, always with nine digits of a second. */
    public static String text(ColumnType from, Object value) {
        return switch (from) {
            case STRING, INT, BOOL -> value.toString();
            case UINT -> Long.toUnsignedString((Long) value);
            case FLOAT -> digits((Double) value);
            case TIME -> TIMES.format(FluxDuration.instant((Long) value));
        };
    }

    /** The shortest digits that mean a number, without an exponent. */
    private static String digits(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    private static long integer(ColumnType from, Object value) {
        return switch (from) {
            case STRING -> Long.parseLong((String) value);
            // As processors of Intel's kind convert what does not fit, on which InfluxDB mostly runs.
            case FLOAT -> {
                double number = (Double) value;
                yield number >= -TWO_TO_63 && number < TWO_TO_63 ? (long) number : Long.MIN_VALUE;
            }
            case BOOL -> (Boolean) value ? 1L : 0L;
            default -> (Long) value;
        };
    }

    private static long unsigned(ColumnType from, Object value) {
        if (from == ColumnType.STRING) {
            return Long.parseUnsignedLong((String) value);
        }
        if (from == ColumnType.FLOAT) {
            double number = (Double) value;
            return number >= TWO_TO_63 && number < TWO_TO_64
                    ? (long) (number - TWO_TO_63) + Long.MIN_VALUE
                    : integer(from, value);
        }
        return integer(from, value);
    }

    private static double number(ColumnType from, Object value) {
        return switch (from) {
            case STRING -> parsed((String) value);
            case BOOL -> (Boolean) value ? 1.0 : 0.0;
            case TIME -> throw new IllegalArgumentException("a time is no number");
            default -> from.asDouble(value);
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

    private static boolean bool(ColumnType from, Object value) {
        if (from == ColumnType.STRING) {
            return switch ((String) value) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("neither true nor false");
            };
        }
        double number = from.number() ? ((Number) value).doubleValue() : Double.NaN;
        if (number != 0 && number != 1) {
            throw new IllegalArgumentException("neither 0 nor 1");
        }
        return number == 1;
    }

    private static long time(ColumnType from, Object value) {
        if (from == ColumnType.INT || from == ColumnType.UINT) {
            return (Long) value;
        }
        if (!(value instanceof String text)) {
            throw new IllegalArgumentException("neither a text nor nanoseconds");
        }
        return text.indexOf('T') < 0
                ? FluxDuration.nanos(
                        LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant())
                : FluxDuration.nanos(OffsetDateTime.parse(text).toInstant());
    }
}
