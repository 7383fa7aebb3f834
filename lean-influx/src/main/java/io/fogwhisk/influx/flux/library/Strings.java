package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.BoundedText;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Lifted;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/** The package {@code strings}. */
final class Strings {

    private static final String PATH = "strings";

    private Strings() {}

    static void register(Registry registry) {
        text(registry, "toUpper", text -> text.toUpperCase(Locale.ROOT));
        text(registry, "toLower", text -> text.toLowerCase(Locale.ROOT));
        text(registry, "toTitle", text -> text.toUpperCase(Locale.ROOT));
        text(registry, "title", Strings::title);
        text(registry, "trimSpace", String::strip);
        function(registry, "trim", BasicType.STRING, of -> trim(text(of, 0), text(of, 1), true, true), "v", "cutset");
        function(
                registry,
                "trimLeft",
                BasicType.STRING,
                of -> trim(text(of, 0), text(of, 1), true, false),
                "v",
                "cutset");
        function(
                registry,
                "trimRight",
                BasicType.STRING,
                of -> trim(text(of, 0), text(of, 1), false, true),
                "v",
                "cutset");
        function(
                registry,
                "trimPrefix",
                BasicType.STRING,
                of -> text(of, 0).startsWith(text(of, 1))
                        ? text(of, 0).substring(text(of, 1).length())
                        : of[0],
                "v",
                "prefix");
        function(
                registry,
                "trimSuffix",
                BasicType.STRING,
                of -> text(of, 0).endsWith(text(of, 1))
                        ? text(of, 0)
                                .substring(0, text(of, 0).length() - text(of, 1).length())
                        : of[0],
                "v",
                "suffix");
        tests(registry);
        places(registry);
        parts(registry);
    }

    private static void tests(Registry registry) {
        function(registry, "hasPrefix", BasicType.BOOL, of -> text(of, 0).startsWith(text(of, 1)), "v", "prefix");
        function(registry, "hasSuffix", BasicType.BOOL, of -> text(of, 0).endsWith(text(of, 1)), "v", "suffix");
        function(registry, "containsStr", BasicType.BOOL, of -> text(of, 0).contains(text(of, 1)), "v", "substr");
        function(registry, "containsAny", BasicType.BOOL, of -> any(text(of, 0), text(of, 1)) >= 0, "v", "chars");
        function(registry, "equalFold", BasicType.BOOL, of -> text(of, 0).equalsIgnoreCase(text(of, 1)), "v", "t");
        function(
                registry,
                "compare",
                BasicType.INT,
                of -> (long) Integer.signum(text(of, 0).compareTo(text(of, 1))),
                "v",
                "t");
        character(registry, "isDigit", Character::isDigit);
        character(registry, "isLetter", Character::isLetter);
        character(registry, "isLower", Character::isLowerCase);
        character(registry, "isUpper", Character::isUpperCase);
    }

    private static void places(Registry registry) {
        function(registry, "strlen", BasicType.INT, of -> (long) points(text(of, 0)), "v");
        function(registry, "countStr", BasicType.INT, of -> count(text(of, 0), text(of, 1)), "v", "substr");
        function(
                registry,
                "index",
                BasicType.INT,
                of -> place(text(of, 0), text(of, 0).indexOf(text(of, 1))),
                "v",
                "substr");
        function(
                registry,
                "lastIndex",
                BasicType.INT,
                of -> place(text(of, 0), text(of, 0).lastIndexOf(text(of, 1))),
                "v",
                "substr");
        function(
                registry,
                "indexAny",
                BasicType.INT,
                of -> place(text(of, 0), any(text(of, 0), text(of, 1))),
                "v",
                "chars");
        function(
                registry,
                "lastIndexAny",
                BasicType.INT,
                of -> place(text(of, 0), lastAny(text(of, 0), text(of, 1))),
                "v",
                "chars");
        registry.function(
                PATH,
                "substring",
                arguments -> Lifted.scalar(
                        BasicType.STRING,
                        arguments.at(),
                        of -> substring(text(of, 0), (Long) of[1], (Long) of[2]),
                        arguments.required("v"),
                        arguments.required("start"),
                        arguments.required("end")));
    }

    private static void parts(Registry registry) {
        registry.function(
                PATH,
                "repeat",
                arguments -> Lifted.scalar(
                        BasicType.STRING,
                        arguments.at(),
                        of -> repeat(text(of, 0), (Long) of[1], arguments.at()),
                        arguments.required("v"),
                        arguments.required("i")));
        making(registry, "replaceAll", (of, at) -> replace(of, Long.MAX_VALUE, at), "v", "t", "u");
        making(
                registry,
                "replace",
                (of, at) -> replace(of, (Long) of[3] < 0 ? Long.MAX_VALUE : (Long) of[3], at),
                "v",
                "t",
                "u",
                "i");
        splitting(registry, "split", false, "v", "t");
        splitting(registry, "splitAfter", true, "v", "t");
        splitting(registry, "splitN", false, "v", "t", "i");
        splitting(registry, "splitAfterN", true, "v", "t", "i");
        making(registry, "joinStr", (of, at) -> joined((List<?>) of[0], text(of, 1), at), "arr", "v");
    }

