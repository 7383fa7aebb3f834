package io.fogwhisk.influx.line;

import io.fogwhisk.influx.line.FieldValue.FloatValue;
import io.fogwhisk.influx.line.FieldValue.IntegerValue;
import io.fogwhisk.influx.line.FieldValue.UnsignedValue;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads numbers from bytes; null when there is none. */
final class Numbers {

    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private Numbers() {}

    static @Nullable FieldValue integer(byte[] text, int start, int end) {
        Long value = signed(text, start, end);
        return value == null ? null : new IntegerValue(value);
    }

    static @Nullable Long signed(byte[] text, int start, int end) {
        boolean negative = start < end && text[start] == '-';
        int from = negative ? start + 1 : start;
        if (!digits(text, from, end)) {
            return null;
        }
        // Counted downwards: the lowest number has no positive counterpart.
        long value = 0;
        for (int i = from; i < end; i++) {
            int digit = text[i] - '0';
            if (value < Long.MIN_VALUE / 10 || value * 10 < Long.MIN_VALUE + digit) {
                return null;
            }
            value = value * 10 - digit;
        }
        if (negative) {
            return value;
        }
        return value == Long.MIN_VALUE ? null : -value;
    }

    static @Nullable FieldValue unsigned(byte[] text, int start, int end) {
        if (!digits(text, start, end)) {
            return null;
        }
        try {
            return new UnsignedValue(Long.parseUnsignedLong(ascii(text, start, end)));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    static @Nullable FieldValue decimal(byte[] text, int start, int end) {
        int i = start;
        boolean negative = text[i] == '-';
        if (negative) {
            i++;
        }
        long mantissa = 0;
        int significant = 0;
        int digits = 0;
        int fraction = 0;
        boolean point = false;
        for (; i < end; i++) {
            byte c = text[i];
            if (c == '.' && !point) {
                point = true;
            } else if (c >= '0' && c <= '9') {
                digits++;
                if (significant > 0 || c != '0') {
                    significant++;
                }
                if (significant <= 15) {
                    mantissa = mantissa * 10 + (c - '0');
                }
                if (point) {
                    fraction++;
                }
            } else {
                break;
            }
        }
        if (digits == 0) {
            return null;
        }
        if (i < end) {
            return exponent(text, i, end) ? parsed(text, start, end) : null;
        }
        // Up to 15 digits and a power of ten that a double holds exactly: one division rounds correctly.
        if (significant <= 15 && fraction < POWERS.length) {
            double value = mantissa / POWERS[fraction];
            return new FloatValue(negative ? -value : value);
        }
        return parsed(text, start, end);
    }

    private static boolean exponent(byte[] text, int start, int end) {
        if (text[start] != 'e' && text[start] != 'E') {
            return false;
        }
        int from = start + 1;
        if (from < end && (text[from] == '-' || text[from] == '+')) {
            from++;
        }
        return digits(text, from, end);
    }

    private static @Nullable FieldValue parsed(byte[] text, int start, int end) {
        double value = Double.parseDouble(ascii(text, start, end));
        return Double.isFinite(value) ? new FloatValue(value) : null;
    }

    private static boolean digits(byte[] text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text[i] < '0' || text[i] > '9') {
                return false;
            }
        }
        return start < end;
    }

    private static String ascii(byte[] text, int start, int end) {
        return new String(text, start, end - start, StandardCharsets.US_ASCII);
    }
}
