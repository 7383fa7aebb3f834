package io.fogwhisk.influx.flux.syntax;

import io.fogwhisk.influx.flux.syntax.Expr.Binary;
import io.fogwhisk.influx.flux.syntax.Expr.Call;
import io.fogwhisk.influx.flux.syntax.Expr.Conditional;
import io.fogwhisk.influx.flux.syntax.Expr.Identifier;
import io.fogwhisk.influx.flux.syntax.Expr.Index;
import io.fogwhisk.influx.flux.syntax.Expr.Member;
import io.fogwhisk.influx.flux.syntax.Expr.Pipe;
import io.fogwhisk.influx.flux.syntax.Expr.Unary;
import io.fogwhisk.influx.flux.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the expressions of Flux, by the precedence of its operators: {@code or}, {@code and}, {@code not} and {@code
 * exists}, comparisons, {@code + -}, {@code * / %}, {@code ^}, {@code |>}, signs, and what follows a name.
 *
 * <p>The depth of an expression is bounded, so that whatever works on it may call itself.
 */
final class ExpressionParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=", "=~", "!~");
    /** Operators that group to the left, the weakest first. */
    private static final List<Set<String>> ARITHMETIC = List.of(Set.of("+", "-"), Set.of("*", "/", "%"), Set.of("^"));

    private final Words words;
    private final Composites composites;

    ExpressionParser(Words words, Composites.Blocks blocks) {
        this.words = words;
        this.composites = new Composites(words, this, blocks);
    }

    Expr expression() {
        words.deeper();
        Expr read = words.peek().is("if") ? conditional() : or();
        words.shallower();
        return read;
    }

    private Expr conditional() {
        Position at = words.take().at();
        Expr test = expression();
        words.expect("then");
        Expr consequence = expression();
        words.expect("else");
        Expr alternative = expression();
        return words.built(new Conditional(test, consequence, alternative, at), test, consequence, alternative);
    }

    private Expr or() {
        Expr left = and();
        while (words.peek().is("or")) {
            left = binary(words.take(), left, and());
        }
        return left;
    }

    private Expr and() {
        Expr left = not();
        while (words.peek().is("and")) {
            left = binary(words.take(), left, not());
        }
        return left;
    }

    private Expr not() {
        if (words.peek().is("not") || words.peek().is("exists")) {
            Token operator = words.take();
            words.deeper();
            Expr operand = not();
            words.shallower();
            return words.built(new Unary(operator.text(), operand, operator.at()), operand);
        }
        return comparison();
    }

    private Expr comparison() {
        Expr left = arithmetic(0);
        while (words.peek().kind() == Kind.SYMBOL
                && COMPARISONS.contains(words.peek().text())) {
            left = binary(words.take(), left, arithmetic(0));
        }
        return left;
    }

    private Expr arithmetic(int level) {
        if (level == ARITHMETIC.size()) {
            return pipe();
        }
        Expr left = arithmetic(level + 1);
        while (words.peek().kind() == Kind.SYMBOL
                && ARITHMETIC.get(level).contains(words.peek().text())) {
            left = binary(words.take(), left, arithmetic(level + 1));
        }
        return left;
    }

    private Expr binary(Token operator, Expr left, Expr right) {
        return words.built(new Binary(operator.text(), left, right, operator.at()), left, right);
    }

    private Expr pipe() {
        Expr left = sign();
        while (words.peek().is("|>")) {
            Token arrow = words.take();
            Expr right = sign();
            if (!(right instanceof Call call)) {
                throw right.at().error("after |> a function call is expected");
            }
            left = words.built(new Pipe(left, call, arrow.at()), left, call);
        }
        return left;
    }

    private Expr sign() {
        if (words.peek().is("-") || words.peek().is("+")) {
            Token operator = words.take();
            words.deeper();
            Expr operand = sign();
            words.shallower();
            return words.built(new Unary(operator.text(), operand, operator.at()), operand);
        }
        return postfix();
    }

    private Expr postfix() {
        Expr left = primary();
        while (true) {
            if (words.peek().is(".")) {
                words.take();
                Token name = words.expect(Kind.IDENTIFIER, "a name after the dot");
                left = words.built(new Member(left, name.text(), left.at()), left);
            } else if (words.peek().is("[")) {
                words.take();
                Expr index = expression();
                words.expect("]");
                left = words.built(
                        index instanceof Expr.StringLiteral name
                                ? new Member(left, name.value(), left.at())
                                : new Index(left, index, left.at()),
                        left,
                        index);
            } else if (words.peek().is("(")) {
                words.take();
                Map<String, Expr> arguments = composites.properties(")", "an argument");
                Expr[] parts = arguments.values().toArray(new Expr[arguments.size() + 1]);
                parts[arguments.size()] = left;
                left = words.built(new Call(left, arguments, left.at()), parts);
            } else {
                return left;
            }
        }
    }

    private Expr primary() {
        Token token = words.take();
        Position at = token.at();
        return switch (token.kind()) {
            case STRING -> new Expr.StringLiteral(token.text(), at);
            case TEMPLATE -> template(at);
            case INTEGER -> new Expr.IntegerLiteral(Literals.integer(token), at);
            case FLOAT -> new Expr.FloatLiteral(Double.parseDouble(token.text()), at);
            case DURATION -> new Expr.DurationLiteral(Literals.duration(token), at);
            case TIME -> new Expr.TimeLiteral(Literals.time(token), at);
            case REGEX -> new Expr.RegexLiteral(Literals.regex(token), at);
            case IDENTIFIER -> {
                Words.refuseKeyword(token);
                yield new Identifier(token.text(), at);
            }
            case SYMBOL -> symbol(token);
            case TEMPLATE_END -> throw at.error("unexpected end of a string");
            case END -> throw at.error("unexpected end of the script");
        };
    }

    private Expr symbol(Token token) {
        return switch (token.text()) {
            case "[" -> composites.array(token.at());
            case "{" -> composites.record(token.at());
            case "(" -> {
                if (composites.lambdaFollows()) {
                    yield composites.lambda(token.at());
                }
                Expr inner = expression();
                words.expect(")");
                yield inner;
            }
            case "." -> throw token.at().error("labels are not supported");
            default -> throw token.at().error("unexpected " + token.shown());
        };
    }

    private Expr template(Position at) {
        List<Expr> parts = new ArrayList<>();
        while (words.peek().kind() != Kind.TEMPLATE_END) {
            if (words.peek().kind() == Kind.STRING) {
                Token text = words.take();
                parts.add(new Expr.StringLiteral(text.text(), text.at()));
            } else {
                words.expect("${");
                parts.add(expression());
                words.expect("}");
            }
        }
        words.take();
        return words.built(new Expr.Interpolation(parts, at), parts.toArray(new Expr[0]));
    }
}
