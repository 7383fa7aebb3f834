package io.fogwhisk.influx.line;

import io.fogwhisk.influx.line.FieldValue.BooleanValue;
import io.fogwhisk.influx.line.FieldValue.TextValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads line protocol. Each line stands for itself: a bad one is reported with its number and the reason, and the next
 * one is read.
 *
 * <p>A line break inside a quoted field value belongs to the value. When a quote is never closed, only the line in
 * which it opened is lost.
 *
 * <p>Not thread-safe: one parser per text.
 */
public final class LineParser {

    private static final Set<String> RESERVED =
            Set.of("time", "_measurement", "_field", "_time", "_value", "_start", "_stop");
    private static final int SHOWN = 120;
    private static final String NOT_A_FIELD = "";
    private static final LineSink NOWHERE = new LineSink() {
        @Override
        public void point(int line, Point point) {}

        @Override
        public void bad(int line, String text, String reason) {}
    };

    private final byte[] text;
    private final Precision precision;
    private final long now;
    private final SeriesKeyCache keys;
    private final LineSink sink;

    private int at;
    private int line = 1;
    private String reason = "";
    private boolean unclosed;
    private byte[] lastFieldBytes = new byte[0];
    private String lastField = NOT_A_FIELD;

    private LineParser(byte[] text, Precision precision, long now, SeriesKeyCache keys, LineSink sink) {
        this.text = text;
        this.precision = precision;
        this.now = now;
        this.keys = keys;
        this.sink = sink;
    }

    /**
     * Reads a whole text.
     *
     * @param text UTF-8
     * @param precision the unit of the timestamps in it
     * @param now the time of lines without a timestamp, nanoseconds since 1970
     * @param keys shared between texts
     * @param sink gets every line but blank ones and comments
     */
    public static void parse(byte[] text, Precision precision, long now, SeriesKeyCache keys, LineSink sink) {
        new LineParser(text, precision, now, keys, sink).run();
    }

    /**
     * Reads a series key back from {@link SeriesKey#canonical}.
     *
     * @throws IllegalArgumentException if it isn't one
     */
    public static SeriesKey series(String canonical) {
        byte[] bytes = canonical.getBytes(StandardCharsets.UTF_8);
        LineParser parser = new LineParser(bytes, Precision.NS, 0, new SeriesKeyCache(1), NOWHERE);
        SeriesKey key = parser.parseSeries(0, bytes.length);
        if (key == null) {
            throw new IllegalArgumentException("not a series key: " + canonical + ": " + parser.reason);
        }
        return key;
    }

    private void run() {
        while (at < text.length) {
            skipBlanks();
            if (at == text.length) {
                return;
            }
            byte c = text[at];
            if (c == '\n') {
                at++;
                line++;
            } else if (c == '\r') {
                at++;
            } else if (c == '#') {
                at = lineEnd(at);
            } else {
                one();
            }
        }
    }

    private void one() {
        int start = at;
        int startLine = line;
        unclosed = false;
        Point point = point();
        if (point != null) {
            sink.point(startLine, point);
            return;
        }
        if (unclosed) {
            at = start;
            line = startLine;
        }
        int shownEnd = Math.min(lineEnd(start), start + SHOWN);
        at = lineEnd(at);
        sink.bad(startLine, new String(text, start, shownEnd - start, StandardCharsets.UTF_8).strip(), reason);
    }

    private @Nullable Point point() {
        SeriesKey key = series();
        if (key == null) {
            return null;
        }
        skipBlanks();
        List<Field> fields = fields();
        if (fields == null) {
            return null;
        }
        skipBlanks();
        long time = now;
        if (!atLineEnd()) {
            Long stamp = timestamp();
            if (stamp == null) {
                return null;
            }
            time = stamp;
            skipBlanks();
            if (!atLineEnd()) {
                return failPoint("unexpected text after the timestamp");
            }
        }
        return new Point(key, fields, time);
    }

