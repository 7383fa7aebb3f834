package io.fogwhisk.influx.flux.syntax;

import io.fogwhisk.influx.flux.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts a script into words. */
public final class Lexer {

    private static final List<String> SYMBOLS = List.of(
            "|>", "=>", "<-", "==", "!=", "<=", ">=", "=~", "!~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ":",
            ".", "-", "+", "*", "/", "%", "^", "?");

    private final String script;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;

    private Lexer(String script) {
        this.script = script;
    }

    /** All words, the last of them {@link Kind#END}. */
    public static List<Token> tokens(String script) {
        Lexer lexer = new Lexer(script);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (true) {
            skipBlanks();
            Position start = position();
            if (at == script.length()) {
                tokens.add(new Token(Kind.END, "", start));
                return;
            }
            char c = script.charAt(at);
            if (letter(c)) {
                int from = at;
                while (at < script.length() && (letter(script.charAt(at)) || digit(script.charAt(at)))) {
                    at++;
                }
                add(Kind.IDENTIFIER, script.substring(from, at), start);
            } else if (digit(c)) {
                number(start);
            } else if (c == '"') {
                string(start);
            } else if (c == '/' && regexMayStart()) {
                regex(start);
            } else {
                symbol(start);
            }
        }
    }

    private void skipBlanks() {
        while (at < script.length()) {
            char c = script.charAt(at);
            if (c == '\n') {
                at++;
                line++;
                lineStart = at;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
                at++;
            } else if (script.startsWith("//", at)) {
                // An empty regular expression does not exist: two slashes are a comment everywhere.
                skipComment();
            } else {
                return;
            }
        }
    }

    private void skipComment() {
        while (at < script.length() && script.charAt(at) != '\n') {
            at++;
        }
    }

    private void number(Position start) {
        int from = at;
        skipDigits();
        if (at - from == 4 && timeFollows()) {
            while (at < script.length() && timeCharacter(script.charAt(at))) {
                at++;
            }
            add(Kind.TIME, script.substring(from, at), start);
        } else if (at < script.length() && unit(script.charAt(at))) {
            while (at < script.length() && (digit(script.charAt(at)) || unit(script.charAt(at)))) {
                at++;
            }
            add(Kind.DURATION, script.substring(from, at), start);
        } else if (at + 1 < script.length() && script.charAt(at) == '.' && digit(script.charAt(at + 1))) {
            at++;
            skipDigits();
            add(Kind.FLOAT, script.substring(from, at), start);
        } else {
            add(Kind.INTEGER, script.substring(from, at), start);
        }
        if (at < script.length() && letter(script.charAt(at))) {
            throw position().error("unexpected " + script.charAt(at) + " after a number");
        }
    }

    private boolean timeFollows() {
        return at + 6 <= script.length()
                && script.charAt(at) == '-'
                && digit(script.charAt(at + 1))
                && digit(script.charAt(at + 2))
                && script.charAt(at + 3) == '-'
                && digit(script.charAt(at + 4))
                && digit(script.charAt(at + 5));
    }

    private static boolean timeCharacter(char c) {
        return digit(c) || c == '-' || c == ':' || c == '.' || c == 'T' || c == 'Z' || c == '+';
    }

    private void string(Position start) {
        StringBuilder text = new StringBuilder();
        at++;
        while (true) {
            if (at == script.length()) {
                throw start.error("this string is never closed");
            }
            char c = script.charAt(at);
            at++;
            if (c == '"') {
                break;
            } else if (c == '\\') {
                text.append(escape());
            } else if (c == '$' && at < script.length() && script.charAt(at) == '{') {
                throw start.error("string interpolation is not supported");
            } else {
                if (c == '\n') {
                    line++;
                    lineStart = at;
                }
                text.append(c);
            }
        }
        add(Kind.STRING, text.toString(), start);
    }

    private char escape() {
        char c = at < script.length() ? script.charAt(at) : ' ';
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '\\', '"', '$' -> c;
            default -> throw position().error("unknown escape \\" + c + " in a string");
        };
    }

    private boolean regexMayStart() {
        if (tokens.isEmpty()) {
            return false;
        }
        Token last = tokens.get(tokens.size() - 1);
        return last.is("=~") || last.is("!~") || last.is("=") || last.is(":") || last.is("(") || last.is(",");
    }

    private void regex(Position start) {
        StringBuilder text = new StringBuilder();
        at++;
        while (true) {
            if (at == script.length() || script.charAt(at) == '\n') {
                throw start.error("this regular expression is never closed");
            }
            char c = script.charAt(at);
            at++;
            if (c == '/') {
                break;
            }
            if (c == '\\' && at < script.length()) {
                char next = script.charAt(at);
                at++;
                if (next != '/') {
                    text.append(c);
                }
                text.append(next);
            } else {
                text.append(c);
            }
        }
        add(Kind.REGEX, text.toString(), start);
    }

    private void symbol(Position start) {
        for (String symbol : SYMBOLS) {
            if (script.startsWith(symbol, at)) {
                at += symbol.length();
                add(Kind.SYMBOL, symbol, start);
                return;
            }
        }
        throw start.error("unexpected character " + script.charAt(at));
    }

    private void skipDigits() {
        while (at < script.length() && digit(script.charAt(at))) {
            at++;
        }
    }

    private void add(Kind kind, String text, Position start) {
        tokens.add(new Token(kind, text, start));
    }

    private Position position() {
        return new Position(line, at - lineStart + 1);
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean letter(char c) {
        return c == '_' || Character.isLetter(c);
    }

    private static boolean unit(char c) {
        return (c >= 'a' && c <= 'z') || c == 'µ';
    }
}
