package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.FunctionPredicate;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Columns;
import io.fogwhisk.influx.flux.table.ColumnsWhere;
import io.fogwhisk.influx.flux.table.Duplicate;
import io.fogwhisk.influx.flux.table.Filter;
import io.fogwhisk.influx.flux.table.Group;
import io.fogwhisk.influx.flux.table.Limit;
import io.fogwhisk.influx.flux.table.Operation;
import io.fogwhisk.influx.flux.table.Plan;
import io.fogwhisk.influx.flux.table.Sort;
import io.fogwhisk.influx.flux.table.Table;
import io.fogwhisk.influx.flux.table.Tail;
import java.util.List;
import java.util.Map;

/** The functions that choose rows and columns, and give tables other keys. */
final class Shapes {

    private static final List<String> VALUE = List.of(Table.VALUE);

    private Shapes() {}

    static void register(Registry registry) {
        registry.operation("filter", (arguments, at) -> {
            boolean keep =
                    arguments.choice("onEmpty", "drop", List.of("drop", "keep")).equals("keep");
            return new Filter(new FunctionPredicate(arguments.fn("fn"), arguments.at("fn")), keep, at);
        });
        registry.operation("group", (arguments, at) -> {
            boolean except =
                    arguments.choice("mode", "by", List.of("by", "except")).equals("except");
            return new Group(arguments.texts("columns", List.of()), except, at);
        });
        registry.operation("keep", (arguments, at) -> columns(arguments, true, at));
        registry.operation("drop", (arguments, at) -> columns(arguments, false, at));
        registry.operation(
                "duplicate", (arguments, at) -> new Duplicate(arguments.text("column"), arguments.text("as"), at));
        registry.operation(
                "sort",
                (arguments, at) -> new Sort(arguments.texts("columns", VALUE), arguments.flag("desc", false), at));
        registry.operation("limit", (arguments, at) -> {
            arguments.integer("n");
            return new Limit(arguments.atLeast(0, "n", 0), arguments.atLeast(0, "offset", 0), at);
        });
        registry.operation("tail", (arguments, at) -> {
            arguments.integer("n");
            return new Tail(arguments.atLeast(0, "n", 0), arguments.atLeast(0, "offset", 0), at);
        });
        registry.function("top", arguments -> ordered(arguments, true));
        registry.function("bottom", arguments -> ordered(arguments, false));
    }

    private static Operation columns(Arguments arguments, boolean keep, Position at) {
        if (arguments.has("columns") == arguments.has("fn")) {
            throw at.error(arguments.function() + "() needs either columns or fn");
        }
        if (arguments.has("columns")) {
            return new Columns(arguments.texts("columns"), keep, at);
        }
        FunctionValue fn = arguments.fn("fn");
        return new ColumnsWhere(column -> holds(fn, column, arguments.at("fn")), keep, at);
    }

    private static boolean holds(FunctionValue fn, String column, Position at) {
        Value value = fn.call(Arguments.of("fn", Map.of("column", Scalar.text(column)), null, at));
        if (value instanceof Scalar scalar && scalar.type() == BasicType.BOOL && scalar.constant()) {
            return Boolean.TRUE.equals(scalar.value());
        }
        throw at.error("expected true or false, found " + value.described());
    }

    /** The text that a function makes of the name of a column. */
    static String renamed(FunctionValue fn, String column, Position at) {
        Value value = fn.call(Arguments.of("fn", Map.of("column", Scalar.text(column)), null, at));
        if (value instanceof Scalar scalar && scalar.constant() && scalar.value() instanceof String text) {
            return text;
        }
        throw at.error("expected the name of a column, found " + value.described());
    }

    private static Value ordered(Arguments arguments, boolean desc) {
        arguments.integer("n");
        Position at = arguments.at();
        return Registry.stream(new Plan.Step(
                new Plan.Step(arguments.tables(), new Sort(arguments.texts("columns", VALUE), desc, at)),
                new Limit(arguments.atLeast(0, "n", 0), 0, at)));
    }
}
