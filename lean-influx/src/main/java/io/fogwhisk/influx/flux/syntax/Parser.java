package io.fogwhisk.influx.flux.syntax;

import io.fogwhisk.influx.flux.syntax.Script.Import;
import io.fogwhisk.influx.flux.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Reads a script; what is no Flux is refused where it stands. */
public final class Parser {

    private final Words words;
    private final ExpressionParser expressions;

    private Parser(Words words) {
        this.words = words;
        this.expressions = new ExpressionParser(words, this::untilReturn);
    }

    /**
     * Reads a script.
     *
     * @throws io.fogwhisk.influx.InfluxException if it is no Flux, or too big; the message starts with {@code error
     *     @line:column}
     */
    public static Script parse(String script) {
        Parser parser = new Parser(new Words(Lexer.tokens(script)));
        if (parser.words.peek().kind() == Kind.END) {
            throw parser.words.peek().at().error("the script is empty");
        }
        return parser.script();
    }

    private Script script() {
        attributes();
        if (words.peek().is("package")) {
            words.take();
            words.expect(Kind.IDENTIFIER, "the name of the package");
        }
        List<Import> imports = new ArrayList<>();
        while (words.peek().is("import")) {
            imports.add(imported());
        }
        List<Statement> statements = new ArrayList<>();
        while (words.peek().kind() != Kind.END) {
            if (words.peek().is("return")) {
                throw words.peek().at().error("return is only allowed in the body of a function");
            }
            statements.add(statement());
        }
        return new Script(imports, statements);
    }

    /** Editions and the like, which say nothing to us. */
    private void attributes() {
        while (words.peek().is("@")) {
            words.take();
            words.expect(Kind.IDENTIFIER, "the name of an attribute");
            if (words.peek().is("(")) {
                while (words.peek().kind() != Kind.END && !words.peek().is(")")) {
                    words.take();
                }
                words.expect(")");
            }
        }
    }

    private Import imported() {
        Position at = words.take().at();
        String name = null;
        if (words.peek().kind() == Kind.IDENTIFIER) {
            name = words.expect(Kind.IDENTIFIER, "a name").text();
        }
        String path =
                words.expect(Kind.STRING, "the path of a package in quotes").text();
        return new Import(path, name == null ? path.substring(path.lastIndexOf('/') + 1) : name, at);
    }

    private Statement statement() {
        Token first = words.peek();
        if (first.is("option")) {
            return option();
        }
        if (first.kind() == Kind.IDENTIFIER && words.ahead(1).is("=")) {
            Words.refuseKeyword(first);
            words.take();
            words.take();
            return new Statement.Assignment(first.text(), expressions.expression(), first.at());
        }
        return new Statement.Expression(expressions.expression());
    }

    private Statement option() {
        Position at = words.take().at();
        String name = words.expect(Kind.IDENTIFIER, "the name of an option").text();
        if (words.peek().is(".")) {
            words.take();
            String member =
                    words.expect(Kind.IDENTIFIER, "the name of an option").text();
            words.expect("=");
            return new Statement.MemberOption(name, member, expressions.expression(), at);
        }
        words.expect("=");
        return new Statement.Option(name, expressions.expression(), at);
    }

    private List<Statement> untilReturn() {
        List<Statement> statements = new ArrayList<>();
        while (!words.peek().is("return")) {
            if (words.peek().is("}")) {
                throw words.peek().at().error("the body of a function in braces must end with return");
            }
            statements.add(statement());
        }
        words.take();
        return statements;
    }
}
