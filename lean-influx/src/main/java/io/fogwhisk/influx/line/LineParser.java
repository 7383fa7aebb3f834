package io.fogwhisk.influx.line;

import io.fogwhisk.influx.line.FieldValue.BooleanValue;
import io.fogwhisk.influx.line.FieldValue.TextValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads line protocol. Each line stands for itself: a bad one is reported with its number and the reason, and the next
 * one is read.
 *
 * <p>A line break inside a quoted field value belongs to the value. When a quote is never closed, only the line in
 * which it opened is lost; when a quote of a later line closes it, the lines in between are lost, too, and named.
 *
 * <p>Not thread-safe: one parser per text.
 */
public final class LineParser {

    /** Of a series key with a field, as InfluxDB counts it. */
    static final int MAX_KEY = 65_535;

    /** Bytes of a text, as InfluxDB has it. */
    static final int MAX_TEXT = 1 << 20;

    /** Of one line: so many that only a mistake or an attack has more. */
    static final int MAX_FIELDS = 4_096;

    private static final int KEY_AND_FIELD = 4;
    private static final int FEW_FIELDS = 32;
    private static final int SHOWN = 120;
    private final byte[] text;
    private final Precision precision;
    private final long now;
    private final SeriesKeyCache keys;
    private final LineSink sink;

    private int at;
    private int line = 1;
    private String reason = "";
    private boolean unclosed;
    private int found;
    private int keyLength;
    private long stamp;
    private final NameCache names = new NameCache();
    private final List<Field> more = new ArrayList<>();

    /**
     * A parser at the beginning of a text.
     *
     * @param text UTF-8
     * @param precision the unit of the timestamps in it
     * @param now the time of lines without a timestamp, nanoseconds since 1970
     * @param keys shared between texts
     * @param sink gets every line but blank ones and comments
     */
    public LineParser(byte[] text, Precision precision, long now, SeriesKeyCache keys, LineSink sink) {
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
        new LineParser(text, precision, now, keys, sink).next(Integer.MAX_VALUE);
    }

    /**
     * Reads on.
     *
     * @param points how many good lines at most
     * @return whether there may be more
     */
    public boolean next(int points) {
        found = 0;
        while (at < text.length && found < points) {
            skipBlanks();
            if (at == text.length) {
                break;
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
        return at < text.length;
    }

    private void one() {
        int start = at;
        int startLine = line;
        unclosed = false;
        Point point = point();
        if (point != null) {
            found++;
            sink.point(startLine, point);
            return;
        }
        if (unclosed) {
            at = start;
            line = startLine;
        }
        int shownEnd = Math.min(lineEnd(start), start + SHOWN);
        at = lineEnd(at);
        // A value may have taken line breaks in before something else turned out to be wrong.
        sink.bad(startLine, line, new String(text, start, shownEnd - start, StandardCharsets.UTF_8).strip(), reason);
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
            if (!timestamp()) {
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
        while (end < text.length && text[end] != '\n' && (text[end] != ' ' || Escapes.escaped(text, start, end))) {
            end++;
        }
        keyLength = end - start;
        if (keyLength + KEY_AND_FIELD >= MAX_KEY) {
            tooLong(0);
            return null;
        }
        SeriesKey known = keys.get(text, start, end);
        if (known == null) {
            SeriesKeyParser parser = new SeriesKeyParser(text, start, end);
            known = parser.parse();
            if (known == null) {
                reason = parser.reason();
                return null;
            }
            keys.put(text, start, end, known);
        }
        at = end;
        return known;
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
        more.clear();
        more.add(first);
        int read = 1;
        while (at < text.length && text[at] == ',') {
            at++;
            if (++read > MAX_FIELDS) {
                reason = "too many fields: more than " + MAX_FIELDS;
                return null;
            }
            Field next = field();
            if (next == null) {
                return null;
            }
            // Of two fields with one name the later counts.
            if (more.size() < FEW_FIELDS) {
                removeField(next.name());
            }
            more.add(next);
        }
        return more.size() < FEW_FIELDS ? List.copyOf(more) : lastOfEach();
    }

    private void removeField(String name) {
        for (int i = 0; i < more.size(); i++) {
            if (more.get(i).name().equals(name)) {
                more.remove(i);
                return;
            }
        }
    }

    /** So many fields that looking each up among all others would take too long. */
    private List<Field> lastOfEach() {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Field field : more) {
            fields.remove(field.name());
            fields.put(field.name(), field);
        }
        more.clear();
        return List.copyOf(fields.values());
    }

    private @Nullable Field field() {
        int start = at;
        int equals = start;
        while (equals < text.length && text[equals] != '\n') {
            byte c = text[equals];
            if ((c == '=' || c == ',' || c == ' ') && !Escapes.escaped(text, start, equals)) {
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
        if (keyLength + KEY_AND_FIELD + equals - start > MAX_KEY) {
            tooLong(equals - start);
            return null;
        }
        String name = names.name(text, start, equals);
        if (name == null) {
            reason = "a field key is not UTF-8";
            return null;
        }
        if (name.equals("time")) {
            reason = "field key " + name + " is reserved";
            return null;
        }
        if (name.indexOf('\r') >= 0) {
            reason = "a field key must not hold a line break";
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
                if (i - start > MAX_TEXT) {
                    reason = "a text is too long: " + (i - start) + " > " + MAX_TEXT;
                    return null;
                }
                String value = Escapes.text(text, start, i);
                if (value == null) {
                    reason = "a text is not UTF-8";
                    return null;
                }
                return new TextValue(escapes ? Escapes.unquote(value) : value);
            }
        }
        reason = "unbalanced quotes";
        unclosed = true;
        return null;
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

    private boolean timestamp() {
        int start = at;
        while (!atLineEnd() && text[at] != ' ' && text[at] != '\t') {
            at++;
        }
        Long units = Numbers.signed(text, start, at);
        if (units == null) {
            reason = "invalid timestamp " + shown(start, at);
            return false;
        }
        long nanos = units * precision.nanos();
        // Two values at each end are kept free, as InfluxDB does.
        if (Math.multiplyHigh(units, precision.nanos()) != nanos >> 63
                || nanos == Long.MAX_VALUE
                || nanos < Long.MIN_VALUE + 2) {
            reason = "timestamp " + units + " with precision " + precision.text()
                    + " is outside of the years 1677 to 2262";
            return false;
        }
        stamp = nanos;
        return true;
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

    private void tooLong(int fieldKey) {
        reason = "max key length exceeded: " + (keyLength + KEY_AND_FIELD + fieldKey) + " > " + MAX_KEY;
    }

    private @Nullable Point failPoint(String why) {
        reason = why;
        return null;
    }
}
