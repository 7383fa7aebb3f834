package io.fogwhisk.lean.rest;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a body.
 *
 * @param main such as {@code text}, in lower case
 * @param sub such as {@code html}, in lower case
 * @param parameters such as {@code ; charset=UTF-8}, as given
 */
record ContentType(String main, String sub, String parameters) {

    private static final Pattern FORM = Pattern.compile("\\s*([\\w!#$&^.+-]+)/([\\w!#$&^.+-]+)\\s*(;.*)?");
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset=[^;]*");
    private static final Set<String> TEXTUAL =
            Set.of("json", "xml", "javascript", "ecmascript", "x-javascript", "x-www-form-urlencoded");

    static Optional<ContentType> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String parameters = matcher.group(3);
        return Optional.of(new ContentType(
                matcher.group(1).toLowerCase(Locale.ROOT),
                matcher.group(2).toLowerCase(Locale.ROOT),
                parameters == null ? "" : parameters));
    }

    String type() {
        return main + "/" + sub;
    }

    /** {@code application/json} and its descendants. */
    boolean json() {
        return type().equals("application/json") || sub.endsWith("+json");
    }

    /** Whether a body of this type travels as base64 between an action and its callers. */
    boolean binary() {
        if (main.equals("application")) {
            return !TEXTUAL.contains(sub) && !sub.endsWith("+json") && !sub.endsWith("+xml");
        }
        return !main.equals("text");
    }

    /** As a header, for a body that is UTF-8 if it is text. */
    String header() {
        String others = CHARSET.matcher(parameters).replaceAll("");
        return binary() || json() ? type() + others : type() + others + "; charset=UTF-8";
    }
}
