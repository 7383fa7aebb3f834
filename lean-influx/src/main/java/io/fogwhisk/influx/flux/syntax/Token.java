package io.fogwhisk.influx.flux.syntax;

/**
 * A word of a script.
 *
 * @param kind what it is
 * @param text as written; of a string or regular expression what it stands for
 * @param at where it starts
 */
public record Token(Kind kind, String text, Position at) {

    /** Kinds of words. */
    enum Kind {
        IDENTIFIER,
        STRING,
        INTEGER,
        FLOAT,
        DURATION,
        TIME,
        REGEX,
        SYMBOL,
        END
    }

    public boolean is(String symbolOrWord) {
        return (kind == Kind.SYMBOL || kind == Kind.IDENTIFIER) && text.equals(symbolOrWord);
    }

    /** How an error message calls it. */
    public String shown() {
        return kind == Kind.END ? "the end of the script" : "\"" + text + "\"";
    }
}
