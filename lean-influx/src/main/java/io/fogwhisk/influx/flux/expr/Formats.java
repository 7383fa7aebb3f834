package io.fogwhisk.influx.flux.expr;

import com.google.re2j.Pattern;
import io.fogwhisk.influx.flux.table.Conversion;
import io.fogwhisk.influx.flux.time.FluxDuration;

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

    private Formats() {}

    /** A value of a type as text. */
    public static String text(BasicType type, Object value) {
        return switch (type) {
            case STRING, INT, UINT, FLOAT, BOOL, TIME ->
                Conversion.text(type.column().orElseThrow(), value);
            case DURATION -> duration((FluxDuration) value);
            case REGEXP -> ((Pattern) value).pattern();
        };
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
