package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.flux.syntax.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Two values, one of which a row takes. A branch that cannot be computed is wrong only for rows that take it. */
final class Branches {

    private Branches() {}

    /**
     * One value or another, by a condition that depends on the row.
     *
     * @throws InfluxException if neither can be computed
     */
    static Value chosen(Scalar test, Supplier<Value> yes, Supplier<Value> no, Position at) {
        Value one;
        try {
            one = yes.get();
        } catch (InfluxException e) {
            InfluxException failure = e.onlyOfValues();
            Value other = no.get();
            return chosen(test, failing(failure, other), other, at);
        }
        Value other;
        try {
            other = no.get();
        } catch (InfluxException e) {
            other = failing(e.onlyOfValues(), one);
        }
        return chosen(test, one, other, at);
    }

    /** What stands for a branch that cannot be computed: of the type of the other branch, as Flux has it. */
    private static Value failing(InfluxException failure, Value other) {
        if (other instanceof Scalar scalar && scalar.type() != null) {
            return Scalar.failing(scalar.type(), failure);
        }
        if (other instanceof Value.Struct record && !record.fields().isEmpty()) {
            Map<String, Value> fields = new LinkedHashMap<>();
            record.fields().forEach((name, value) -> fields.put(name, failing(failure, value)));
            return new Value.Struct(fields);
        }
        throw failure;
    }

    private static Value chosen(Scalar test, Value yes, Value no, Position at) {
        if (yes instanceof Scalar one && no instanceof Scalar other) {
            return Comparisons.chosen(test, one, other, at);
        }
        if (yes instanceof Value.Struct one && no instanceof Value.Struct other) {
            Map<String, Value> fields = new LinkedHashMap<>();
            one.fields()
                    .forEach((name, value) ->
                            fields.put(name, chosen(test, value, other.fields().getOrDefault(name, Scalar.NULL), at)));
            other.fields().forEach((name, value) -> {
                if (!one.fields().containsKey(name)) {
                    fields.put(name, chosen(test, Scalar.NULL, value, at));
                }
            });
            return new Value.Struct(fields);
        }
        throw at.error("a condition that depends on a row cannot choose between " + yes.described() + " and "
                + no.described());
    }
}