    private @Nullable SeriesKey series() {
        int start = at;
        int end = start;
        while (end < text.length && text[end] != '\n' && (text[end] != ' ' || escaped(start, end))) {
            end++;
        }
        SeriesKey known = keys.get(text, start, end);
        if (known == null) {
            known = parseSeries(start, end);
            if (known == null) {
                return null;
            }
            keys.put(text, start, end, known);
        }
        at = end;
        return known;
    }

    private @Nullable SeriesKey parseSeries(int start, int end) {
        int stop = find(start, end, (byte) ',', (byte) ',');
        String measurement = unescape(start, stop, false);
        if (measurement.isEmpty()) {
            reason = "missing measurement";
            return null;
        }
        List<Tag> tags = new ArrayList<>();
        int from = stop;
        while (from < end) {
            from++;
            int equals = find(from, end, (byte) '=', (byte) ',');
            if (equals == end || text[equals] != '=') {
                reason = equals == from ? "missing tag key" : "missing tag value";
                return null;
            }
            int tagEnd = find(equals + 1, end, (byte) ',', (byte) '=');
            if (tagEnd < end && text[tagEnd] == '=') {
                reason = "unescaped = in a tag value";
                return null;
            }
            String key = unescape(from, equals, true);
            String value = unescape(equals + 1, tagEnd, true);
            if (key.isEmpty() || value.isEmpty()) {
                reason = key.isEmpty() ? "missing tag key" : "missing tag value";
                return null;
            }
            if (RESERVED.contains(key)) {
                reason = "tag key " + key + " is reserved";
                return null;
            }
            tags.add(new Tag(key, value));
            from = tagEnd;
        }
        try {
            return new SeriesKey(measurement, tags);
        } catch (IllegalArgumentException e) {
            reason = String.valueOf(e.getMessage());
            return null;
        }
    }

    private @Nullable List<Field> fields() {
        if (atLineEnd()) {
            reason = "missing fields";
            return null;
        }
        Field first = field();
        if (first == null) {
            return null;
        }
        if (at == text.length || text[at] != ',') {
            return List.of(first);
        }
        List<Field> fields = new ArrayList<>();
        fields.add(first);
        while (at < text.length && text[at] == ',') {
            at++;
            Field next = field();
            if (next == null) {
                return null;
            }
            fields.removeIf(field -> field.name().equals(next.name()));
            fields.add(next);
        }
        return fields;
    }

    private @Nullable Field field() {
        int start = at;
        int equals = start;
        while (equals < text.length && text[equals] != '\n') {
            byte c = text[equals];
            if ((c == '=' || c == ',' || c == ' ') && !escaped(start, equals)) {
                break;
            }
            equals++;
        }
        if (equals == text.length || text[equals] != '=') {
            reason = equals == start ? "missing field key" : "missing field value";
            return null;
        }
        if (equals == start) {
            reason = "missing field key";
            return null;
        }
        String name = fieldName(start, equals);
        if (name.equals("time")) {
            reason = "field key " + name + " is reserved";
            return null;
        }
        at = equals + 1;
        FieldValue value = at < text.length && text[at] == '"' ? quoted() : unquoted();
        if (value == null) {
            return null;
        }
        if (!atLineEnd() && text[at] != ',' && text[at] != ' ' && text[at] != '\t') {
            reason = "unexpected text after the value of field " + name;
            return null;
        }
        return new Field(name, value);
    }

    private @Nullable FieldValue quoted() {
        int start = at + 1;
        int lines = 0;
        boolean escapes = false;
        for (int i = start; i < text.length; i++) {
            byte c = text[i];
            if (c == '\\' && i + 1 < text.length && (text[i + 1] == '"' || text[i + 1] == '\\')) {
                escapes = true;
                i++;
            } else if (c == '\n') {
                lines++;
            } else if (c == '"') {
                at = i + 1;
                line += lines;
                String value = new String(text, start, i - start, StandardCharsets.UTF_8);
                return new TextValue(escapes ? unquote(value) : value);
            }
        }
        reason = "unbalanced quotes";
        unclosed = true;
        return null;
    }

