package io.fogwhisk.influx.http;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Writes numbers and times as InfluxDB does: no exponents, no trailing zeros, times in UTC. */
final class CsvNumbers {

    private static final double EXACT_INTEGERS = 1e15;

    private CsvNumbers() {}

    static void append(StringBuilder out, double value) {
        if (value == Math.rint(value) && Math.abs(value) < EXACT_INTEGERS) {
            if (value == 0 && 1 / value < 0) {
                out.append('-');
            }
            out.append((long) value);
        } else if (Double.isNaN(value)) {
            out.append("NaN");
        } else if (Double.isInfinite(value)) {
            out.append(value > 0 ? "+Inf" : "-Inf");
        } else {
            String text = Double.toString(value);
            out.append(
                    text.indexOf('E') < 0
                            ? text
                            : new BigDecimal(text).stripTrailingZeros().toPlainString());
        }
    }

    static void appendTime(StringBuilder out, long nanos) {
        OffsetDateTime time = Instant.ofEpochSecond(
                        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
                .atOffset(ZoneOffset.UTC);
        padded(out, time.getYear(), 4);
        padded(out.append('-'), time.getMonthValue(), 2);
        padded(out.append('-'), time.getDayOfMonth(), 2);
        padded(out.append('T'), time.getHour(), 2);
        padded(out.append(':'), time.getMinute(), 2);
        padded(out.append(':'), time.getSecond(), 2);
        int fraction = time.getNano();
        if (fraction > 0) {
            int digits = 9;
            while (fraction % 10 == 0) {
                fraction /= 10;
                digits--;
            }
            padded(out.append('.'), fraction, digits);
        }
        out.append('Z');
    }

    private static void padded(StringBuilder out, int number, int digits) {
        String text = Integer.toString(number);
        out.append("0".repeat(Math.max(0, digits - text.length()))).append(text);
    }
}
