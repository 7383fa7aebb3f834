package io.fogwhisk.influx.flux.type;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes types equal by finding out what their variables are (Robinson's unification), with records whose fields may
 * come in any order and of which not all may be known (Leijen's scoped labels). Not thread-safe.
 */
final class Unifier {

    /** More is no query, but an attempt to keep us busy: inferred types can grow without end. */
    private static final int MAX_STEPS = 3_000_000;

    private int level;
    private int steps;

    void enter() {
        level++;
    }

    void leave() {
        level--;
    }

    Type.Variable fresh() {
        return new Type.Variable(level);
    }

    Type.Variable fresh(Constraint constraint) {
        Type.Variable variable = fresh();
        variable.constraints().add(constraint);
        return variable;
    }

    /** Demands that one type be the other. */
    void unify(Type expected, Type found, Position at) {
        step(at);
        Type left = Type.of(expected);
        Type right = Type.of(found);
        if (left == right) {
            return;
        }
        if (left instanceof Type.Variable variable) {
            bind(variable, right, at);
        } else if (right instanceof Type.Variable variable) {
            bind(variable, left, at);
        } else if (left instanceof Type.Array one && right instanceof Type.Array other) {
            unify(one.item(), other.item(), at);
        } else if (left instanceof Type.Stream one && right instanceof Type.Stream other) {
            unify(one.row(), other.row(), at);
        } else if (left instanceof Type.Dictionary one && right instanceof Type.Dictionary other) {
            unify(one.key(), other.key(), at);
            unify(one.value(), other.value(), at);
        } else if (left instanceof Type.Function one && right instanceof Type.Function other) {
            call(one, other, at);
        } else if (left instanceof Type.Field field && record(right)) {
            unify(field.rest(), without(right, field, at), at);
        } else if (left instanceof Type.Empty && right instanceof Type.Field field) {
            throw at.error("found unexpected label " + field.label());
        } else if (!left.equals(right)) {
            throw at.error("expected " + Type.shown(left) + " but found " + Type.shown(right));
        }
    }

    /** Demands something of a type. */
    void constrain(Type type, Constraint constraint, Position at) {
        Type known = Type.of(type);
        if (known instanceof Type.Variable variable) {
            variable.constraints().add(constraint);
        } else if (!constraint.holds(known)) {
            throw at.error(Type.shown(known) + " is not " + constraint.text());
        } else if (constraint == Constraint.EQUATABLE) {
            equatableParts(known, at);
        }
    }

    private void equatableParts(Type type, Position at) {
        step(at);
        if (type instanceof Type.Array array) {
            constrain(array.item(), Constraint.EQUATABLE, at);
        } else if (type instanceof Type.Dictionary dictionary) {
            constrain(dictionary.value(), Constraint.EQUATABLE, at);
        } else if (type instanceof Type.Field field) {
            constrain(field.type(), Constraint.EQUATABLE, at);
            constrain(field.rest(), Constraint.EQUATABLE, at);
        }
    }

    private static boolean record(Type type) {
        return type instanceof Type.Field || type instanceof Type.Empty;
    }

    /** A record without the first field of a name, whose type is made equal. */
    private Type without(Type record, Type.Field wanted, Position at) {
        step(at);
        Type known = Type.of(record);
        if (known instanceof Type.Field field) {
            if (field.label().equals(wanted.label())) {
                unify(wanted.type(), field.type(), at);
                return field.rest();
            }
            return new Type.Field(field.label(), field.type(), without(field.rest(), wanted, at));
        }
        if (known instanceof Type.Variable rest) {
            if (Type.of(tail(wanted)) == rest) {
                throw at.error("records of this kind cannot be made equal");
            }
            Type.Variable more = fresh();
            bind(rest, new Type.Field(wanted.label(), wanted.type(), more), at);
            return more;
        }
        throw at.error("record is missing label " + wanted.label());
    }

    private static Type tail(Type record) {
        Type known = Type.of(record);
        while (known instanceof Type.Field field) {
            known = Type.of(field.rest());
        }
        return known;
    }

    private void bind(Type.Variable variable, Type type, Position at) {
        occurs(variable, type, at);
        for (Constraint constraint : variable.constraints()) {
            constrain(type, constraint, at);
        }
        variable.bind(type);
    }

    /** A type within itself would have no end; what is made equal to an outer variable is not ours to generalize. */
    private void occurs(Type.Variable variable, Type type, Position at) {
        step(at);
        Type known = Type.of(type);
        if (known == variable) {
            throw at.error("a type cannot contain itself");
        }
        if (known instanceof Type.Variable other) {
            other.lower(variable.level());
        } else if (known instanceof Type.Array array) {
            occurs(variable, array.item(), at);
        } else if (known instanceof Type.Stream stream) {
            occurs(variable, stream.row(), at);
        } else if (known instanceof Type.Dictionary dictionary) {
            occurs(variable, dictionary.key(), at);
            occurs(variable, dictionary.value(), at);
        } else if (known instanceof Type.Field field) {
            occurs(variable, field.type(), at);
            occurs(variable, field.rest(), at);
        } else if (known instanceof Type.Function function) {
            function.parameters().values().forEach(parameter -> occurs(variable, parameter.type(), at));
            if (function.pipe() != null) {
                occurs(variable, function.pipe().type(), at);
            }
            occurs(variable, function.result(), at);
        }
    }

    /**
     * Demands that a function can be called in a way.
     *
     * @param wanted the arguments of the call, and what is expected of the result
     */
    private void call(Type.Function wanted, Type.Function given, Position at) {
        Map<String, Type.Parameter> rest = new LinkedHashMap<>(wanted.parameters());
        Type.Parameter piped = wanted.pipe();
        Type.Parameter pipe = given.pipe();
        if (pipe != null) {
            Type.Parameter argument = piped != null ? piped : rest.remove(pipe.name());
            if (argument == null) {
                throw at.error("missing required argument " + pipe.name());
            }
            unify(pipe.type(), argument.type(), at);
        } else if (piped != null) {
            Type.Parameter named = given.parameters().get(piped.name());
            if (named == null) {
                throw at.error("this function takes nothing from |>");
            }
            unify(named.type(), piped.type(), at);
        }
        for (Type.Parameter parameter : given.parameters().values()) {
            Type.Parameter argument = rest.remove(parameter.name());
            if (argument != null) {
                unify(parameter.type(), argument.type(), at);
            } else if (!parameter.optional()) {
                throw at.error("missing required argument " + parameter.name());
            }
        }
        if (!rest.isEmpty()) {
            throw at.error(
                    "found unexpected argument " + rest.keySet().iterator().next() + " (expected: "
                            + String.join(", ", given.parameters().keySet()) + ")");
        }
        unify(wanted.result(), given.result(), at);
    }

    /** Lets every use of a type have variables of its own, in place of those that belong to no outer expression. */
    void generalize(Type type, Position at) {
        step(at);
        Type known = Type.of(type);
        if (known instanceof Type.Variable variable) {
            if (variable.level() > level) {
                variable.generalize();
            }
        } else if (known instanceof Type.Array array) {
            generalize(array.item(), at);
        } else if (known instanceof Type.Stream stream) {
            generalize(stream.row(), at);
        } else if (known instanceof Type.Dictionary dictionary) {
            generalize(dictionary.key(), at);
            generalize(dictionary.value(), at);
        } else if (known instanceof Type.Field field) {
            generalize(field.type(), at);
            generalize(field.rest(), at);
        } else if (known instanceof Type.Function function) {
            function.parameters().values().forEach(parameter -> generalize(parameter.type(), at));
            if (function.pipe() != null) {
                generalize(function.pipe().type(), at);
            }
            generalize(function.result(), at);
        }
    }

    /** A type with fresh variables in place of those that were generalized. */
    Type instantiate(Type type, Position at) {
        return instantiate(type, new HashMap<>(), at);
    }

    private Type instantiate(Type type, Map<Type.Variable, Type> fresh, Position at) {
        step(at);
        Type known = Type.of(type);
        if (known instanceof Type.Variable variable) {
            if (!variable.general()) {
                return variable;
            }
            Type made = fresh.get(variable);
            if (made == null) {
                Type.Variable copy = fresh();
                copy.constraints().addAll(variable.constraints());
                fresh.put(variable, copy);
                made = copy;
            }
            return made;
        }
        if (known instanceof Type.Array array) {
            return new Type.Array(instantiate(array.item(), fresh, at));
        }
        if (known instanceof Type.Stream stream) {
            return new Type.Stream(instantiate(stream.row(), fresh, at));
        }
        if (known instanceof Type.Dictionary dictionary) {
            return new Type.Dictionary(
                    instantiate(dictionary.key(), fresh, at), instantiate(dictionary.value(), fresh, at));
        }
        if (known instanceof Type.Field field) {
            return new Type.Field(
                    field.label(), instantiate(field.type(), fresh, at), instantiate(field.rest(), fresh, at));
        }
        if (known instanceof Type.Function function) {
            Map<String, Type.Parameter> parameters = new LinkedHashMap<>();
            function.parameters().forEach((name, parameter) -> parameters.put(name, copy(parameter, fresh, at)));
            Type.Parameter pipe = function.pipe();
            return new Type.Function(
                    parameters, pipe == null ? null : copy(pipe, fresh, at), instantiate(function.result(), fresh, at));
        }
        return known;
    }

    private Type.Parameter copy(Type.Parameter parameter, Map<Type.Variable, Type> fresh, Position at) {
        return new Type.Parameter(parameter.name(), instantiate(parameter.type(), fresh, at), parameter.optional());
    }

    private void step(Position at) {
        steps++;
        if (steps > MAX_STEPS) {
            throw at.error("the types of this script are too complex");
        }
    }
}
