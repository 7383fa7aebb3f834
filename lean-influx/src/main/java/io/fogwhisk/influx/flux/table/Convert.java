package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code toString()}, {@code toInt()} and so on: {@code _value} in another type. */
public record Convert(ColumnType type, Position at) implements EachTable {

    @Override
    public List<Table> of(Table table, Execution execution) {
        int place = table.require(Table.VALUE, at);
        ColumnType in = table.columns().get(place).type();
        if (table.columns().get(place).grouped()) {
            throw at.error("cannot convert column _value, which is part of the group key");
        }
        List<Column> columns = Running.typed(table, List.of(Table.VALUE), before -> type);
        Table converted =
                table.with(columns, table.key(), Running.rows(table.rows(), columns.size(), () -> (row, made) -> {
                    Object value = row[place];
                    made[place] = value == null ? null : converted(in, value);
                    return true;
                }));
        return List.of(type == ColumnType.FLOAT ? converted : sorted(converted));
    }

    /** InfluxDB makes a record that extends the row, whose columns are in the order of their names. */
    private static Table sorted(Table table) {
        List<Column> columns = table.columns().stream()
                .sorted(Comparator.comparing(Column::label))
                .toList();
        if (columns.equals(table.columns())) {
            return table;
        }
        int[] places =
                columns.stream().mapToInt(column -> table.index(column.label())).toArray();
        return table.with(columns, Regroup.project(table.key(), places), Regroup.project(table.rows(), places));
    }

    private Object converted(ColumnType in, Object value) {
        if (in == type) {
            return value;
        }
        return switch (type) {
            case STRING -> text(in, value);
            case FLOAT -> number(in, value);
            case INT -> integer(in, value);
            case UINT -> unsigned(in, value);
            case BOOL -> bool(in, value);
            case TIME -> time(in, value);
        };
    }

    /** A value as scripts print it. */
    static String text(ColumnType in, Object value) {
        return switch (in) {
            case FLOAT -> plain((Double) value);
            case UINT -> Long.toUnsignedString((Long) value);
            case TIME -> FluxDuration.instant((Long) value).toString();
            default -> value.toString();
        };
    }

    private static String plain(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    private Object number(ColumnType in, Object value) {
        if (value instanceof String text) {
            try {
                return Double.valueOf(text);
            } catch (NumberFormatException e) {
                throw invalid(in, value);
            }
        }
        if (value instanceof Boolean flag) {
            return flag ? 1.0 : 0.0;
        }
        if (in == ColumnType.TIME) {
            throw invalid(in, value);
        }
        return in.asDouble(value);
    }

    private Object integer(ColumnType in, Object value) {
        if (value instanceof String text) {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException e) {
                throw invalid(in, value);
            }
        }
        if (value instanceof Boolean flag) {
            return flag ? 1L : 0L;
        }
        return value instanceof Double number ? (Object) number.longValue() : value;
    }

    private Object unsigned(ColumnType in, Object value) {
        if (value instanceof String text) {
            try {
                return Long.parseUnsignedLong(text);
            } catch (NumberFormatException e) {
                throw invalid(in, value);
            }
        }
        if (value instanceof Double number && number >= 0x1p63) {
            return new BigDecimal(number).toBigInteger().longValue();
        }
        return integer(in, value);
    }

    private Object bool(ColumnType in, Object value) {
        if (value.equals("true") || (in.number() && in.asDouble(value) == 1)) {
            return true;
        }
        if (value.equals("false") || (in.number() && in.asDouble(value) == 0)) {
            return false;
        }
        throw invalid(in, value);
    }

    private Object time(ColumnType in, Object value) {
        if (value instanceof String text) {
            try {
                return FluxDuration.nanos(
                        text.length() == 10
                                ? Instant.parse(text + "T00:00:00Z")
                                : OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeException e) {
                throw invalid(in, value);
            }
        }
        if (in == ColumnType.INT || in == ColumnType.UINT) {
            return value;
        }
        throw invalid(in, value);
    }

    private RuntimeException invalid(ColumnType in, @Nullable Object value) {
        return at.error("cannot convert " + in.text() + " \"" + value + "\" to " + type.text());
    }
}
