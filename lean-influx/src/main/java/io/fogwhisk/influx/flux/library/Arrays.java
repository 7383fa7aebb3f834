package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Lifted;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.table.Plan;
import io.fogwhisk.influx.flux.table.Rows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The package {@code array}, and the functions of arrays that are always there. */
final class Arrays {

    private static final String PATH = "array";

    private Arrays() {}

    static void register(Registry registry) {
        registry.function(
                "contains",
                arguments -> Lifted.scalar(
                        BasicType.BOOL,
                        arguments.at(),
                        of -> ((List<?>) of[1]).contains(of[0]),
                        arguments.required("value"),
                        arguments.required("set")));
        registry.function("length", arguments -> length(arguments));
        registry.function(PATH, "from", Arrays::from);
        registry.function(PATH, "concat", arguments -> {
            List<Value> items = new ArrayList<>(array(arguments).items());
            items.addAll(arguments.array("v", arguments.required("v")).items());
            return new Value.Array(items);
        });
        registry.function(PATH, "map", arguments -> {
            FunctionValue fn = arguments.fn("fn");
            return new Value.Array(array(arguments).items().stream()
                    .map(item -> called(fn, item, arguments))
                    .toList());
        });
        registry.function(PATH, "filter", arguments -> {
            FunctionValue fn = arguments.fn("fn");
            return new Value.Array(array(arguments).items().stream()
                    .filter(item -> called(fn, item, arguments) instanceof Scalar scalar
                            && scalar.constant()
                            && Boolean.TRUE.equals(scalar.value()))
                    .toList());
        });
    }

    private static Value called(FunctionValue fn, Value item, Arguments arguments) {
        return fn.call(Arguments.of("fn", Map.of("x", item), null, arguments.at("fn")));
    }

    private static Value.Array array(Arguments arguments) {
        return arguments.array("arr", arguments.pipedOr("arr"));
    }

    private static Value length(Arguments arguments) {
        Value array = arguments.pipedOr("arr");
        if (array instanceof Value.Array known) {
            return Scalar.of(BasicType.INT, (long) known.items().size());
        }
        return Lifted.scalar(BasicType.INT, arguments.at(), of -> (long) ((List<?>) of[0]).size(), array);
    }

    /** One table without a group key, with a row for each record. */
    private static Value from(Arguments arguments) {
        Value.Array rows = arguments.array("rows", arguments.pipedOr("rows"));
        Map<String, ColumnType> types = new LinkedHashMap<>();
        List<Map<String, Value>> records = new ArrayList<>();
        for (Value item : rows.items()) {
            if (!(item instanceof Value.Struct record)) {
                throw arguments.wrong("rows", "an array of records", item);
            }
            records.add(record.fields());
            record.fields().forEach((name, value) -> {
                BasicType type = value instanceof Scalar scalar ? scalar.type() : null;
                if (type != null && type.column().isPresent()) {
                    types.putIfAbsent(name, type.column().get());
                } else if (!(value instanceof Scalar) || type != null) {
                    throw arguments.at("rows").error("a column cannot hold " + value.described() + ": " + name);
                }
            });
        }
        if (records.isEmpty()) {
            throw arguments.at("rows").error("array.from() needs at least one row");
        }
        List<Column> columns = new ArrayList<>();
        types.forEach((name, type) -> columns.add(new Column(name, type, false)));
        List<@Nullable Object[]> made = new ArrayList<>();
        for (Map<String, Value> record : records) {
            @Nullable Object[] row = new Object[columns.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = record.get(columns.get(i).label()) instanceof Scalar scalar ? scalar.value() : null;
            }
            made.add(row);
        }
        return Registry.stream(new Plan.Constant(
                List.of(Tables.of(columns, new Object[columns.size()], Rows.of(made))), arguments.at()));
    }
}
