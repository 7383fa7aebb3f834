package io.fogwhisk.influx.flux.library;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.BoundedText;
import io.fogwhisk.influx.flux.expr.Lifted;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.syntax.RegexSize;
import java.util.List;

/** The package {@code regexp}. */
final class Patterns {

    private static final String PATH = "regexp";
    private static final String SPECIAL = "\\.+*?()|[]{}^$";

    private static final Pattern REFERENCE = Pattern.compile("\\$(?:\\$|\\{(\\w+)}|(\\w+))");

    private Patterns() {}

    static void register(Registry registry) {
        registry.function(
                PATH,
                "compile",
                arguments ->
                        lifted(arguments, BasicType.REGEXP, of -> compiled((String) of[0], arguments.at("v")), "v"));
        registry.function(
                PATH, "quoteMeta", arguments -> lifted(arguments, BasicType.STRING, of -> quoted((String) of[0]), "v"));
        registry.function(
                PATH,
                "getString",
                arguments -> lifted(arguments, BasicType.STRING, of -> ((Pattern) of[0]).pattern(), "r"));
        registry.function(
                PATH,
                "matchRegexpString",
                arguments -> lifted(arguments, BasicType.BOOL, of -> matcher(of).find(), "r", "v"));
        registry.function(
                PATH,
                "findString",
                arguments -> lifted(
                        arguments,
                        BasicType.STRING,
                        of -> {
                            Matcher matcher = matcher(of);
                            return matcher.find() ? matcher.group() : "";
                        },
                        "r",
                        "v"));
        registry.function(
                PATH,
                "replaceAllString",
                arguments -> lifted(
                        arguments,
                        BasicType.STRING,
                        of -> replaced(matcher(of), (String) of[1], (String) of[2], arguments.at()),
                        "r",
                        "v",
                        "t"));
        registry.function(
                PATH,
                "findStringIndex",
                arguments -> Lifted.array(
                        BasicType.INT,
                        arguments.at(),
                        of -> {
                            Matcher matcher = matcher(of);
                            return matcher.find() ? List.of((long) matcher.start(), (long) matcher.end()) : List.of();
                        },
                        arguments.required("r"),
                        arguments.required("v")));
    }

    private static Matcher matcher(Object[] of) {
        return ((Pattern) of[0]).matcher((String) of[1]);
    }

    private static String quoted(String text) {
        StringBuilder made = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (SPECIAL.indexOf(text.charAt(i)) >= 0) {
                made.append('\\');
            }
            made.append(text.charAt(i));
        }
        return made.toString();
    }

    /** A replacement names groups as {@code $1}, {@code ${1}} or {@code ${name}}; a group that does not exist is empty. */
    private static String replaced(Matcher matcher, String text, String by, Position at) {
        BoundedText made = new BoundedText(at);
        int done = 0;
        while (matcher.find()) {
            made.append(text, done, matcher.start());
            done = matcher.end();
            Matcher reference = REFERENCE.matcher(by);
            int from = 0;
            while (reference.find()) {
                made.append(by, from, reference.start());
                from = reference.end();
                made.append(reference.group().equals("$$") ? "$" : group(matcher, name(reference)));
            }
            made.append(by, from, by.length());
        }
        return made.append(text, done, text.length()).toString();
    }

    private static String name(Matcher reference) {
        String braced = reference.group(1);
        return braced == null ? String.valueOf(reference.group(2)) : braced;
    }

    private static String group(Matcher matcher, String name) {
        try {
            String group = name.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? matcher.group(Integer.parseInt(name))
                    : matcher.group(name);
            return group == null ? "" : group;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return "";
        }
    }

    private static Value lifted(Arguments arguments, BasicType type, Lifted.Body body, String... names) {
        Value[] values = new Value[names.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments.required(names[i]);
        }
        return Lifted.scalar(type, arguments.at(), body, values);
    }

    private static Pattern compiled(String regex, Position at) {
        if (RegexSize.tooLarge(regex)) {
            throw at.error("invalid regular expression: its repetitions make it too large");
        }
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw at.error("invalid regular expression: " + e.getDescription());
        }
    }
}
