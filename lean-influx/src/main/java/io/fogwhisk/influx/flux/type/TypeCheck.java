package io.fogwhisk.influx.flux.type;

import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.syntax.Script;
import io.fogwhisk.influx.flux.syntax.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Infers the types of a script (Hindley and Milner's inference, as the language's specification has it) and refuses
 * what does not fit, before anything runs. Not thread-safe.
 */
public final class TypeCheck {

    private final Signatures signatures;
    private final Unifier unifier = new Unifier();
    private final Map<String, String> imports = new HashMap<>();

    private TypeCheck(Signatures signatures) {
        this.signatures = signatures;
    }

    /** The names that an expression sees. */
    private record Scope(Map<String, Type> names, @Nullable Scope outer) {
        @Nullable
        Type find(String name) {
            Type type = names.get(name);
            return type != null || outer == null ? type : outer.find(name);
        }
    }

    /**
     * Checks a script.
     *
     * @throws io.fogwhisk.influx.InfluxException at the first place that is wrong; the message starts with {@code error
     *     @line:column}
     */
    public static void check(Script script, Signatures signatures) {
        TypeCheck check = new TypeCheck(signatures);
        for (Script.Import imported : script.imports()) {
            if (signatures.members(imported.path()).isEmpty()) {
                throw imported.at().error("there is no package \"" + imported.path() + "\", or it is not supported");
            }
            check.imports.put(imported.name(), imported.path());
        }
        check.statements(script.statements(), new Scope(new HashMap<>(), null));
    }

    private void statements(List<Statement> statements, Scope scope) {
        Set<String> options = new HashSet<>();
        Set<String> assigned = new HashSet<>();
        for (Statement statement : statements) {
            if (statement instanceof Statement.Assignment assignment) {
                if (!assigned.add(assignment.name())) {
                    throw assignment.at().error("variable \"" + assignment.name() + "\" reassigned");
                }
                scope.names().put(assignment.name(), general(assignment.value(), scope));
            } else if (statement instanceof Statement.Option option) {
                if (!options.add(option.name())) {
                    throw option.at().error("option \"" + option.name() + "\" reassigned");
                }
                scope.names().put(option.name(), general(option.value(), scope));
            } else if (statement instanceof Statement.MemberOption option) {
                Type declared = member(new Expr.Identifier(option.object(), option.at()), option.name(), scope);
                unifier.unify(
                        declared, infer(option.value(), scope), option.value().at());
            } else {
                infer(statement.value(), scope);
            }
        }
    }

    private Type general(Expr value, Scope scope) {
        unifier.enter();
        Type type = infer(value, scope);
        unifier.leave();
        unifier.generalize(type, value.at());
        return type;
    }

    private Type infer(Expr expr, Scope scope) {
        if (expr instanceof Expr.StringLiteral) {
            return Type.Basic.STRING;
        } else if (expr instanceof Expr.IntegerLiteral) {
            return Type.Basic.INT;
        } else if (expr instanceof Expr.FloatLiteral) {
            return Type.Basic.FLOAT;
        } else if (expr instanceof Expr.DurationLiteral) {
            return Type.Basic.DURATION;
        } else if (expr instanceof Expr.TimeLiteral) {
            return Type.Basic.TIME;
        } else if (expr instanceof Expr.RegexLiteral) {
            return Type.Basic.REGEXP;
        } else if (expr instanceof Expr.Identifier identifier) {
            return identifier(identifier, scope);
        } else if (expr instanceof Expr.Member member) {
            return member(member.object(), member.name(), scope);
        } else if (expr instanceof Expr.Call call) {
            return call(call, null, scope);
        } else if (expr instanceof Expr.Pipe pipe) {
            return call(pipe.call(), infer(pipe.left(), scope), scope);
        } else if (expr instanceof Expr.Binary binary) {
            return binary(binary, scope);
        } else if (expr instanceof Expr.Unary unary) {
            return unary(unary, scope);
        } else if (expr instanceof Expr.Lambda lambda) {
            return lambda(lambda, scope);
        } else if (expr instanceof Expr.Conditional conditional) {
            expect(Type.Basic.BOOL, conditional.test(), scope);
            Type type = infer(conditional.consequence(), scope);
            expect(type, conditional.alternative(), scope);
            return type;
        } else if (expr instanceof Expr.Interpolation interpolation) {
            for (Expr part : interpolation.parts()) {
                unifier.constrain(infer(part, scope), Constraint.STRINGABLE, part.at());
            }
            return Type.Basic.STRING;
        }
        return composite(expr, scope);
    }

    private Type composite(Expr expr, Scope scope) {
        if (expr instanceof Expr.ArrayLiteral array) {
            return new Type.Array(same(array.items(), scope));
        } else if (expr instanceof Expr.DictionaryLiteral dictionary) {
            return new Type.Dictionary(same(dictionary.keys(), scope), same(dictionary.values(), scope));
        } else if (expr instanceof Expr.Index index) {
            Type item = unifier.fresh();
            expect(new Type.Array(item), index.array(), scope);
            expect(Type.Basic.INT, index.index(), scope);
            return item;
        }
        Expr.RecordLiteral literal = (Expr.RecordLiteral) expr;
        Type record = new Type.Empty();
        if (literal.base().isPresent()) {
            record = infer(literal.base().get(), scope);
            unifier.constrain(record, Constraint.RECORD, literal.at());
        }
        for (Map.Entry<String, Expr> property : literal.properties().entrySet()) {
            record = new Type.Field(property.getKey(), infer(property.getValue(), scope), record);
        }
        return record;
    }

    private Type same(List<Expr> items, Scope scope) {
        Type type = unifier.fresh();
        items.forEach(item -> expect(type, item, scope));
        return type;
    }

