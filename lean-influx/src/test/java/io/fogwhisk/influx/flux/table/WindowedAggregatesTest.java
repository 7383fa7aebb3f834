package io.fogwhisk.influx.flux.table;

import static io.fogwhisk.influx.flux.table.TableText.AT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.flux.time.Windows;
import io.fogwhisk.influx.flux.time.Zone;
import io.fogwhisk.influx.line.Field;
import io.fogwhisk.influx.line.FieldValue;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.SeriesKey;
import io.fogwhisk.influx.line.Tag;
import io.fogwhisk.influx.store.PointReader;
import io.fogwhisk.influx.store.PointStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Aggregates of random series over random windows: read by arrays, read by rows, taken step by step and computed
 * plainly, all of which must be equal.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WindowedAggregatesTest {

    private static final long START = FluxDuration.nanos(Instant.parse("2026-03-01T00:00:00Z"));
    private static final long DAY = 86_400_000_000_000L;
    private static final int DAYS = 60;
    private static final String[] EVERY = {"37m", "1h", "6h", "1d", "36h", "1w", "1mo", "2mo"};
    private static final String[] PERIOD = {"10m", "1h", "1d", "3d", "1mo"};
    private static final String[] OFFSET = {"0s", "17m", "5h", "2d"};
    private static final String[] ZONES = {"UTC", "Europe/Rome", "America/New_York", "Asia/Kolkata"};
    private static final List<Aggregation> AGGREGATIONS = List.of(
            new Aggregation.Count(),
            new Aggregation.Sum(),
            new Aggregation.Mean(),
            new Aggregation.Min(),
            new Aggregation.Max(),
            new Aggregation.First(),
            new Aggregation.Last(),
            new Aggregation.Spread(),
            new Aggregation.Stddev(true),
            new Aggregation.Stddev(false),
            new Aggregation.Quantile(0.5, Aggregation.Method.ESTIMATE_TDIGEST, 1000),
            new Aggregation.Quantile(0.9, Aggregation.Method.EXACT_MEAN, 1000));

    private PointStore store;

    @BeforeAll
    void writeRandomSeries(@TempDir Path folder) throws Exception {
        store = new PointStore("test-windows", folder.resolve("readings.db"), Duration.ofMillis(1));
        store.start();
        Random random = new Random(5);
        for (int series = 0; series < 6; series++) {
            SeriesKey key =
                    new SeriesKey("m", List.of(new Tag("dc", "dc" + series % 2), new Tag("dev", "dev" + series)));
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                // Whole hours, so that some times are boundaries and some come twice; gaps of a day.
                long time = START + random.nextInt(DAYS / 2) * 2L * DAY + random.nextInt(24 * 4) * (DAY / 96);
                List<Field> fields = new ArrayList<>();
                fields.add(new Field("f", new FieldValue.FloatValue(Math.round(random.nextGaussian() * 1000) / 8.0)));
                if (random.nextInt(3) == 0) {
                    fields.add(new Field("i", new FieldValue.IntegerValue(random.nextInt(100) - 50)));
                }
                points.add(new Point(key, fields, time));
            }
            store.write("b", points).toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @AfterAll
    void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"per series", "per data centre", "all"})
    void equalThePlainComputation(String grouping) {
        Random random = new Random(grouping.hashCode());
        for (int round = 0; round < 50; round++) {
            Table.Bounds bounds = bounds(random);
            String field = random.nextInt(3) == 0 ? "i" : "f";
            Aggregation aggregation = aggregation(random, field);
            AggregateWindow windows = windows(random, aggregation);
            try (PointReader reader = store.openReader()) {
                Plan source = new Plan.Step(
                        new Plan.Source("b", bounds, AT), new Filter(new Labelled("_field", field), false, AT));
                Plan grouped = grouped(source, grouping);
                Executor executor = new Executor(reader, TableText.execution());
                List<Table> input = held(executor.tables(grouped));
                String what = grouping + " " + round + ": " + windows + " over " + bounds;

                List<Map<String, Object>> byArrays = rows(executor.tables(new Plan.Step(grouped, windows)));
                List<Map<String, Object>> byRows = rows(windows.apply(input, TableText.execution()));
                List<Map<String, Object>> bySteps =
                        rows(stepByStep(windows).apply(input, new Execution(new MemoryBudget(2L << 30), 0)));

                assertThat(byArrays).as(what).isEqualTo(byRows);
                assertThat(bySteps).as(what).isEqualTo(byRows);
                if (windows.period().months() == 0 || windows.every().months() != 0) {
                    assertPlain(what, windows, aggregation, input, byRows);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"per series", "per data centre", "all"})
    void ofWholeTablesAreTheSameByArraysAndByRows(String grouping) {
        Random random = new Random(grouping.hashCode() + 1L);
        for (int round = 0; round < 30; round++) {
            Table.Bounds bounds = bounds(random);
            String field = random.nextBoolean() ? "i" : "f";
            Reduce reduce = new Reduce(aggregation(random, field), Table.VALUE, AT);
            try (PointReader reader = store.openReader()) {
                Plan grouped = grouped(
                        new Plan.Step(
                                new Plan.Source("b", bounds, AT), new Filter(new Labelled("_field", field), false, AT)),
                        grouping);
                Executor executor = new Executor(reader, TableText.execution());
                List<Table> input = held(executor.tables(grouped));

                List<Map<String, Object>> byArrays = rows(executor.tables(new Plan.Step(grouped, reduce)));

                assertThat(byArrays)
                        .as(reduce + " over " + bounds)
                        .isEqualTo(rows(reduce.apply(input, TableText.execution())));
            }
        }
    }

    private static void assertPlain(
            String what,
            AggregateWindow windows,
            Aggregation aggregation,
            List<Table> input,
            List<Map<String, Object>> answers) {
        Windows all = new Windows(windows.every(), windows.period(), windows.offset(), windows.location());
        List<Double> expected = new ArrayList<>();
        for (Table table : input) {
            Table.Bounds bounds = table.bounds();
            // Windows with equal ends are one, and have their points several times.
            Map<Table.Bounds, List<Double>> byEnds = new LinkedHashMap<>();
            for (long i = all.firstEndingAfter(bounds.start()); all.from(i) < bounds.stop(); i++) {
                long from = Math.max(all.from(i), bounds.start());
                long to = Math.min(all.to(i), bounds.stop());
                if (from < to) {
                    byEnds.computeIfAbsent(new Table.Bounds(from, to), none -> new ArrayList<>())
                            .addAll(values(table, from, to));
                }
            }
            for (List<Double> values : byEnds.values()) {
                if (!values.isEmpty() || (windows.createEmpty() && !aggregation.selector())) {
                    expected.add(plain(aggregation, values));
                }
            }
        }
        assertThat(answers).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            Object value = answers.get(i).get(Table.VALUE);
            if (value instanceof Number number && !Double.isNaN(number.doubleValue())) {
                assertThat(number.doubleValue()).as(what).isCloseTo(expected.get(i), within(1e-6));
            } else {
                assertThat(expected.get(i)).as(what).isNaN();
            }
        }
    }

    private static List<Double> values(Table table, long from, long to) {
        int time = table.index(Table.TIME);
        int value = table.index(Table.VALUE);
        List<Double> values = new ArrayList<>();
        table.rows().scan(row -> {
            long moment = (Long) row[time];
            if (moment >= from && moment < to) {
                values.add(((Number) row[value]).doubleValue());
            }
            return true;
        });
        return values;
    }

    private static double plain(Aggregation aggregation, List<Double> values) {
        double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
        int n = sorted.length;
        double sum = values.stream().mapToDouble(value -> value).sum();
        if (aggregation instanceof Aggregation.Count) {
            return n;
        }
        if (n == 0) {
            return Double.NaN;
        }
        if (aggregation instanceof Aggregation.Stddev deviation) {
            double squares = values.stream()
                    .mapToDouble(value -> Math.pow(value - sum / n, 2))
                    .sum();
            return Math.sqrt(squares / (deviation.sample() ? n - 1 : n));
        }
        if (aggregation instanceof Aggregation.Quantile quantile) {
            boolean mean = quantile.method() == Aggregation.Method.EXACT_MEAN;
            double place = mean ? quantile.q() * (n - 1) : Math.min(n - 1, Math.max(0, quantile.q() * n - 0.5));
            double lower = sorted[(int) Math.floor(place)];
            return lower + (sorted[(int) Math.ceil(place)] - lower) * (place - Math.floor(place));
        }
        return switch (aggregation.text()) {
            case "sum" -> sum;
            case "mean" -> sum / n;
            case "min" -> sorted[0];
            case "max" -> sorted[n - 1];
            case "first" -> values.get(0);
            case "last" -> values.get(n - 1);
            case "spread" -> sorted[n - 1] - sorted[0];
            default -> throw new AssertionError(aggregation);
        };
    }

    private static Aggregation aggregation(Random random, String field) {
        // Quantiles are of floating point numbers only.
        int most = field.equals("i") ? AGGREGATIONS.size() - 2 : AGGREGATIONS.size();
        return AGGREGATIONS.get(random.nextInt(most));
    }

    private static AggregateWindow windows(Random random, Aggregation aggregation) {
        FluxDuration every = FluxDuration.parse(EVERY[random.nextInt(EVERY.length)]);
        FluxDuration period = switch (random.nextInt(4)) {
            case 0 -> FluxDuration.parse(PERIOD[random.nextInt(PERIOD.length)]);
            case 1 -> every.negated();
            default -> every;
        };
        FluxDuration offset = FluxDuration.parse(OFFSET[random.nextInt(OFFSET.length)]);
        return new AggregateWindow(
                every,
                period,
                random.nextBoolean() ? offset : offset.negated(),
                new Zone(ZoneId.of(ZONES[random.nextInt(ZONES.length)]), FluxDuration.ZERO),
                column -> new Reduce(aggregation, column, AT),
                Table.VALUE,
                random.nextBoolean() ? Table.STOP : Table.START,
                Table.TIME,
                random.nextBoolean(),
                AT);
    }

    /** The same, so that the function is not recognised. */
    private static AggregateWindow stepByStep(AggregateWindow windows) {
        return new AggregateWindow(
                windows.every(),
                windows.period(),
                windows.offset(),
                windows.location(),
                column -> new Hidden(windows.fn().apply(column)),
                windows.column(),
                windows.timeSrc(),
                windows.timeDst(),
                windows.createEmpty(),
                AT);
    }

    private static Table.Bounds bounds(Random random) {
        long start = START + random.nextInt(DAYS * 96) * (DAY / 96);
        return new Table.Bounds(start, start + (1 + random.nextInt(DAYS * 24)) * (DAY / 24));
    }

    private static Plan grouped(Plan source, String grouping) {
        return switch (grouping) {
            case "per series" -> source;
            case "all" -> new Plan.Step(source, new Group(List.of(), false, AT));
            default -> new Plan.Step(source, new Group(List.of("dc"), false, AT));
        };
    }

    private static List<Table> held(List<Table> tables) {
        MemoryBudget budget = new MemoryBudget(64L << 20);
        return tables.stream()
                .map(table -> table.withRows(Rows.of(budget.hold(table.rows()))).byTime(table.byTime()))
                .toList();
    }

    private static List<Map<String, Object>> rows(List<Table> tables) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Table table : tables) {
            table.rows().scan(row -> {
                Map<String, Object> named = new TreeMap<>();
                for (int i = 0; i < row.length; i++) {
                    Column column = table.columns().get(i);
                    Object value = row[i];
                    named.put(column.label(), value == null ? "null" : value);
                    named.put(column.label() + " in key", column.grouped());
                }
                rows.add(named);
                return true;
            });
        }
        return rows;
    }

    private record Hidden(Operation operation) implements Operation {
        @Override
        public Position at() {
            return AT;
        }

        @Override
        public List<Table> apply(List<Table> tables, Execution execution) {
            return operation.apply(tables, execution);
        }
    }

    private record Labelled(String column, String value) implements RowPredicate {
        @Override
        public Bound bind(List<Column> columns) {
            int place = columns.stream().map(Column::label).toList().indexOf(column);
            return row -> place >= 0 && equal(row[place]);
        }

        private boolean equal(@Nullable Object other) {
            return value.equals(other);
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
            return Optional.of(Set.of(column));
        }

        @Override
        public Optional<Set<String>> among(String label) {
            return label.equals(column) ? Optional.of(Set.of(value)) : Optional.empty();
        }
    }
}
