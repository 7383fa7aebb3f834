package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions of plain values, made to work on values that are different for each row. */
public final class Lifted {

    private Lifted() {}

    /** A function of plain values; arrays come as {@link List}s, records as {@link Map}s. */
    @FunctionalInterface
    public interface Body {
        /** The value, none of the arguments being null. */
        @Nullable
        Object of(Object[] arguments);
    }

    /** A value computed of arguments; null if one of them is null. */
    public static Scalar scalar(BasicType type, Position at, Body body, Value... arguments) {
        Made made = made(at, body, arguments);
        if (made.constant()) {
            return Scalar.of(type, made.node().known());
        }
        return Scalar.perRow(type, made.node(), made.weight(), at);
    }

    /** An array computed of arguments: {@code body} returns a {@link List}. */
    public static Value array(BasicType item, Position at, Body body, Value... arguments) {
        Made made = made(at, body, arguments);
        if (!made.constant()) {
            return new Value.RowArray(
                    item,
                    made.node(),
                    Scalar.perRow(item, made.node(), made.weight(), at).weight());
        }
        List<Value> items = new ArrayList<>();
        if (made.node().known() instanceof List<?> list) {
            list.forEach(value -> items.add(Scalar.of(item, value)));
        }
        return new Value.Array(items);
    }

    /** A value as a node. */
    private record Made(Node node, boolean constant, long weight) {}

    private static Made made(Position at, Body body, Value... arguments) {
        Node[] nodes = new Node[arguments.length];
        boolean constant = true;
        long weight = 1;
        for (int i = 0; i < nodes.length; i++) {
            Made argument = of(arguments[i], at);
            nodes[i] = argument.node();
            constant &= argument.constant();
            weight += argument.weight();
        }
        Node node = row -> {
            Object[] values = new Object[nodes.length];
            for (int i = 0; i < nodes.length; i++) {
                Object value = nodes[i].value(row);
                if (value == null) {
                    return null;
                }
                values[i] = value;
            }
            return body.of(values);
        };
        return new Made(node, constant, weight);
    }

    private static Made of(Value value, Position at) {
        if (value instanceof Scalar scalar) {
            return new Made(scalar.node(), scalar.constant(), scalar.weight());
        }
        if (value instanceof Value.RowArray array) {
            return new Made(array.node(), false, array.weight());
        }
        if (value instanceof Value.Array array) {
            List<Made> items = array.items().stream().map(item -> of(item, at)).toList();
            boolean constant = items.stream().allMatch(Made::constant);
            long weight = 1 + items.stream().mapToLong(Made::weight).sum();
            Node node = row -> {
                List<@Nullable Object> list = new ArrayList<>(items.size());
                items.forEach(item -> list.add(item.node().value(row)));
                return list;
            };
            if (constant) {
                Object list = node.known();
                return new Made(row -> list, true, 1);
            }
            return new Made(node, false, weight);
        }
        if (value instanceof Value.Struct record) {
            Map<String, Made> fields = new LinkedHashMap<>();
            record.fields().forEach((name, field) -> fields.put(name, of(field, at)));
            boolean constant = fields.values().stream().allMatch(Made::constant);
            long weight = 1 + fields.values().stream().mapToLong(Made::weight).sum();
            return new Made(
                    row -> {
                        Map<String, @Nullable Object> values = new LinkedHashMap<>();
                        fields.forEach(
                                (name, field) -> values.put(name, field.node().value(row)));
                        return values;
                    },
                    constant,
                    weight);
        }
        throw at.error("expected a value, found " + value.described());
    }
}
