package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.table.Plan;
import io.fogwhisk.influx.flux.table.Rows;
import io.fogwhisk.influx.flux.table.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** The package {@code sampledata}: the tables that the examples of InfluxDB's documentation work on. */
final class SampleData {

    private static final String PATH = "sampledata";
    private static final long START = Instant.parse("2021-01-01T00:00:00Z").getEpochSecond() * 1_000_000_000L;
    private static final long STEP = 10_000_000_000L;
    private static final int ROWS = 6;

    private static final List<Double> NUMBERS =
            List.of(-2.18, 10.92, 7.35, 17.53, 15.23, 4.43, 19.85, 4.97, -3.75, 19.77, 13.86, 1.86);
    private static final List<String> TEXTS = List.of(
            "smpl_g9qczs",
            "smpl_0mgv9n",
            "smpl_phw664",
            "smpl_guvzy4",
            "smpl_5v3cce",
            "smpl_s9fmgy",
            "smpl_b5eida",
            "smpl_eu4oxp",
            "smpl_5g7tz4",
            "smpl_sox1ut",
            "smpl_wfm757",
            "smpl_dtn2bv");
    private static final List<Boolean> FLAGS =
            List.of(true, true, false, true, false, false, false, true, false, true, true, false);
    /** The rows that have no value where nulls are asked for. */
    private static final Set<Integer> NULLS = Set.of(1, 3, 4, 6, 10);

    private SampleData() {}

    static void register(Registry registry) {
        registry.value(PATH, "start", Scalar.of(BasicType.TIME, START));
        registry.value(PATH, "stop", Scalar.of(BasicType.TIME, START + ROWS * STEP));
        stream(registry, "float", ColumnType.FLOAT, NUMBERS);
        stream(registry, "int", ColumnType.INT, numbers(number -> (long) number));
        stream(registry, "uint", ColumnType.UINT, numbers(number -> (long) number));
        stream(registry, "string", ColumnType.STRING, TEXTS);
        stream(registry, "bool", ColumnType.BOOL, FLAGS);
        stream(
                registry,
                "numericBool",
                ColumnType.INT,
                FLAGS.stream().map(flag -> flag ? 1L : 0L).toList());
    }

    private static List<Long> numbers(DoubleFunction<Long> made) {
        return NUMBERS.stream().map(made::apply).toList();
    }

    private static void stream(Registry registry, String name, ColumnType type, List<?> values) {
        registry.function(PATH, name, (FunctionValue) arguments -> {
            boolean nulls = arguments.flag("includeNull", false);
            return Registry.stream(new Plan.Constant(
                    List.of(table("t1", type, values, 0, nulls), table("t2", type, values, ROWS, nulls)),
                    arguments.at()));
        });
    }

    private static Table table(String tag, ColumnType type, List<?> values, int from, boolean nulls) {
        // Those that are converted from others have their columns in another order.
        boolean converted = type == ColumnType.INT || type == ColumnType.UINT;
        int place = converted ? 1 : 2;
        Column[] columns = new Column[3];
        columns[0] = new Column(Table.TIME, ColumnType.TIME, false);
        columns[place] = new Column(Table.VALUE, type, false);
        columns[3 - place] = new Column("tag", ColumnType.STRING, true);
        @Nullable Object[] key = new Object[3];
        key[3 - place] = tag;
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            Object value = nulls && NULLS.contains(from + i) ? null : values.get(from + i);
            @Nullable Object[] row = key.clone();
            row[0] = START + i * STEP;
            row[place] = value;
            rows.add(row);
        }
        return Tables.of(List.of(columns), key, Rows.of(rows));
    }
}
