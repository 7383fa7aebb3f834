package io.fogwhisk.influx.retention;

import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.table.ResultSink;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Takes the last value of each series, and remembers which fields each measurement has and whether they are numbers. */
final class FieldTypes implements ResultSink {

    private static final Set<ColumnType> NUMBERS = Set.of(ColumnType.FLOAT, ColumnType.INT, ColumnType.UINT);

    private final Map<String, Map<String, Boolean>> numbers = new TreeMap<>();
    private int measurement;
    private int field;
    private boolean number;

    Set<String> measurements() {
        return numbers.keySet();
    }

    /** The fields of a measurement, all or those that are numbers. */
    List<String> of(String wanted, boolean onlyNumbers) {
        return numbers.getOrDefault(wanted, Map.of()).entrySet().stream()
                .filter(each -> !onlyNumbers || each.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void result(String name) {}

    @Override
    public void table(List<Column> columns, @Nullable Object[] key) {
        List<String> labels = columns.stream().map(Column::label).toList();
        measurement = labels.indexOf("_measurement");
        field = labels.indexOf("_field");
        number = NUMBERS.contains(columns.get(labels.indexOf("_value")).type());
    }

    @Override
    public void row(@Nullable Object[] values) {
        if (values[measurement] instanceof String name && values[field] instanceof String of) {
            numbers.computeIfAbsent(name, each -> new TreeMap<>()).put(of, number);
        }
    }
}
