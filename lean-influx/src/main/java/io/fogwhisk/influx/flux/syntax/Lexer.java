package io.fogwhisk.influx.flux.syntax;

import io.fogwhisk.influx.flux.syntax.Token.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts a script into words. */
public final class Lexer {

    private static final List<String> SYMBOLS = List.of(
            "|>", "=>", "<-", "==", "!=", "<=", ">=", "=~", "!~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ":",
            ".", "-", "+", "*", "/", "%", "^", "@");

    /** After these words a slash begins a regular expression, after other names it divides. */
    private static final Set<String> BEFORE_OPERAND =
            Set.of("and", "or", "not", "exists", "return", "if", "then", "else");

    private static final int MAX_INTERPOLATIONS = 20;

    private final String script;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;
    private int interpolations;

    private Lexer(String script) {
        this.script = script;
    }

    /**
     * All words, the last of them {@link Kind#END}.
     *
     * @throws io.fogwhisk.influx.InfluxException if something is no word of Flux
     */
    public static List<Token> tokens(String script) {
        Lexer lexer = new Lexer(script);
        lexer.skipBlanks();
        while (lexer.at < script.length()) {
            lexer.word();
            lexer.skipBlanks();
        }
        lexer.add(Kind.END, "", lexer.position());
        return lexer.tokens;
    }

    private void word() {
        Position start = position();
        char c = script.charAt(at);
        if (letter(c)) {
            int from = at;
            while (at < script.length() && (letter(script.charAt(at)) || Character.isDigit(script.charAt(at)))) {
                at++;
            }
            add(Kind.IDENTIFIER, script.substring(from, at), start);
        } else if (digit(c)
                || (c == '.' && at + 1 < script.length() && digit(script.charAt(at + 1)) && !afterOperand())) {
            number(start);
        } else if (c == '"') {
            string(start);
        } else if (c == '/' && !afterOperand()) {
            regex(start);
        } else {
            symbol(start);
        }
    }

    private void skipBlanks() {
        while (at < script.length()) {
            char c = script.charAt(at);
            if (c == '\n') {
                newLine();
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
                at++;
            } else if (script.startsWith("//", at)) {
                // An empty regular expression does not exist: two slashes are a comment everywhere.
                while (at < script.length() && script.charAt(at) != '\n') {
                    at++;
                }
            } else {
                return;
            }
        }
    }

    private void newLine() {
        at++;
        line++;
        lineStart = at;
    }

    private void number(Position start) {
        int from = at;
        skipDigits();
        if (at - from == 4 && timeFollows()) {
            time(from, start);
        } else if (at > from && at < script.length() && unit(script.charAt(at))) {
            while (at < script.length() && (digit(script.charAt(at)) || unit(script.charAt(at)))) {
                at++;
            }
            add(Kind.DURATION, script.substring(from, at), start);
        } else if (at < script.length() && script.charAt(at) == '.') {
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

    private void time(int from, Position start) {
        at += 6;
        if (at < script.length() && script.charAt(at) == 'T') {
            at++;
            while (at < script.length() && (digit(script.charAt(at)) || script.charAt(at) == ':' || fraction())) {
                at++;
            }
            if (at < script.length() && script.charAt(at) == 'Z') {
                at++;
            } else if (at < script.length() && (script.charAt(at) == '+' || script.charAt(at) == '-')) {
                at++;
                while (at < script.length() && (digit(script.charAt(at)) || script.charAt(at) == ':')) {
                    at++;
                }
            }
        }
        add(Kind.TIME, script.substring(from, at), start);
    }

    private boolean fraction() {
        return script.charAt(at) == '.' && at + 1 < script.length() && digit(script.charAt(at + 1));
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

    private void string(Position start) {
        StringBuilder text = new StringBuilder();
        boolean template = false;
        at++;
        Position from = position();
        while (true) {
            if (at == script.length()) {
                throw start.error("this string is never closed");
            }
            char c = script.charAt(at);
            if (c == '"') {
                at++;
                break;
            } else if (c == '\\') {
                at++;
                escape(text);
            } else if (script.startsWith("${", at)) {
                if (!template) {
                    add(Kind.TEMPLATE, "", start);
                    template = true;
                }
                add(Kind.STRING, text.toString(), from);
                text.setLength(0);
                interpolated(start);
                from = position();
            } else {
                text.append(c);
                if (c == '\n') {
                    newLine();
                } else {
                    at++;
                }
            }
        }
        add(Kind.STRING, text.toString(), template ? from : start);
        if (template) {
            add(Kind.TEMPLATE_END, "", position());
        }
    }

    /** The words of an expression within a text, with the brackets around it. */
    private void interpolated(Position start) {
        interpolations++;
        if (interpolations > MAX_INTERPOLATIONS) {
            throw start.error("strings are nested more than " + MAX_INTERPOLATIONS + " levels deep");
        }
        add(Kind.SYMBOL, "${", position());
        at += 2;
        int open = 1;
        while (open > 0) {
            skipBlanks();
            if (at == script.length()) {
                throw start.error("this string is never closed");
            }
            int before = tokens.size();
            word();
            if (tokens.size() == before + 1) {
                Token last = tokens.get(before);
                open += last.is("{") ? 1 : last.is("}") ? -1 : 0;
            }
        }
        interpolations--;
    }

    private void escape(StringBuilder text) {
        char c = at < script.length() ? script.charAt(at) : ' ';
        switch (c) {
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case '\\', '"', '$' -> text.append(c);
            case 'x' -> {
                hexadecimal(text);
                return;
            }
            default -> throw position().error("unknown escape \\" + c + " in a string");
        }
        at++;
    }

    /** A run of {@code \xNN}: the bytes of a text in UTF-8. */
    private void hexadecimal(StringBuilder text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        at--;
        while (script.startsWith("\\x", at)) {
            int value = 0;
            for (int i = at + 2; i < at + 4; i++) {
                int hex = i < script.length() ? Character.digit(script.charAt(i), 16) : -1;
                if (hex < 0) {
                    throw position().error("two hexadecimal digits must follow \\x in a string");
                }
                value = value * 16 + hex;
            }
            bytes.write(value);
            at += 4;
        }
        text.append(bytes.toString(StandardCharsets.UTF_8));
    }

    private boolean afterOperand() {
        if (tokens.isEmpty()) {
            return false;
        }
        Token last = tokens.get(tokens.size() - 1);
        return switch (last.kind()) {
            case IDENTIFIER -> !BEFORE_OPERAND.contains(last.text());
            case SYMBOL -> last.is(")") || last.is("]") || last.is("}");
            case TEMPLATE -> false;
            default -> true;
        };
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