    /** Makes a text that may become too long. */
    @FunctionalInterface
    private interface Making {
        String of(Object[] arguments, Position at);
    }

    private static void making(Registry registry, String name, Making body, String... parameters) {
        registry.function(PATH, name, (FunctionValue) arguments -> Lifted.scalar(
                BasicType.STRING, arguments.at(), of -> body.of(of, arguments.at()), values(arguments, parameters)));
    }

    private static String joined(List<?> items, String separator, Position at) {
        BoundedText joined = new BoundedText(at);
        String before = "";
        for (Object item : items) {
            joined.append(before).append(String.valueOf(item));
            before = separator;
        }
        return joined.toString();
    }

    private static String text(Object[] of, int i) {
        return (String) of[i];
    }

    private static void text(Registry registry, String name, UnaryOperator<String> body) {
        function(registry, name, BasicType.STRING, of -> body.apply(text(of, 0)), "v");
    }

    private static void character(Registry registry, String name, IntPredicate test) {
        function(
                registry,
                name,
                BasicType.BOOL,
                of -> points(text(of, 0)) == 1 && test.test(text(of, 0).codePointAt(0)),
                "v");
    }

    private static void function(
            Registry registry, String name, BasicType type, Lifted.Body body, String... parameters) {
        registry.function(PATH, name, (FunctionValue)
                arguments -> Lifted.scalar(type, arguments.at(), body, values(arguments, parameters)));
    }

    private static void splitting(Registry registry, String name, boolean after, String... parameters) {
        registry.function(PATH, name, (FunctionValue) arguments -> Lifted.array(
                BasicType.STRING,
                arguments.at(),
                of -> split(text(of, 0), text(of, 1), after, of.length > 2 ? (Long) of[2] : -1),
                values(arguments, parameters)));
    }

    private static Value[] values(Arguments arguments, String... parameters) {
        Value[] values = new Value[parameters.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments.required(parameters[i]);
        }
        return values;
    }

    private static int points(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Places are counted in bytes, as InfluxDB does. */
    private static long place(String text, int index) {
        return index < 0 ? -1 : text.substring(0, index).getBytes(StandardCharsets.UTF_8).length;
    }

    private static String title(String text) {
        StringBuilder made = new StringBuilder(text.length());
        boolean begins = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            made.append(begins ? Character.toTitleCase(c) : c);
            begins = !(Character.isLetterOrDigit(c) || c == '_' || c == '\'');
        }
        return made.toString();
    }

    private static String trim(String text, String characters, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && characters.indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        while (right && to > from && characters.indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to);
    }

    private static int any(String text, String characters) {
        for (int i = 0; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private static int lastAny(String text, String characters) {
        for (int i = text.length() - 1; i >= 0; i--) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private static long count(String text, String wanted) {
        if (wanted.isEmpty()) {
            return points(text) + 1L;
        }
        long count = 0;
        for (int i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length())) {
            count++;
        }
        return count;
    }

    /** Ends that are out of reach are those of the text. */
    private static String substring(String text, long start, long end) {
        int length = points(text);
        int from = (int) Math.max(0, Math.min(start, length));
        int to = (int) Math.max(from, Math.min(end, length));
        return text.substring(text.offsetByCodePoints(0, from), text.offsetByCodePoints(0, to));
    }

    private static String repeat(String text, long times, Position at) {
        if (times < 0) {
            throw at.error("a text cannot be repeated " + times + " times");
        }
        if (text.isEmpty()) {
            return text;
        }
        if (times > BoundedText.MAX_LENGTH / text.length()) {
            throw BoundedText.tooLong(at);
        }
        return text.repeat((int) times);
    }

    private static String replace(Object[] of, long times, Position at) {
        String text = text(of, 0);
        String wanted = text(of, 1);
        String by = text(of, 2);
        BoundedText made = new BoundedText(at);
        int from = 0;
        for (long done = 0; done < times; done++) {
            int next = text.indexOf(wanted, wanted.isEmpty() && done > 0 ? from + 1 : from);
            if (next < 0 || (wanted.isEmpty() && done > text.length())) {
                break;
            }
            made.append(text, from, next).append(by);
            from = next + wanted.length();
        }
        return made.append(text.substring(from)).toString();
    }

    private static List<String> split(String text, String separator, boolean after, long most) {
        List<String> parts = new ArrayList<>();
        if (most == 0) {
            return parts;
        }
        int from = 0;
        while (most < 0 || parts.size() < most - 1) {
            int next = separator.isEmpty()
                    ? (from < text.length() ? text.offsetByCodePoints(from, 1) : -1)
                    : text.indexOf(separator, from);
            if (next < 0 || (separator.isEmpty() && next >= text.length())) {
                break;
            }
            int end = next + separator.length();
            parts.add(text.substring(from, after ? end : next));
            from = end;
        }
        parts.add(text.substring(from));
        return parts;
    }
}
