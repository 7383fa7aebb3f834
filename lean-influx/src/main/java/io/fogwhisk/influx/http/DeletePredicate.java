package io.fogwhisk.influx.http;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.line.SeriesKey;
import io.fogwhisk.influx.line.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The predicate of a delete request: comparisons of the measurement or of tags, all of which must hold, such as
 * {@code _measurement="m" AND room="a"}. InfluxDB refuses {@code OR} and regular expressions as well.
 */
final class DeletePredicate {

    private static final Set<String> NOT_STORED = Set.of("_field", "_value", "_time", "_start", "_stop", "time");
    private static final String MEASUREMENT = "_measurement";

    private final String text;
    private int at;
    private int open;

    private DeletePredicate(String text) {
        this.text = text;
    }

    /** Which series a predicate means; an empty one means all. */
    static Predicate<SeriesKey> parse(String text) {
        if (text.isBlank()) {
            return series -> true;
        }
        return new DeletePredicate(text).conjunction();
    }

    private Predicate<SeriesKey> conjunction() {
        List<Predicate<SeriesKey>> all = new ArrayList<>();
        while (true) {
            skipOpening();
            all.add(comparison());
            skipClosing();
            if (at == text.length()) {
                if (open > 0) {
                    throw bad("extra ( seen");
                }
                return series -> all.stream().allMatch(each -> each.test(series));
            }
            String word = word();
            if (word.equalsIgnoreCase("or")) {
                throw bad("the logical operator OR is not supported yet at position " + at);
            }
            if (!word.equalsIgnoreCase("and")) {
                throw bad("bad logical expression, at position " + at);
            }
        }
    }

    private Predicate<SeriesKey> comparison() {
        String key = operand("bad tag key, at position ");
        if (NOT_STORED.contains(key)) {
            throw bad("points can be deleted by measurement and tags, not by " + key);
        }
        skipBlanks();
        boolean equal = true;
        if (text.startsWith("!=", at) || text.startsWith("<>", at)) {
            equal = false;
            at += 2;
        } else if (text.startsWith("=", at) && !text.startsWith("=~", at)) {
            at += text.startsWith("==", at) ? 2 : 1;
        } else {
            throw bad("invalid operator at position " + at + ": only = and != are supported");
        }
        String value = operand("bad tag value, at position ");
        boolean wanted = equal;
        return series -> valueOf(series, key).equals(value) == wanted;
    }

    private static String valueOf(SeriesKey series, String key) {
        if (key.equals(MEASUREMENT)) {
            return series.measurement();
        }
        for (Tag tag : series.tags()) {
            if (tag.key().equals(key)) {
                return tag.value();
            }
        }
        return "";
    }

    private String operand(String otherwise) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted(otherwise);
        }
        String word = word();
        if (word.isEmpty()) {
            throw bad(otherwise + at);
        }
        return word;
    }

    private String quoted(String otherwise) {
        StringBuilder value = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                at = i + 1;
                return value.toString();
            }
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                c = text.charAt(i) == 'n' ? '\n' : text.charAt(i);
            }
            value.append(c);
        }
        throw bad(otherwise + at + ": the quote is not closed");
    }

    private String word() {
        skipBlanks();
        int start = at;
        while (at < text.length() && wordCharacter(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean wordCharacter(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
    }

    private void skipOpening() {
        skipBlanks();
        while (at < text.length() && text.charAt(at) == '(') {
            open++;
            at++;
            skipBlanks();
        }
    }

    private void skipClosing() {
        skipBlanks();
        while (at < text.length() && text.charAt(at) == ')') {
            open--;
            if (open < 0) {
                throw bad("extra ) seen");
            }
            at++;
            skipBlanks();
        }
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private static InfluxException bad(String why) {
        return new InfluxException(ErrorCode.INVALID, "invalid request; error parsing predicate: " + why);
    }
}
