package io.fogwhisk.influx.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import io.fogwhisk.influx.RunningInflux;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Aggregates of random readings, compared with the plain computation. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FluxAggregatesTest {

    private static final long START = 1_767_225_600;
    private static final int SECONDS = 3_600;
    private static final int WINDOW = 300;
    private static final String RANGE =
            "from(bucket: \"measure\") |> range(start: " + START + ", stop: " + (START + SECONDS) + ")";
    private static final Map<String, ToDoubleFunction<List<Double>>> NAIVE = Map.of(
            "count", List::size,
            "sum", FluxAggregatesTest::sum,
            "mean", values -> sum(values) / values.size(),
            "min", Collections::min,
            "max", Collections::max,
            "median", FluxAggregatesTest::median,
            "first", values -> values.get(0),
            "last", values -> values.get(values.size() - 1));

    /** Values by data centre, then by second. */
    private final Map<String, TreeMap<Integer, Double>> readings = new TreeMap<>();

    private RunningInflux influx;
    private InfluxDBClient client;

    @BeforeAll
    void writeRandomReadings(@TempDir Path folder) {
        influx = new RunningInflux(folder);
        client = influx.client();
        Random random = new Random(42);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            String datacenter = "dc" + random.nextInt(3);
            int second = random.nextInt(SECONDS);
            double value = Math.round(random.nextGaussian() * 1_000) / 100.0;
            readings.computeIfAbsent(datacenter, name -> new TreeMap<>()).put(second, value);
            lines.append("temperature,dc=").append(datacenter).append(" value=").append(value);
            lines.append(' ').append(START + second).append('\n');
        }
        assertThat(influx.write(lines.toString()).statusCode()).isEqualTo(204);
    }

    @AfterAll
    void close() {
        client.close();
        influx.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"count", "sum", "mean", "min", "max", "median", "first", "last"})
    void equalThePlainComputationPerSeries(String function) {
        List<FluxTable> tables = client.getQueryApi().query(RANGE + " |> " + function + "()");

        assertThat(tables).hasSize(readings.size());
        for (FluxTable table : tables) {
            FluxRecord record = table.getRecords().get(0);
            assertThat(number(record)).isEqualTo(naive(function, values(record, 0, SECONDS)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"count", "mean", "min", "max", "median"})
    void equalThePlainComputationPerWindow(String function) {
        List<FluxTable> tables = client.getQueryApi()
                .query(RANGE + " |> aggregateWindow(every: 5m, fn: " + function + ", timeSrc: \"_start\")");

        assertThat(tables).hasSize(readings.size());
        for (FluxTable table : tables) {
            assertThat(table.getRecords()).hasSize(SECONDS / WINDOW);
            for (FluxRecord record : table.getRecords()) {
                int second = (int) (record.getTime().getEpochSecond() - START);
                assertThat(number(record)).isEqualTo(naive(function, values(record, second, second + WINDOW)));
            }
        }
    }

    @Test
    void equalThePlainComputationOverAllSeries() {
        List<Double> all = new ArrayList<>();
        List<Double> sums = new ArrayList<>();
        readings.values().forEach(series -> {
            all.addAll(series.values());
            sums.add(sum(new ArrayList<>(series.values())));
        });
        // InfluxDB adds up each series first, and then their sums.
        double mean = sum(sums) / all.size();

        List<FluxTable> tables = client.getQueryApi()
                .query("all = " + RANGE + " |> group()\n" + "all |> mean() |> yield(name: \"mean\")\n"
                        + "all |> median() |> yield(name: \"median\")\n" + "all |> count() |> yield(name: \"count\")");

        assertThat(tables.stream().map(table -> number(table.getRecords().get(0))))
                .containsExactly(mean, naive("median", all), naive("count", all));
    }

    private List<Double> values(FluxRecord record, int from, int to) {
        return new ArrayList<>(Objects.requireNonNull(readings.get((String) record.getValueByKey("dc")))
                .subMap(from, to)
                .values());
    }

    private static double number(FluxRecord row) {
        return ((Number) row.getValue()).doubleValue();
    }

    private static double naive(String function, List<Double> values) {
        return Objects.requireNonNull(NAIVE.get(function)).applyAsDouble(values);
    }

    private static double sum(List<Double> values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