    private static String unquote(String value) {
        StringBuilder out = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length() && (value.charAt(i + 1) == '"' || value.charAt(i + 1) == '\\')) {
                i++;
                c = value.charAt(i);
            }
            out.append(c);
        }
        return out.toString();
    }

    private @Nullable FieldValue unquoted() {
        int start = at;
        int end = start;
        while (end < text.length) {
            byte c = text[end];
            if (c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                break;
            }
            end++;
        }
        if (end == start) {
            reason = "missing field value";
            return null;
        }
        at = end;
        byte last = text[end - 1];
        FieldValue value;
        if (last == 'i') {
            value = Numbers.integer(text, start, end - 1);
        } else if (last == 'u') {
            value = Numbers.unsigned(text, start, end - 1);
        } else if ((text[start] >= '0' && text[start] <= '9') || text[start] == '-' || text[start] == '.') {
            value = Numbers.decimal(text, start, end);
        } else {
            value = flag(start, end);
        }
        if (value == null) {
            reason = "invalid value " + shown(start, end)
                    + ": use 1.5 (float), 1i (integer), 1u (unsigned), \"text\" or true";
        }
        return value;
    }

    private @Nullable FieldValue flag(int start, int end) {
        return switch (new String(text, start, end - start, StandardCharsets.UTF_8)) {
            case "t", "T", "true", "True", "TRUE" -> new BooleanValue(true);
            case "f", "F", "false", "False", "FALSE" -> new BooleanValue(false);
            default -> null;
        };
    }

    private @Nullable Long timestamp() {
        int start = at;
        while (!atLineEnd() && text[at] != ' ' && text[at] != '\t') {
            at++;
        }
        Long units = Numbers.signed(text, start, at);
        if (units == null) {
            reason = "invalid timestamp " + shown(start, at);
            return null;
        }
        long nanos = units * precision.nanos();
        // Two values at each end are kept free, as InfluxDB does.
        if (Math.multiplyHigh(units, precision.nanos()) != nanos >> 63
                || nanos == Long.MAX_VALUE
                || nanos < Long.MIN_VALUE + 2) {
            reason = "timestamp " + units + " with precision " + precision.text()
                    + " is outside of the years 1677 to 2262";
            return null;
        }
        return nanos;
    }

    private String fieldName(int start, int end) {
        // Readings have one field, of the same name in line after line.
        int length = end - start;
        if (length == lastFieldBytes.length
                && Arrays.equals(lastFieldBytes, 0, length, text, start, end)
                && !lastField.isEmpty()) {
            return lastField;
        }
        lastField = unescape(start, end, true);
        lastFieldBytes = Arrays.copyOfRange(text, start, end);
        return lastField;
    }

    private String unescape(int start, int end, boolean escapesEquals) {
        String raw = new String(text, start, end - start, StandardCharsets.UTF_8);
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '\\' && i + 1 < raw.length()) {
                char next = raw.charAt(i + 1);
                if (next == ',' || next == ' ' || (next == '=' && escapesEquals)) {
                    continue;
                }
            }
            out.append(c);
        }
        return out.toString();
    }

    /** The first of two unescaped bytes, or the end. */
    private int find(int from, int end, byte one, byte other) {
        int i = from;
        while (i < end && ((text[i] != one && text[i] != other) || escaped(from, i))) {
            i++;
        }
        return i;
    }

    private boolean escaped(int start, int i) {
        return i > start && text[i - 1] == '\\';
    }

    private void skipBlanks() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\t')) {
            at++;
        }
    }

    private boolean atLineEnd() {
        return at >= text.length
                || text[at] == '\n'
                || (text[at] == '\r' && (at + 1 == text.length || text[at + 1] == '\n'));
    }

    private int lineEnd(int from) {
        int i = from;
        while (i < text.length && text[i] != '\n') {
            i++;
        }
        return i;
    }

    private String shown(int start, int end) {
        int stop = Math.min(end, start + 40);
        return new String(text, start, stop - start, StandardCharsets.UTF_8);
    }

    private @Nullable Point failPoint(String why) {
        reason = why;
        return null;
    }
}
