package io.fogwhisk.aggregate.influx;

import java.util.Optional;

/**
 * Writes points as InfluxDB line protocol, escaped so that every name comes back as it went in. Names that the format
 * cannot carry are found by {@link #fault} beforehand. Not thread-safe.
 */
public final class LineProtocol {

    /** The longest measurement name or tag value, in characters. */
    public static final int MAX_NAME = 256;

    private static final double EXACT_LONG = 1L << 53;

    private final StringBuilder text = new StringBuilder(160);
    private boolean fields;

    /**
     * Why a measurement name or tag value cannot be written: it is empty or too long, has a control character or half a
     * character, starts a comment, or has a backslash where the format would take it for an escape.
     *
     * @return the reason without the name, such as {@code is empty}
     */
    public static Optional<String> fault(String name) {
        int length = name.length();
        if (length == 0) {
            return Optional.of("is empty");
        }
        if (length > MAX_NAME) {
            return Optional.of("is longer than " + MAX_NAME + " characters");
        }
        if (name.charAt(0) == '#') {
            return Optional.of("starts with #");
        }
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c < ' ' || c == 0x7f) {
                return Optional.of("has a control character");
            }
            if (c == '\\' && (i + 1 == length || isSpecial(name.charAt(i + 1)))) {
                return Optional.of("has a backslash at the end or before a comma, space, equals sign or backslash");
            }
            if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(name.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return Optional.of("has half a Unicode character");
            }
        }
        return Optional.empty();
    }

    /** Starts a point; the one before must have been ended by {@link #time}. */
    public LineProtocol measurement(String name) {
        if (text.length() > 0) {
            text.append('\n');
        }
        fields = false;
        escape(name, false);
        return this;
    }

    /** Adds a tag; tags come before fields. */
    public LineProtocol tag(String key, String value) {
        text.append(',');
        escape(key, true);
        text.append('=');
        escape(value, true);
        return this;
    }

    /** Adds a field that is stored as a float, also when its value is whole. */
    public LineProtocol field(String key, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("field " + key + " must be finite, was " + value);
        }
        startField(key);
        if (value == Math.rint(value) && Math.abs(value) < EXACT_LONG) {
            text.append((long) value);
        } else {
            text.append(value);
        }
        return this;
    }

    /** Adds a field that is stored as an integer. */
    public LineProtocol field(String key, long value) {
        startField(key);
        text.append(value).append('i');
        return this;
    }

    /** Adds a field that is stored as a boolean. */
    public LineProtocol field(String key, boolean value) {
        startField(key);
        text.append(value);
        return this;
    }

    /** Adds a field that is stored as a string. */
    public LineProtocol field(String key, String value) {
        startField(key);
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
        text.append('"');
        return this;
    }

    /** Ends a point with its time, in epoch nanoseconds. */
    public LineProtocol time(long nanos) {
        text.append(' ').append(nanos);
        return this;
    }

    /** The points so far, one a line. */
    @Override
    public String toString() {
        return text.toString();
    }

    private void startField(String key) {
        text.append(fields ? ',' : ' ');
        fields = true;
        escape(key, true);
        text.append('=');
    }

    private void escape(String name, boolean tag) {
        if (name.indexOf(',') < 0 && name.indexOf(' ') < 0 && (!tag || name.indexOf('=') < 0)) {
            text.append(name);
            return;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == ',' || c == ' ' || (tag && c == '=')) {
                text.append('\\');
            }
            text.append(c);
        }
    }

    private static boolean isSpecial(char c) {
        return c == ',' || c == ' ' || c == '=' || c == '\\';
    }
}
