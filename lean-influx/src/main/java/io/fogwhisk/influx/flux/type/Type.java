package io.fogwhisk.influx.flux.type;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A type of Flux. */
sealed interface Type {

    /** A type without parts. */
    enum Basic implements Type {
        BOOL("bool"),
        INT("int"),
        UINT("uint"),
        FLOAT("float"),
        STRING("string"),
        TIME("time"),
        DURATION("duration"),
        REGEXP("regexp"),
        BYTES("bytes");

        private final String text;

        Basic(String text) {
            this.text = text;
        }

        /** The name that Flux gives it. */
        String text() {
            return text;
        }
    }

    /** An array of items of one type. */
    record Array(Type item) implements Type {}

    /** A dictionary. */
    record Dictionary(Type key, Type value) implements Type {}

    /** A stream of tables whose rows are records of a type. */
    record Stream(Type row) implements Type {}

    /** A record without fields. */
    record Empty() implements Type {}

    /** A record: a field, and a record of the rest. Of several fields with one name the first is seen. */
    record Field(String label, Type type, Type rest) implements Type {}

    /** A function. */
    record Function(
            Map<String, Parameter> parameters, @Nullable Parameter pipe, Type result) implements Type {}

    /**
     * A parameter of a function.
     *
     * @param name of the parameter; of that for {@code |>} it may be empty
     */
    record Parameter(String name, Type type, boolean optional) {}

    /** A type that is not known yet. Not thread-safe. */
    final class Variable implements Type {
        private final Set<Constraint> constraints = EnumSet.noneOf(Constraint.class);
        private @Nullable Type bound;
        private int level;

        Variable(int level) {
            this.level = level;
        }

        Set<Constraint> constraints() {
            return constraints;
        }

        int level() {
            return level;
        }

        void lower(int to) {
            level = Math.min(level, to);
        }

        /** Whether every use of a type with this variable has its own. */
        boolean general() {
            return level == Integer.MAX_VALUE;
        }

        void generalize() {
            level = Integer.MAX_VALUE;
        }

        void bind(Type type) {
            bound = type;
        }
    }

    /** What stands behind variables that are known by now. */
    static Type of(Type type) {
        Type seen = type;
        while (seen instanceof Variable variable && variable.bound != null) {
            seen = variable.bound;
        }
        return seen;
    }

    /** How a message calls a type; bounded in length. */
    static String shown(Type type) {
        return shown(type, 3);
    }

    private static String shown(Type type, int depth) {
        Type known = of(type);
        if (known instanceof Basic basic) {
            return basic.text();
        }
        if (depth == 0) {
            return "...";
        }
        if (known instanceof Array array) {
            return "[" + shown(array.item(), depth - 1) + "]";
        }
        if (known instanceof Dictionary dictionary) {
            return "[" + shown(dictionary.key(), depth - 1) + ":" + shown(dictionary.value(), depth - 1) + "]";
        }
        if (known instanceof Stream stream) {
            return "stream[" + shown(stream.row(), depth - 1) + "]";
        }
        if (known instanceof Function function) {
            Set<String> names = new TreeSet<>(function.parameters().keySet());
            return "(" + String.join(", ", names) + ") => " + shown(function.result(), depth - 1);
        }
        if (known instanceof Variable) {
            return "any type";
        }
        List<String> fields = new ArrayList<>();
        while (known instanceof Field field && fields.size() < 5) {
            fields.add(field.label() + ": " + shown(field.type(), depth - 1));
            known = of(field.rest());
        }
        return "{" + String.join(", ", fields) + (known instanceof Empty ? "}" : ", ...}");
    }
}
