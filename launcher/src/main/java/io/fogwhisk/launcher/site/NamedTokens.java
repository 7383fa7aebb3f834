package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigNode;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tokens with names, as a list of {@code NAME=TOKEN}: one text with commas in the environment, where secrets are.
 *
 * @param byName the tokens, in the order in which they are given
 */
public record NamedTokens(Map<String, String> byName) {

    /** None. */
    public static final NamedTokens NONE = new NamedTokens(Map.of());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int SHORTEST = 16;

    /** What a token must be like. */
    static final String RULE = "at least " + SHORTEST + " characters without blanks and commas";

    /** Copies the map and keeps its order. */
    public NamedTokens {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    static NamedTokens read(ConfigNode node, String key) {
        Map<String, String> byName = new LinkedHashMap<>();
        Set<String> tokens = new HashSet<>();
        for (String text : node.texts(key)) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? "" : text.substring(0, equals).strip();
            // A fault must not show the token, nor what may be one.
            if (!NAME.matcher(name).matches()) {
                node.fault(
                        key,
                        "must be a list of NAME=TOKEN with names of letters, digits, dots, dashes and"
                                + " underscores, at most 63");
                continue;
            }
            String token = text.substring(equals + 1).strip();
            if (!acceptable(token)) {
                node.fault(key, "has a token for " + name + " that is not one: " + RULE);
            } else if (byName.putIfAbsent(name, token) != null) {
                node.fault(key, "names " + name + " twice");
            } else if (!tokens.add(token)) {
                node.fault(key, "gives " + name + " the token of another");
            }
        }
        return new NamedTokens(byName);
    }

    static boolean acceptable(String token) {
        return token.length() >= SHORTEST
                && token.chars().noneMatch(each -> Character.isWhitespace(each) || each == ',');
    }

    /** Hides the tokens. */
    @Override
    public String toString() {
        return "NamedTokens" + byName.keySet();
    }
}
