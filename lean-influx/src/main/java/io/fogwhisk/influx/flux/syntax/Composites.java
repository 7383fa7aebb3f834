package io.fogwhisk.influx.flux.syntax;

import io.fogwhisk.influx.flux.syntax.Expr.ArrayLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.DictionaryLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Identifier;
import io.fogwhisk.influx.flux.syntax.Expr.Lambda;
import io.fogwhisk.influx.flux.syntax.Expr.Parameter;
import io.fogwhisk.influx.flux.syntax.Expr.RecordLiteral;
import io.fogwhisk.influx.flux.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what stands in brackets: arrays, dictionaries, records, arguments and functions. */
final class Composites {

    private final Words words;
    private final ExpressionParser expressions;
    private final Blocks blocks;

    /** Reads the statements of a block. */
    interface Blocks {
        /** The statements before {@code return}. */
        List<Statement> untilReturn();
    }

    Composites(Words words, ExpressionParser expressions, Blocks blocks) {
        this.words = words;
        this.expressions = expressions;
        this.blocks = blocks;
    }

    Expr array(Position at) {
        if (words.peek().is(":")) {
            words.take();
            words.expect("]");
            return new DictionaryLiteral(List.of(), List.of(), at);
        }
        List<Expr> items = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (!words.peek().is("]")) {
            items.add(expressions.expression());
            if (words.peek().is(":") && values.size() == items.size() - 1) {
                words.take();
                values.add(expressions.expression());
            }
            if (!words.peek().is("]")) {
                words.expect(",");
            }
        }
        words.take();
        Expr[] parts = items.toArray(new Expr[0]);
        if (values.isEmpty()) {
            return words.built(new ArrayLiteral(items, at), parts);
        }
        if (values.size() != items.size()) {
            throw at.error("every key of a dictionary needs a value");
        }
        return words.built(new DictionaryLiteral(items, values, at), parts);
    }

    Expr record(Position at) {
        Optional<Identifier> base = Optional.empty();
        if (words.peek().kind() == Kind.IDENTIFIER && words.ahead(1).is("with")) {
            Token name = words.expect(Kind.IDENTIFIER, "a name");
            words.take();
            base = Optional.of(new Identifier(name.text(), name.at()));
        }
        Map<String, Expr> properties = properties("}", "a property");
        return words.built(
                new RecordLiteral(base, properties, at), properties.values().toArray(new Expr[0]));
    }

    /** Names and values up to a bracket that closes, as {@code a: 1, b: 2}, or only names. */
    Map<String, Expr> properties(String close, String what) {
        Map<String, Expr> properties = new LinkedHashMap<>();
        int implicit = 0;
        int count = 0;
        while (!words.peek().is(close)) {
            Token name = words.take();
            if (name.kind() != Kind.STRING && name.kind() != Kind.IDENTIFIER) {
                throw name.at().error("expected the name of " + what + ", found " + name.shown());
            }
            Expr value;
            if (words.peek().is(":")) {
                words.take();
                value = expressions.expression();
            } else {
                Words.refuseKeyword(name);
                if (name.kind() == Kind.STRING) {
                    throw words.peek()
                            .at()
                            .error("expected \":\", found " + words.peek().shown());
                }
                value = new Identifier(name.text(), name.at());
                implicit++;
            }
            count++;
            if (implicit > 0 && implicit < count) {
                throw name.at().error("cannot mix names alone with names and values");
            }
            properties.put(name.text(), value);
            if (!words.peek().is(close)) {
                words.expect(",");
            }
        }
        words.take();
        return properties;
    }

    /** Whether the parenthesis that was just opened holds parameters. */
    boolean lambdaFollows() {
        int open = 1;
        int i = 0;
        while (open > 0) {
            Token token = words.ahead(i);
            if (token.kind() == Kind.END) {
                return false;
            }
            open += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            i++;
        }
        return words.ahead(i).is("=>");
    }

    Expr lambda(Position at) {
        List<Parameter> parameters = new ArrayList<>();
        boolean piped = false;
        while (!words.peek().is(")")) {
            Parameter parameter = parameter();
            if (piped && parameter.pipe()) {
                throw parameter.at().error("a function can have only one parameter for |>");
            }
            piped |= parameter.pipe();
            parameters.add(parameter);
            if (!words.peek().is(")")) {
                words.expect(",");
            }
        }
        words.take();
        words.expect("=>");
        List<Statement> statements = List.of();
        boolean block = words.peek().is("{");
        if (block) {
            words.take();
            words.deeper();
            statements = blocks.untilReturn();
        }
        Expr value = expressions.expression();
        if (block) {
            words.shallower();
            words.expect("}");
        }
        Expr[] parts = new Expr[statements.size() + 1];
        for (int i = 0; i < statements.size(); i++) {
            parts[i] = statements.get(i).value();
        }
        parts[statements.size()] = value;
        return words.built(new Lambda(parameters, statements, value, at), parts);
    }

    private Parameter parameter() {
        Token name = words.expect(Kind.IDENTIFIER, "the name of a parameter");
        if (!words.peek().is("=")) {
            return new Parameter(name.text(), null, false, name.at());
        }
        words.take();
        if (words.peek().is("<-")) {
            words.take();
            return new Parameter(name.text(), null, true, name.at());
        }
        return new Parameter(name.text(), expressions.expression(), false, name.at());
    }
}
