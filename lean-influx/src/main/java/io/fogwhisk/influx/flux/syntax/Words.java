package io.fogwhisk.influx.flux.syntax;

import io.fogwhisk.influx.flux.syntax.Token.Kind;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The words of a script, taken one after the other, and the bounds on what is made of them. Not thread-safe. */
final class Words {

    private static final Set<String> RESERVED =
            Set.of("and", "or", "not", "exists", "if", "then", "else", "return", "import", "option", "package");
    private static final Set<String> REFUSED = Set.of("builtin", "testcase");
    /** Deeper nesting is no query, but an attempt to exhaust the stack. */
    private static final int MAX_DEPTH = 100;
    /** So is an expression of more operators one within the other. */
    private static final int MAX_HEIGHT = 1_000;

    private static final int MAX_WORDS = 20_000;

    private final List<Token> tokens;
    private final IdentityHashMap<Expr, Integer> heights = new IdentityHashMap<>();
    private int next;
    private int depth;

    Words(List<Token> tokens) {
        this.tokens = tokens;
        if (tokens.size() > MAX_WORDS) {
            throw tokens.get(MAX_WORDS).at().error("the script has more than " + MAX_WORDS + " words");
        }
    }

    Token peek() {
        return tokens.get(next);
    }

    /** The word after the next, or further on; the last if there are not so many. */
    Token ahead(int words) {
        return tokens.get(Math.min(next + words, tokens.size() - 1));
    }

    Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }

    Token expect(Kind kind, String what) {
        Token token = take();
        if (token.kind() != kind) {
            throw token.at().error("expected " + what + ", found " + token.shown());
        }
        if (kind == Kind.IDENTIFIER) {
            refuseKeyword(token);
        }
        return token;
    }

    void expect(String symbol) {
        Token token = take();
        if (!token.is(symbol)) {
            throw token.at().error("expected \"" + symbol + "\", found " + token.shown());
        }
    }

    void deeper() {
        depth++;
        if (depth > MAX_DEPTH) {
            throw peek().at().error("the expression is nested more than " + MAX_DEPTH + " levels deep");
        }
    }

    void shallower() {
        depth--;
    }

    /** An expression made of others, unless it became too high. */
    <E extends Expr> E built(E made, Expr... parts) {
        int height = 0;
        for (Expr part : parts) {
            height = Math.max(height, heights.getOrDefault(part, 0));
        }
        if (height >= MAX_HEIGHT) {
            throw made.at().error("the expression has more than " + MAX_HEIGHT + " operators one within the other");
        }
        heights.put(made, height + 1);
        return made;
    }

    static void refuseKeyword(Token token) {
        if (REFUSED.contains(token.text())) {
            throw token.at().error("\"" + token.text() + "\" is not supported");
        }
        if (RESERVED.contains(token.text())) {
            throw token.at().error("unexpected \"" + token.text() + "\"");
        }
    }
}
