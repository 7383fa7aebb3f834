package io.fogwhisk.influx.flux.syntax;

import io.fogwhisk.influx.flux.syntax.Expr.ArrayLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Binary;
import io.fogwhisk.influx.flux.syntax.Expr.BooleanLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Call;
import io.fogwhisk.influx.flux.syntax.Expr.DurationLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.FloatLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Identifier;
import io.fogwhisk.influx.flux.syntax.Expr.IntegerLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Lambda;
import io.fogwhisk.influx.flux.syntax.Expr.Member;
import io.fogwhisk.influx.flux.syntax.Expr.Pipe;
import io.fogwhisk.influx.flux.syntax.Expr.RegexLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.StringLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.TimeLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Unary;
import io.fogwhisk.influx.flux.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a script as statements; what is not part of the subset is refused where it stands. */
public final class Parser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=", "=~", "!~");
    private static final Set<String> ARITHMETIC = Set.of("+", "-", "*", "/", "%", "^");
    private static final Set<String> RESERVED = Set.of("and", "or", "not", "exists", "if", "then", "else");
    private static final Set<String> REFUSED =
            Set.of("import", "option", "package", "builtin", "return", "testcase", "if");
    /** Deeper nesting is no query, but an attempt to exhaust the stack. */
    private static final int MAX_DEPTH = 100;

    private static final int MAX_WORDS = 10_000;

    private final List<Token> tokens;
    private int next;
    private int depth;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** The statements of a script, at least one. */
    public static List<Statement> parse(String script) {
        Parser parser = new Parser(Lexer.tokens(script));
        if (parser.tokens.size() > MAX_WORDS) {
            throw parser.tokens.get(MAX_WORDS).at().error("the script has more than " + MAX_WORDS + " words");
        }
        List<Statement> statements = new ArrayList<>();
        while (parser.peek().kind() != Kind.END) {
            statements.add(parser.statement());
        }
        if (statements.isEmpty()) {
            throw parser.peek().at().error("the script is empty");
        }
        return statements;
    }

    private Statement statement() {
        Token first = peek();
        if (first.kind() == Kind.IDENTIFIER && tokens.get(next + 1).is("=")) {
            refuseKeyword(first);
            next += 2;
            return new Statement(Optional.of(first.text()), expression());
        }
        return new Statement(Optional.empty(), expression());
    }

    private Expr expression() {
        depth++;
        if (depth > MAX_DEPTH) {
            throw peek().at().error("the expression is nested more than " + MAX_DEPTH + " levels deep");
        }
        Expr left = and();
        while (peek().is("or")) {
            Token operator = take();
            left = new Binary(operator.text(), left, and(), operator.at());
        }
        depth--;
        return left;
    }

    private Expr and() {
        Expr left = not();
        while (peek().is("and")) {
            Token operator = take();
            left = new Binary(operator.text(), left, not(), operator.at());
        }
        return left;
    }

    private Expr not() {
        if (peek().is("not") || peek().is("exists")) {
            Token operator = take();
            depth++;
            if (depth > MAX_DEPTH) {
                throw operator.at().error("the expression is nested more than " + MAX_DEPTH + " levels deep");
            }
            Expr operand = not();
            depth--;
            return new Unary(operator.text(), operand, operator.at());
        }
        return comparison();
    }

    private Expr comparison() {
        Expr left = pipe();
        if (peek().kind() == Kind.SYMBOL && COMPARISONS.contains(peek().text())) {
            Token operator = take();
            left = new Binary(operator.text(), left, pipe(), operator.at());
        }
        return left;
    }

    private Expr pipe() {
        Expr left = unary();
        while (peek().is("|>")) {
            Token arrow = take();
            Expr right = unary();
            if (!(right instanceof Call call)) {
                throw right.at().error("after |> a function call is expected");
            }
            left = new Pipe(left, call, arrow.at());
        }
        if (peek().kind() == Kind.SYMBOL && ARITHMETIC.contains(peek().text())) {
            throw peek().at().error("operator " + peek().text() + " is not supported");
        }
        return left;
    }

    private Expr unary() {
        if (peek().is("-")) {
            Token minus = take();
            return new Unary("-", postfix(), minus.at());
        }
        return postfix();
    }

    private Expr postfix() {
        Expr left = primary();
        while (true) {
            if (peek().is(".")) {
                take();
                Token name = expect(Kind.IDENTIFIER, "a name after the dot");
                left = new Member(left, name.text(), left.at());
            } else if (peek().is("[")) {
                take();
                Token name = expect(Kind.STRING, "a column name in quotes");
                expect("]");
                left = new Member(left, name.text(), left.at());
            } else if (peek().is("(") && callable(left)) {
                take();
                left = new Call(left, arguments(), left.at());
            } else {
                return left;
            }
        }
    }

    private static boolean callable(Expr expr) {
        return expr instanceof Identifier || expr instanceof Member;
    }

    private Map<String, Expr> arguments() {
        Map<String, Expr> arguments = new LinkedHashMap<>();
        while (!peek().is(")")) {
            Token name = expect(Kind.IDENTIFIER, "the name of an argument");
            expect(":");
            if (arguments.put(name.text(), expression()) != null) {
                throw name.at().error("argument " + name.text() + " is given twice");
            }
            if (!peek().is(")")) {
                expect(",");
            }
        }
        take();
        return arguments;
    }

    private Expr primary() {
        Token token = take();
        Position at = token.at();
        return switch (token.kind()) {
            case STRING -> new StringLiteral(token.text(), at);
            case INTEGER -> new IntegerLiteral(Literals.integer(token), at);
            case FLOAT -> new FloatLiteral(Double.parseDouble(token.text()), at);
            case DURATION -> new DurationLiteral(Literals.duration(token), at);
            case TIME -> new TimeLiteral(Literals.time(token), at);
            case REGEX -> new RegexLiteral(Literals.regex(token), at);
            case IDENTIFIER -> {
                refuseKeyword(token);
                yield switch (token.text()) {
                    case "true" -> new BooleanLiteral(true, at);
                    case "false" -> new BooleanLiteral(false, at);
                    default -> new Identifier(token.text(), at);
                };
            }
            case SYMBOL -> {
                if (token.is("[")) {
                    yield array(at);
                }
                if (token.is("(")) {
                    yield lambdaFollows() ? lambda(at) : parenthesis();
                }
                throw at.error("unexpected " + token.shown());
            }
            case END -> throw at.error("unexpected end of the script");
        };
    }

    private Expr parenthesis() {
        Expr inner = expression();
        expect(")");
        return inner;
    }

    private Expr array(Position at) {
        List<Expr> items = new ArrayList<>();
        while (!peek().is("]")) {
            items.add(expression());
            if (!peek().is("]")) {
                expect(",");
            }
        }
        take();
        return new ArrayLiteral(items, at);
    }

    private boolean lambdaFollows() {
        int i = next;
        while (i < tokens.size() - 1 && !tokens.get(i).is(")")) {
            if (tokens.get(i).is("(")) {
                return false;
            }
            i++;
        }
        return i + 1 < tokens.size() && tokens.get(i + 1).is("=>");
    }

    private Expr lambda(Position at) {
        List<String> parameters = new ArrayList<>();
        while (!peek().is(")")) {
            Token name = expect(Kind.IDENTIFIER, "the name of a parameter");
            parameters.add(name.text());
            if (peek().is("=")) {
                throw peek().at().error("default values of parameters are not supported");
            }
            if (!peek().is(")")) {
                expect(",");
            }
        }
        take();
        expect("=>");
        if (peek().is("{")) {
            throw peek().at().error("a function body in braces is not supported, write (r) => expression");
        }
        return new Lambda(parameters, expression(), at);
    }

    private static void refuseKeyword(Token token) {
        if (REFUSED.contains(token.text())) {
            throw token.at().error("\"" + token.text() + "\" is not supported");
        }
        if (RESERVED.contains(token.text())) {
            throw token.at().error("unexpected \"" + token.text() + "\"");
        }
    }

    private Token expect(Kind kind, String what) {
        Token token = take();
        if (token.kind() != kind) {
            throw token.at().error("expected " + what + ", found " + token.shown());
        }
        return token;
    }

    private void expect(String symbol) {
        Token token = take();
        if (!token.is(symbol)) {
            throw token.at().error("expected \"" + symbol + "\", found " + token.shown());
        }
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }
}
