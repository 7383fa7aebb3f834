package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.table.Plan;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an expression is worth. What does not depend on a row is computed once; what does is a {@link Node} to be
 * computed for each row, and only its type is known.
 */
public sealed interface Value permits Scalar, Value.Struct, Value.Array, Value.RowArray, Value.Stream, FunctionValue {

    /** How a message calls it. */
    String described();

    /** A record. */
    record Struct(Map<String, Value> fields) implements Value {
        /** Keeps the order of the fields. */
        public Struct {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        @Override
        public String described() {
            return "a record";
        }
    }

    /** An array. */
    record Array(List<Value> items) implements Value {
        /** Copies the items. */
        public Array {
            items = List.copyOf(items);
        }

        @Override
        public String described() {
            return "an array";
        }
    }

    /**
     * An array that is different for each row.
     *
     * @param item the type of its items
     * @param node computes a {@link List} of them
     */
    record RowArray(BasicType item, Node node, int weight) implements Value {
        @Override
        public String described() {
            return "an array";
        }
    }

    /**
     * A stream of tables.
     *
     * @param source how it comes about
     * @param yielded whether it is a result already
     */
    record Stream(Source source, boolean yielded) implements Value {
        @Override
        public String described() {
            return "a stream of tables";
        }

        /** How it comes about. */
        public Plan plan() {
            return source.plan();
        }
    }

    /** How a stream comes about, if that is known already: a bucket without a range cannot be read. */
    @FunctionalInterface
    interface Source {
        /**
         * The plan.
         *
         * @throws io.fogwhisk.influx.InfluxException if it lacks a range
         */
        Plan plan();
    }
}
