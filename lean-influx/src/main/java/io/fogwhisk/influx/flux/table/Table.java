package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A table of a stream: columns, the values of those that are grouped, and rows that are read when they are needed.
 */
public final class Table {

    public static final String TIME = "_time";
    public static final String VALUE = "_value";
    public static final String START = "_start";
    public static final String STOP = "_stop";

    private final List<Column> columns;
    private final @Nullable Object[] key;
    private final Bounds bounds;
    private final boolean stored;
    private final boolean byTime;
    private final Rows rows;

    /**
     * A table.
     *
     * @param columns in their order
     * @param key the values of the grouped columns, at their places
     * @param bounds the time range of the query
     * @param stored whether it is a series as the database has it; InfluxDB aggregates such a table inside its
     *     storage, which shows in the order of the columns
     * @param rows its rows
     */
    public Table(List<Column> columns, @Nullable Object[] key, Bounds bounds, boolean stored, Rows rows) {
        this(List.copyOf(columns), key, bounds, stored, false, rows);
    }

    private Table(
            List<Column> columns, @Nullable Object[] key, Bounds bounds, boolean stored, boolean byTime, Rows rows) {
        this.columns = columns;
        this.key = key;
        this.bounds = bounds;
        this.stored = stored;
        this.byTime = byTime;
        this.rows = rows;
    }

    /**
     * A time range.
     *
     * @param start first nanosecond
     * @param stop the nanosecond after the last
     */
    public record Bounds(long start, long stop) {

        /** No range: that of tables which a script holds itself. */
        public static final Bounds NONE = new Bounds(Long.MIN_VALUE, Long.MAX_VALUE);

        /** The range from the first start to the last stop of the tables that have a range. */
        static Bounds around(Collection<Table> tables) {
            Bounds around = NONE;
            for (Table table : tables) {
                Bounds bounds = table.bounds;
                if (around.equals(NONE)) {
                    around = bounds;
                } else if (!bounds.equals(NONE)) {
                    around = new Bounds(Math.min(around.start, bounds.start), Math.max(around.stop, bounds.stop));
                }
            }
            return around;
        }
    }

    /** The columns, in their order. */
    public List<Column> columns() {
        return columns;
    }

    /** The values of the grouped columns, at their places; not to be changed. */
    @Nullable
    public Object[] key() {
        return key;
    }

    /** The time range of the query. */
    public Bounds bounds() {
        return bounds;
    }

    /** Whether it is a series as the database has it. */
    public boolean stored() {
        return stored;
    }

    /** Whether InfluxDB has it in the order of time: series that it groups inside its storage. */
    boolean byTime() {
        return byTime;
    }

    /** Whether it may turn out to be empty, and so not to be there at all. */
    public boolean unread() {
        return stored || rows instanceof StoredRows;
    }

    /** Its rows. */
    public Rows rows() {
        return rows;
    }

    /** The place of a column, or -1. */
    public int index(String label) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).label().equals(label)) {
                return i;
            }
        }
        return -1;
    }

    /** The place of a column that an operation works on. */
    public int require(String label, Position at) {
        int index = index(label);
        if (index < 0) {
            throw at.error("column \"" + label + "\" does not exist");
        }
        return index;
    }

    /** Whether there is no row; reads the first. */
    public boolean empty() {
        boolean[] found = new boolean[1];
        rows.scan(row -> {
            found[0] = true;
            return false;
        });
        return !found[0];
    }

    /** The same columns with other rows. */
    public Table withRows(Rows others) {
        return new Table(columns, key, bounds, false, others);
    }

    /** The same table, {@link #byTime} or not. */
    Table byTime(boolean ordered) {
        return new Table(columns, key, bounds, stored, ordered, rows);
    }

    /** The same table in another time range. */
    Table within(Bounds others) {
        return others.equals(bounds) ? this : new Table(columns, key, others, stored, byTime, rows);
    }

    /** Another table of the same query. */
    public Table with(List<Column> others, @Nullable Object[] values, Rows content) {
        return new Table(others, values, bounds, false, content);
    }

    /** What tells tables of a stream apart: the grouped columns and their values. */
    public Map<String, Object> identity() {
        Map<String, Object> identity = new TreeMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).grouped()) {
                Object value = key[i];
                identity.put(columns.get(i).label(), value == null ? List.of() : value);
            }
        }
        return identity;
    }
}
