package io.fogwhisk.influx.line;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the part of a line before its fields: measurement and tags. */
final class SeriesKeyParser {

    /** Names that a query gives to other columns. */
    private static final Set<String> RESERVED =
            Set.of("time", "_measurement", "_field", "_time", "_value", "_start", "_stop");

    private static final String NOT_UTF8 = "a measurement, tag key or tag value is not UTF-8";

    private final byte[] text;
    private final int start;
    private final int end;
    private String reason = "";

    SeriesKeyParser(byte[] text, int start, int end) {
        this.text = text;
        this.start = start;
        this.end = end;
    }

    /** Why there is no key. */
    String reason() {
        return reason;
    }

    /** The key, or null with a {@link #reason}. */
    @Nullable
    SeriesKey parse() {
        int stop = Escapes.find(text, start, end, ',', ',');
        String measurement = Escapes.undo(text, start, stop, false);
        if (measurement == null) {
            reason = NOT_UTF8;
            return null;
        }
        if (measurement.isEmpty()) {
            reason = "missing measurement";
            return null;
        }
        List<Tag> tags = new ArrayList<>();
        int from = stop;
        while (from < end) {
            int tagEnd = tag(from + 1, tags);
            if (tagEnd < 0) {
                return null;
            }
            from = tagEnd;
        }
        try {
            return new SeriesKey(measurement, tags);
        } catch (IllegalArgumentException e) {
            reason = String.valueOf(e.getMessage());
            return null;
        }
    }

    /** Reads a tag; returns where it ends, or -1 with a reason. */
    private int tag(int from, List<Tag> tags) {
        int equals = Escapes.find(text, from, end, '=', ',');
        if (equals == end || text[equals] != '=') {
            reason = equals == from ? "missing tag key" : "missing tag value";
            return -1;
        }
        int tagEnd = Escapes.find(text, equals + 1, end, ',', '=');
        if (tagEnd < end && text[tagEnd] == '=') {
            reason = "unescaped = in a tag value";
            return -1;
        }
        String key = Escapes.undo(text, from, equals, true);
        String value = Escapes.undo(text, equals + 1, tagEnd, true);
        if (key == null || value == null) {
            reason = NOT_UTF8;
            return -1;
        }
        if (key.isEmpty() || value.isEmpty()) {
            reason = key.isEmpty() ? "missing tag key" : "missing tag value";
            return -1;
        }
        if (RESERVED.contains(key)) {
            reason = "tag key " + key + " is reserved";
            return -1;
        }
        tags.add(new Tag(key, value));
        return tagEnd;
    }
}
