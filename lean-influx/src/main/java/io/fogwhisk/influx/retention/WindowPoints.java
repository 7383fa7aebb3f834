package io.fogwhisk.influx.retention;

import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.table.ResultSink;
import io.fogwhisk.influx.line.Field;
import io.fogwhisk.influx.line.FieldValue;
import io.fogwhisk.influx.line.FieldValue.BooleanValue;
import io.fogwhisk.influx.line.FieldValue.FloatValue;
import io.fogwhisk.influx.line.FieldValue.IntegerValue;
import io.fogwhisk.influx.line.FieldValue.TextValue;
import io.fogwhisk.influx.line.FieldValue.UnsignedValue;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.SeriesKey;
import io.fogwhisk.influx.line.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes a point of each row of an aggregated series: same measurement and tags, and a field named for the function. */
final class WindowPoints implements ResultSink {

    private static final Set<String> NO_TAGS = Set.of("_start", "_stop", "_time", "_value", "_field", "_measurement");

    private final String prefix;
    private final Consumer<Point> points;
    private List<Column> columns = List.of();

    /**
     * Points of a function.
     *
     * @param prefix what comes before the field's name
     */
    WindowPoints(String prefix, Consumer<Point> points) {
        this.prefix = prefix;
        this.points = points;
    }

    @Override
    public void result(String name) {}

    @Override
    public void table(List<Column> newColumns, @Nullable Object[] key) {
        columns = List.copyOf(newColumns);
    }

    @Override
    public void row(@Nullable Object[] values) {
        String measurement = "";
        String field = "";
        FieldValue value = null;
        long time = 0;
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            Column column = columns.get(i);
            Object cell = values[i];
            if (cell == null) {
                continue;
            }
            switch (column.label()) {
                case "_measurement" -> measurement = (String) cell;
                case "_field" -> field = (String) cell;
                case "_time" -> time = (Long) cell;
                case "_value" -> value = value(column.type(), cell);
                default -> {
                    if (!NO_TAGS.contains(column.label()) && cell instanceof String text && !text.isEmpty()) {
                        tags.add(new Tag(column.label(), text));
                    }
                }
            }
        }
        if (value != null && !measurement.isEmpty() && !field.isEmpty()) {
            points.accept(new Point(new SeriesKey(measurement, tags), List.of(new Field(prefix + field, value)), time));
        }
    }

    /** Null for what line protocol has no value for, such as the standard deviation of one point. */
    private static @Nullable FieldValue value(ColumnType type, Object cell) {
        return switch (type) {
            case FLOAT -> Double.isFinite((Double) cell) ? new FloatValue((Double) cell) : null;
            case INT, TIME -> new IntegerValue((Long) cell);
            case UINT -> new UnsignedValue((Long) cell);
            case BOOL -> new BooleanValue((Boolean) cell);
            case STRING -> new TextValue((String) cell);
        };
    }
}
