package io.fogwhisk.influx.flux.syntax;

/**
 * A word of a script.
 *
 * @param kind what it is
 * @param text as it was written; of a string, what it says
 * @param at where it starts
 */
public record Token(Kind kind, String text, Position at) {

    /** The kinds of words. */
    public enum Kind {
        IDENTIFIER,
        STRING,
        /** A string with expressions in it begins: strings and expressions follow. */
        TEMPLATE,
        /** It ends. */
        TEMPLATE_END,
        INTEGER,
        FLOAT,
        DURATION,
        TIME,
        REGEX,
        SYMBOL,
        END
    }

    /** Whether it is this operator or keyword. */
    public boolean is(String operator) {
        return (kind == Kind.SYMBOL || kind == Kind.IDENTIFIER) && text.equals(operator);
    }

    /** How a message calls it. */
    public String shown() {
        return switch (kind) {
            case END -> "the end of the script";
            case STRING, TEMPLATE, TEMPLATE_END -> "a string";
            default -> "\"" + text + "\"";
        };
    }
}
