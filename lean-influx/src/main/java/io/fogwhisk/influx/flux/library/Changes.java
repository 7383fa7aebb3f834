package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.FunctionOfRow;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Reducing;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.ColumnNames;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.table.Convert;
import io.fogwhisk.influx.flux.table.CumulativeSum;
import io.fogwhisk.influx.flux.table.Derivative;
import io.fogwhisk.influx.flux.table.Difference;
import io.fogwhisk.influx.flux.table.Distinct;
import io.fogwhisk.influx.flux.table.Elapsed;
import io.fogwhisk.influx.flux.table.Fill;
import io.fogwhisk.influx.flux.table.Increase;
import io.fogwhisk.influx.flux.table.Join;
import io.fogwhisk.influx.flux.table.KeyNames;
import io.fogwhisk.influx.flux.table.Mode;
import io.fogwhisk.influx.flux.table.MovingAverage;
import io.fogwhisk.influx.flux.table.Operation;
import io.fogwhisk.influx.flux.table.Pivot;
import io.fogwhisk.influx.flux.table.Plan;
import io.fogwhisk.influx.flux.table.Rename;
import io.fogwhisk.influx.flux.table.RenameWith;
import io.fogwhisk.influx.flux.table.SetValue;
import io.fogwhisk.influx.flux.table.Table;
import io.fogwhisk.influx.flux.table.TimeShift;
import io.fogwhisk.influx.flux.table.Union;
import io.fogwhisk.influx.flux.table.Unique;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that change rows and columns, and those that make one stream of several. */
final class Changes {

    private static final List<String> VALUE = List.of(Table.VALUE);
    private static final FluxDuration SECOND = FluxDuration.ofSeconds(1);

    private Changes() {}

    static void register(Registry registry) {
        registry.operation(
                "map",
                (arguments, at) -> new io.fogwhisk.influx.flux.table.Map(
                        new FunctionOfRow(arguments.fn("fn"), arguments.at("fn")),
                        arguments.flag("mergeKey", false),
                        at));
        registry.operation(
                "reduce",
                (arguments, at) -> new Reducing(arguments.fn("fn"), arguments.record("identity"), arguments.at("fn")));
        registry.operation("rename", Changes::rename);
        registry.operation("set", (arguments, at) -> new SetValue(arguments.text("key"), arguments.text("value"), at));
        registry.operation("fill", Changes::fill);
        registry.operation("distinct", (arguments, at) -> new Distinct(arguments.text("column", Table.VALUE), at));
        registry.operation("unique", (arguments, at) -> new Unique(arguments.text("column", Table.VALUE), at));
        registry.operation("keys", (arguments, at) -> new KeyNames(arguments.text("column", Table.VALUE), at));
        registry.operation("columns", (arguments, at) -> new ColumnNames(arguments.text("column", Table.VALUE), at));
        registry.operation("mode", (arguments, at) -> new Mode(arguments.text("column", Table.VALUE), at));
        registry.operation(
                "pivot",
                (arguments, at) -> new Pivot(
                        arguments.texts("rowKey"), arguments.texts("columnKey"), arguments.text("valueColumn"), at));
        for (String path : List.of("influxdata/influxdb/schema", "influxdata/influxdb/v1")) {
            registry.operation(
                    path,
                    "fieldsAsCols",
                    (arguments, at) -> new Pivot(List.of(Table.TIME), List.of("_field"), Table.VALUE, at));
        }
        differences(registry);
        conversions(registry);
        registry.function(
                "union",
                arguments -> Registry.stream(
                        new Plan.Combined(Sources.streams(arguments, "tables"), new Union(arguments.at()))));
        registry.function("join", Changes::join);
    }

    private static void differences(Registry registry) {
        registry.operation(
                "difference",
                (arguments, at) -> new Difference(
                        arguments.flag("nonNegative", false),
                        arguments.texts("columns", VALUE),
                        arguments.flag("keepFirst", false),
                        arguments.flag("initialZero", false),
                        at));
        registry.operation(
                "derivative",
                (arguments, at) -> new Derivative(
                        arguments.duration("unit", SECOND),
                        arguments.flag("nonNegative", false),
                        arguments.texts("columns", VALUE),
                        arguments.text("timeColumn", Table.TIME),
                        arguments.flag("initialZero", false),
                        at));
        registry.operation("increase", (arguments, at) -> new Increase(arguments.texts("columns", VALUE), at));
        registry.operation(
                "cumulativeSum", (arguments, at) -> new CumulativeSum(arguments.texts("columns", VALUE), at));
        registry.operation(
                "elapsed",
                (arguments, at) -> new Elapsed(
                        arguments.duration("unit", SECOND),
                        arguments.text("timeColumn", Table.TIME),
                        arguments.text("columnName", "elapsed"),
                        at));
        registry.operation("movingAverage", (arguments, at) -> new MovingAverage(arguments.integer("n"), at));
        registry.operation(
                "timeShift",
                (arguments, at) -> new TimeShift(
                        arguments.duration("duration"),
                        arguments.texts("columns", List.of(Table.START, Table.STOP, Table.TIME)),
                        at));
    }

    private static void conversions(Registry registry) {
        Map<String, ColumnType> types = Map.of(
                "toString", ColumnType.STRING,
                "toInt", ColumnType.INT,
                "toUInt", ColumnType.UINT,
                "toFloat", ColumnType.FLOAT,
                "toBool", ColumnType.BOOL,
                "toTime", ColumnType.TIME);
        types.forEach((name, type) -> registry.operation(name, (arguments, at) -> new Convert(type, at)));
    }

    private static Operation rename(Arguments arguments, Position at) {
        if (arguments.has("columns") == arguments.has("fn")) {
            throw at.error("rename() needs either columns or fn");
        }
        if (arguments.has("fn")) {
            FunctionValue fn = arguments.fn("fn");
            return new RenameWith(column -> Shapes.renamed(fn, column, arguments.at("fn")), at);
        }
        Map<String, String> columns = new LinkedHashMap<>();
        arguments.record("columns").fields().forEach((from, to) -> {
            if (!(to instanceof Scalar scalar && scalar.constant() && scalar.value() instanceof String name)) {
                throw arguments.wrong("columns", "a record of strings", to);
            }
            columns.put(from, name);
        });
        return new Rename(columns, at);
    }

    private static Operation fill(Arguments arguments, Position at) {
        String column = arguments.text("column", Table.VALUE);
        boolean previous = arguments.flag("usePrevious", false);
        if (previous == arguments.has("value")) {
            throw at.error("fill() needs either value or usePrevious: true");
        }
        if (previous) {
            return Fill.previous(column, at);
        }
        Scalar scalar = arguments.scalar("value");
        Object value = scalar.constant() ? scalar.value() : null;
        if (scalar.type() == null || value == null || scalar.type().column().isEmpty()) {
            throw arguments.wrong("value", "a value that a column can hold", scalar);
        }
        return Fill.with(column, value, scalar.type().column().get(), at);
    }

    private static Value join(Arguments arguments) {
        Value tables = arguments.pipedOr("tables");
        if (!(tables instanceof Value.Struct record)) {
            throw arguments.wrong("tables", "a record of streams", tables);
        }
        List<String> names = new ArrayList<>(record.fields().keySet());
        List<Plan> streams = new ArrayList<>();
        for (String name : names) {
            streams.add(arguments.stream("tables", record.fields().getOrDefault(name, Scalar.NULL)));
        }
        return Registry.stream(new Plan.Combined(
                streams,
                new Join(names, arguments.texts("on", List.of()), arguments.text("method", "inner"), arguments.at())));
    }
}
