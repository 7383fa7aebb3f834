package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Makes text of strangers fit for a terminal: topics, payloads and errors may hold characters that move the cursor or
 * turn the writing direction. Stateless.
 */
final class Printable {

    private Printable() {}

    /** The text on one line, with every character that is not to be seen as {@code \}{@code uXXXX}. */
    static String of(String text) {
        return escaped(text, false);
    }

    /** JSON for people, which is the same JSON: only strings can hold what is escaped. */
    static String of(JsonNode json) {
        return escaped(json.toPrettyString(), true);
    }

    private static String escaped(String text, boolean lines) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else if (hidden(c) && !(lines && (c == '\n' || c == '\r'))) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean hidden(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
