package io.fogwhisk.influx.flux.expr;

import com.google.re2j.Pattern;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.math.BigDecimal;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** Values as text, as {@code string()} and texts with expressions show them. */
public final class Formats {

    private static final long[] UNITS = {
        604_800_000_000_000L,
        86_400_000_000_000L,
        3_600_000_000_000L,
        60_000_000_000L,
        1_000_000_000L,
        1_000_000L,
        1_000L,
        1L
    };
    private static final String[] NAMES = {"w", "d", "h", "m", "s", "ms", "us", "ns"};
    private static final int MONTHS = 12;
    private static final DateTimeFormatter TIMES =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter(Locale.ROOT);

    private Formats() {}

    /** A value of a type as text. */
    public static String text(BasicType type, Object value) {
        return switch (type) {
            case STRING, INT, BOOL -> value.toString();
            case UINT -> Long.toUnsignedString((Long) value);
            case FLOAT -> number((Double) value);
            case TIME -> time((Long) value);
            case DURATION -> duration((FluxDuration) value);
            case REGEXP -> ((Pattern) value).pattern();
        };
    }

    /** The shortest digits that mean a number, with an exponent only where it is very small or large. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        return digits.toPlainString();
    }

    /** A time as RFC 3339 has it, always with nine digits of a second. */
    public static String time(long nanos) {
        return TIMES.format(FluxDuration.instant(nanos));
    }

    /** A duration in its units, the largest first. */
    public static String duration(FluxDuration duration) {
        if (duration.months() == 0 && duration.nanos() == 0) {
            return "0ns";
        }
        StringBuilder text = new StringBuilder();
        if (duration.months() < 0 || duration.nanos() < 0) {
            text.append('-');
        }
        long months = Math.abs(duration.months());
        append(text, months / MONTHS, "y");
        append(text, months % MONTHS, "mo");
        long rest = Math.abs(duration.nanos());
        for (int i = 0; i < UNITS.length; i++) {
            append(text, rest / UNITS[i], NAMES[i]);
            rest %= UNITS[i];
        }
        return text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount > 0) {
            text.append(amount).append(unit);
        }
    }
}
