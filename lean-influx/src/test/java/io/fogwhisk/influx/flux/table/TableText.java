package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Streams of tables as text: a line of columns ({@code *} marks those of the group key), then rows, tables apart by an
 * empty line. Times are seconds since 1970; {@code -} is null.
 */
final class TableText {

    static final Position AT = new Position(1, 2);

    /** The integers of the sample data of InfluxDB's documentation. */
    static final String INTS = """
            _time:time _value:int *tag:string
            0 -2 t1
            10 10 t1
            20 7 t1
            30 17 t1
            40 15 t1
            50 4 t1

            _time:time _value:int *tag:string
            0 19 t2
            10 4 t2
            20 -3 t2
            30 19 t2
            40 13 t2
            50 1 t2
            """;

    private TableText() {}

    static Execution execution() {
        return new Execution(new MemoryBudget(64L << 20), 0);
    }

    /** Tables without a time range. */
    static List<Table> tables(String text) {
        return tables(text, Table.Bounds.NONE);
    }

    static List<Table> tables(String text, Table.Bounds bounds) {
        List<Table> tables = new ArrayList<>();
        for (String part : text.strip().split("\n\\s*\n", -1)) {
            String[] lines = part.strip().split("\n", -1);
            List<Column> columns = new ArrayList<>();
            for (String column : lines[0].strip().split("\\s+", -1)) {
                boolean grouped = column.startsWith("*");
                String[] labelAndType = column.substring(grouped ? 1 : 0).split(":", -1);
                columns.add(new Column(labelAndType[0], type(labelAndType[1]), grouped));
            }
            List<@Nullable Object[]> rows = new ArrayList<>();
            for (String line : Arrays.asList(lines).subList(1, lines.length)) {
                String[] cells = line.strip().split("\\s+", -1);
                @Nullable Object[] row = new Object[cells.length];
                for (int i = 0; i < cells.length; i++) {
                    row[i] = value(columns.get(i).type(), cells[i]);
                }
                rows.add(row);
            }
            tables.add(new Table(columns, Regroup.key(columns, rows.get(0)), bounds, false, Rows.of(rows)));
        }
        return tables;
    }

    static String text(List<Table> tables) {
        StringBuilder text = new StringBuilder();
        for (Table table : tables) {
            text.append(text.isEmpty() ? "" : "\n");
            List<String> head = new ArrayList<>();
            for (Column column : table.columns()) {
                head.add((column.grouped() ? "*" : "") + column.label() + ":"
                        + column.type().text());
            }
            text.append(String.join(" ", head)).append('\n');
            table.rows().scan(row -> {
                List<String> cells = new ArrayList<>();
                for (int i = 0; i < row.length; i++) {
                    cells.add(cell(table.columns().get(i).type(), row[i]));
                }
                text.append(String.join(" ", cells)).append('\n');
                return true;
            });
        }
        return text.toString();
    }

    /** The text as {@link #text} writes it. */
    static String normal(String text) {
        return text.strip().replaceAll("[ \\t]+", " ").replaceAll("(?m)^ | $", "") + "\n";
    }

    static String apply(Operation operation, String tables) {
        return text(operation.apply(tables(tables), execution()));
    }

    private static ColumnType type(String text) {
        return Arrays.stream(ColumnType.values())
                .filter(type -> type.text().equals(text))
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable Object value(ColumnType type, String cell) {
        if (cell.equals("-")) {
            return null;
        }
        return switch (type) {
            case STRING -> cell;
            case FLOAT -> Double.valueOf(cell);
            case INT -> Long.valueOf(cell);
            case UINT -> Long.parseUnsignedLong(cell);
            case BOOL -> Boolean.valueOf(cell);
            case TIME -> FluxDuration.nanos(Instant.ofEpochSecond(Long.parseLong(cell)));
        };
    }

    private static String cell(ColumnType type, @Nullable Object value) {
        if (value == null) {
            return "-";
        }
        return switch (type) {
            case FLOAT -> value.toString().replaceAll("\\.0$", "");
            case UINT -> Long.toUnsignedString((Long) value);
            case TIME -> Long.toString(Math.floorDiv((Long) value, 1_000_000_000L));
            default -> value.toString();
        };
    }
}
