package io.fogwhisk.influx.line;

import io.fogwhisk.influx.line.FieldValue.BooleanValue;
import io.fogwhisk.influx.line.FieldValue.FloatValue;
import io.fogwhisk.influx.line.FieldValue.IntegerValue;
import io.fogwhisk.influx.line.FieldValue.TextValue;
import io.fogwhisk.influx.line.FieldValue.UnsignedValue;
import java.util.List;

/**
 * Prints points as line protocol, which {@link LineParser} reads back as the same points.
 *
 * <p>Line protocol cannot carry a line break in a measurement, tag or field name, nor a backslash at the end of one;
 * such a point is refused with an {@link IllegalArgumentException}.
 */
public final class LinePrinter {

    private LinePrinter() {}

    /** One line, without a line break at its end, and the time in nanoseconds. */
    public static String print(Point point) {
        StringBuilder out = new StringBuilder(96);
        out.append(point.series().canonical());
        char separator = ' ';
        for (Field field : point.fields()) {
            out.append(separator);
            separator = ',';
            escape(out, field.name(), true);
            out.append('=');
            value(out, field.value());
        }
        return out.append(' ').append(point.time()).toString();
    }

    static String series(String measurement, List<Tag> tags) {
        StringBuilder out = new StringBuilder(64);
        if (measurement.charAt(0) == '#') {
            throw new IllegalArgumentException("a measurement must not start with #: " + measurement);
        }
        escape(out, measurement, false);
        return out.append(tags(tags)).toString();
    }

    /** The tags as they follow the measurement, each after a comma. */
    static String tags(List<Tag> tags) {
        StringBuilder out = new StringBuilder(48);
        for (Tag tag : tags) {
            out.append(',');
            escape(out, tag.key(), true);
            out.append('=');
            escape(out, tag.value(), true);
        }
        return out.toString();
    }

    private static void value(StringBuilder out, FieldValue value) {
        if (value instanceof FloatValue number) {
            out.append(number.value());
        } else if (value instanceof IntegerValue number) {
            out.append(number.value()).append('i');
        } else if (value instanceof UnsignedValue number) {
            out.append(Long.toUnsignedString(number.bits())).append('u');
        } else if (value instanceof BooleanValue flag) {
            out.append(flag.value());
        } else if (value instanceof TextValue text) {
            out.append('"');
            for (int i = 0; i < text.value().length(); i++) {
                char c = text.value().charAt(i);
                if (c == '"' || c == '\\') {
                    out.append('\\');
                }
                out.append(c);
            }
            out.append('"');
        }
    }

    private static void escape(StringBuilder out, String text, boolean escapesEquals) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                throw new IllegalArgumentException("line protocol has no line breaks in names and tags: " + text);
            }
            if (c == ',' || c == ' ' || (c == '=' && escapesEquals)) {
                out.append('\\');
            }
            out.append(c);
        }
        if (text.endsWith("\\")) {
            throw new IllegalArgumentException("line protocol has no backslash at the end of a name or tag: " + text);
        }
    }
}
