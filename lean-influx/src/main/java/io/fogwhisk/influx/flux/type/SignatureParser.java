package io.fogwhisk.influx.flux.type;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a type as Flux writes it, as {@code (<-tables: stream[A], fn: (r: A) => bool, ?onEmpty: string) => stream[A]},
 * with fresh variables for its capital letters. Behind {@code where} stands what is demanded of them; that rows of
 * streams are records is understood.
 */
final class SignatureParser {

    private final String text;
    private final Unifier unifier;
    private final Map<String, Type.Variable> variables = new HashMap<>();
    private int at;

    private SignatureParser(String text, Unifier unifier) {
        this.text = text;
        this.unifier = unifier;
    }

    static Type parse(String text, Unifier unifier) {
        SignatureParser parser = new SignatureParser(text, unifier);
        Type type = parser.type();
        if (parser.taken("where")) {
            do {
                String variable = parser.name();
                parser.expect(":");
                parser.variable(variable)
                        .constraints()
                        .add(Constraint.valueOf(parser.name().toUpperCase(Locale.ROOT)));
            } while (parser.taken(","));
        }
        if (parser.at < text.length()) {
            throw parser.wrong();
        }
        return type;
    }

    private Type type() {
        if (taken("(")) {
            return function();
        }
        if (taken("[")) {
            Type item = type();
            if (taken(":")) {
                Type value = type();
                expect("]");
                return new Type.Dictionary(item, value);
            }
            expect("]");
            return new Type.Array(item);
        }
        if (taken("{")) {
            return record();
        }
        String name = name();
        if (name.equals("stream")) {
            expect("[");
            Type row = type();
            expect("]");
            if (row instanceof Type.Variable variable) {
                variable.constraints().add(Constraint.RECORD);
            }
            return new Type.Stream(row);
        }
        if (Character.isUpperCase(name.charAt(0))) {
            return variable(name);
        }
        for (Type.Basic basic : Type.Basic.values()) {
            if (basic.text().equals(name)) {
                return basic;
            }
        }
        throw wrong();
    }

    private Type function() {
        Map<String, Type.Parameter> parameters = new LinkedHashMap<>();
        Type.@Nullable Parameter pipe = null;
        while (!taken(")")) {
            boolean piped = taken("<-");
            boolean optional = taken("?");
            String name = piped && text.startsWith(":", at) ? "" : name();
            expect(":");
            Type.Parameter parameter = new Type.Parameter(name, type(), optional);
            if (piped) {
                pipe = parameter;
            } else {
                parameters.put(name, parameter);
            }
            taken(",");
        }
        expect("=>");
        return new Type.Function(parameters, pipe, type());
    }

    private Type record() {
        Type rest = new Type.Empty();
        Deque<Type.Parameter> fields = new ArrayDeque<>();
        if (!taken("}")) {
            String name = name();
            if (taken("with")) {
                rest = variable(name);
                name = name();
            }
            while (true) {
                expect(":");
                fields.push(new Type.Parameter(name, type(), false));
                if (taken("}")) {
                    break;
                }
                expect(",");
                name = name();
            }
        }
        for (Type.Parameter field : fields) {
            rest = new Type.Field(field.name(), field.type(), rest);
        }
        return rest;
    }

    private Type.Variable variable(String name) {
        return variables.computeIfAbsent(name, unused -> unifier.fresh());
    }

    private String name() {
        skipBlanks();
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        if (from == at) {
            throw wrong();
        }
        return text.substring(from, at);
    }

    private boolean taken(String symbol) {
        skipBlanks();
        if (text.startsWith(symbol, at)) {
            at += symbol.length();
            skipBlanks();
            return true;
        }
        return false;
    }

    private void expect(String symbol) {
        if (!taken(symbol)) {
            throw wrong();
        }
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private IllegalStateException wrong() {
        return new IllegalStateException("signature " + text + " is wrong at character " + (at + 1));
    }
}