    private void expect(Type type, Expr expr, Scope scope) {
        unifier.unify(type, infer(expr, scope), expr.at());
    }

    private Type identifier(Expr.Identifier identifier, Scope scope) {
        Type known = scope.find(identifier.name());
        if (known != null) {
            return unifier.instantiate(known, identifier.at());
        }
        if (imports.containsKey(identifier.name())) {
            throw identifier.at().error("a package is no value: write " + identifier.name() + ".name");
        }
        String signature = signatures.members(Signatures.UNIVERSE).get(identifier.name());
        if (signature == null) {
            throw identifier.at().error("undefined identifier \"" + identifier.name() + "\"");
        }
        return SignatureParser.parse(signature, unifier);
    }

    private Type member(Expr object, String name, Scope scope) {
        if (object instanceof Expr.Identifier identifier
                && scope.find(identifier.name()) == null
                && imports.containsKey(identifier.name())) {
            String path = imports.get(identifier.name());
            String signature = signatures.members(path).get(name);
            if (signature == null) {
                throw object.at().error("package \"" + path + "\" has no \"" + name + "\"");
            }
            return SignatureParser.parse(signature, unifier);
        }
        Type type = unifier.fresh();
        expect(new Type.Field(name, type, unifier.fresh(Constraint.RECORD)), object, scope);
        return type;
    }

    private Type call(Expr.Call call, @Nullable Type piped, Scope scope) {
        Type function = infer(call.function(), scope);
        Map<String, Type.Parameter> arguments = new LinkedHashMap<>();
        Type known = Type.of(function);
        call.arguments().forEach((name, value) -> {
            Type type = infer(value, scope);
            arguments.put(name, new Type.Parameter(name, type, false));
            // What is wrong with one argument is said at its place.
            Type declared = declared(known, name);
            if (declared != null) {
                unifier.unify(declared, type, value.at());
            } else if (known instanceof Type.Function) {
                throw value.at().error("found unexpected argument " + name);
            }
        });
        Type result = unifier.fresh();
        Type.Parameter pipe = piped == null ? null : new Type.Parameter("", piped, false);
        if (known instanceof Type.Function || known instanceof Type.Variable) {
            unifier.unify(new Type.Function(arguments, pipe, result), function, call.at());
        } else {
            throw call.at().error("expected a function but found " + Type.shown(known));
        }
        return result;
    }

    private static @Nullable Type declared(Type function, String name) {
        if (!(function instanceof Type.Function known)) {
            return null;
        }
        Type.Parameter pipe = known.pipe();
        Type.Parameter parameter = pipe != null && pipe.name().equals(name)
                ? pipe
                : known.parameters().get(name);
        return parameter == null ? null : parameter.type();
    }

    private Type lambda(Expr.Lambda lambda, Scope scope) {
        Scope inner = new Scope(new HashMap<>(), scope);
        Map<String, Type.Parameter> parameters = new LinkedHashMap<>();
        Type.Parameter pipe = null;
        for (Expr.Parameter parameter : lambda.parameters()) {
            Type type = unifier.fresh();
            Expr byDefault = parameter.byDefault();
            if (byDefault != null) {
                // Its type says nothing about that of the parameter: a call may give a value of another one.
                infer(byDefault, scope);
            }
            inner.names().put(parameter.name(), type);
            Type.Parameter made = new Type.Parameter(parameter.name(), type, byDefault != null);
            if (parameter.pipe()) {
                pipe = made;
            } else {
                parameters.put(parameter.name(), made);
            }
        }
        Scope body = new Scope(new HashMap<>(), inner);
        statements(lambda.statements(), body);
        return new Type.Function(parameters, pipe, infer(lambda.value(), body));
    }

    private Type unary(Expr.Unary unary, Scope scope) {
        if (unary.operator().equals("not")) {
            expect(Type.Basic.BOOL, unary.operand(), scope);
            return Type.Basic.BOOL;
        }
        Type type = infer(unary.operand(), scope);
        if (unary.operator().equals("exists")) {
            return Type.Basic.BOOL;
        }
        unifier.constrain(type, Constraint.NEGATABLE, unary.operand().at());
        return type;
    }

    private Type binary(Expr.Binary binary, Scope scope) {
        Position at = binary.at();
        switch (binary.operator()) {
            case "and", "or" -> {
                expect(Type.Basic.BOOL, binary.left(), scope);
                expect(Type.Basic.BOOL, binary.right(), scope);
                return Type.Basic.BOOL;
            }
            case "=~", "!~" -> {
                expect(Type.Basic.STRING, binary.left(), scope);
                expect(Type.Basic.REGEXP, binary.right(), scope);
                return Type.Basic.BOOL;
            }
            case "==", "!=" -> {
                return comparison(binary, Constraint.EQUATABLE, scope);
            }
            case "<", "<=", ">", ">=" -> {
                return comparison(binary, Constraint.COMPARABLE, scope);
            }
            default -> {
                Type type = infer(binary.left(), scope);
                expect(type, binary.right(), scope);
                Constraint constraint = switch (binary.operator()) {
                    case "+" -> Constraint.ADDABLE;
                    case "-" -> Constraint.SUBTRACTABLE;
                    default -> Constraint.DIVISIBLE;
                };
                unifier.constrain(type, constraint, at);
                return type;
            }
        }
    }

    private Type comparison(Expr.Binary binary, Constraint constraint, Scope scope) {
        // The sides need not be of one type: numbers of different types can be compared.
        unifier.constrain(infer(binary.left(), scope), constraint, binary.left().at());
        unifier.constrain(
                infer(binary.right(), scope), constraint, binary.right().at());
        return Type.Basic.BOOL;
    }
}
