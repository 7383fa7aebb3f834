package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.FunctionPredicate;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.table.Filter;
import io.fogwhisk.influx.flux.table.Operation;
import io.fogwhisk.influx.flux.table.Plan;
import io.fogwhisk.influx.flux.table.RowPredicate;
import io.fogwhisk.influx.flux.table.TagKeys;
import io.fogwhisk.influx.flux.table.TagValues;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The packages {@code influxdata/influxdb/schema} and {@code influxdata/influxdb/v1}: which measurements, tags and
 * fields there are. They look at series and not at points, but for the first of each.
 */
final class Schema {

    private static final long DAY = 86_400_000_000_000L;
    private static final Scalar MONTH_AGO = Scalar.of(BasicType.DURATION, new FluxDuration(0, -30 * DAY));
    private static final String MEASUREMENT = "_measurement";
    private static final String FIELD = "_field";

    private Schema() {}

    static void register(Registry registry, Environment environment) {
        for (String path : List.of("influxdata/influxdb/schema", "influxdata/influxdb/v1")) {
            registry.function(path, "tagValues", arguments -> values(arguments, environment, arguments.text("tag")));
            registry.function(path, "tagKeys", arguments -> keys(arguments, environment));
            registry.function(path, "measurements", arguments -> values(arguments, environment, MEASUREMENT));
            registry.function(path, "fieldKeys", arguments -> values(arguments, environment, FIELD));
            registry.function(
                    path, "measurementTagValues", arguments -> values(arguments, environment, arguments.text("tag")));
            registry.function(path, "measurementTagKeys", arguments -> keys(arguments, environment));
            registry.function(path, "measurementFieldKeys", arguments -> values(arguments, environment, FIELD));
        }
    }

    private static Value values(Arguments arguments, Environment environment, String column) {
        return looked(arguments, environment, new TagValues(column, arguments.at()));
    }

    private static Value keys(Arguments arguments, Environment environment) {
        return looked(arguments, environment, new TagKeys(arguments.at()));
    }

    private static Value looked(Arguments arguments, Environment environment, Operation operation) {
        Plan plan = Sources.bucket(arguments, MONTH_AGO, environment);
        Optional<FunctionValue> predicate = arguments.optionalFn("predicate");
        if (predicate.isPresent()) {
            plan = new Plan.Step(
                    plan,
                    new Filter(
                            new FunctionPredicate(predicate.get(), arguments.at("predicate")), false, arguments.at()));
        }
        if (arguments.has("measurement")) {
            plan = new Plan.Step(
                    plan, new Filter(new OfMeasurement(arguments.text("measurement")), false, arguments.at()));
        }
        return Registry.stream(new Plan.Step(plan, operation));
    }

    /** The rows of one measurement. */
    private record OfMeasurement(String measurement) implements RowPredicate {
        @Override
        public Bound bind(List<Column> columns) {
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).label().equals(MEASUREMENT) && columns.get(i).type() == ColumnType.STRING) {
                    int place = i;
                    return row -> measurement.equals(row[place]);
                }
            }
            return row -> false;
        }

        @Override
        public List<RowPredicate> conjuncts() {
            return List.of(this);
        }

        @Override
        public boolean total() {
            return true;
        }

        @Override
        public Optional<Set<String>> columns() {
            return Optional.of(Set.of(MEASUREMENT));
        }

        @Override
        public Optional<Set<String>> among(String column) {
            return column.equals(MEASUREMENT) ? Optional.of(Set.of(measurement)) : Optional.empty();
        }
    }
}
