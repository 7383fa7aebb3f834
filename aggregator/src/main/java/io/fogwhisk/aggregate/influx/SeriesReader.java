package io.fogwhisk.aggregate.influx;

import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.window.Aggregates;
import io.fogwhisk.aggregate.window.Window;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the aggregates of every series of a bucket by Flux. Only points whose field is {@code value} and that have a tag
 * {@code datacenter_id} take part.
 *
 * <p>Threads: any; a call blocks for the query. The median is the database's own: exact on lean-influx, estimated by a
 * t-digest on InfluxDB 2, which holds any number of values in little memory.
 */
public final class SeriesReader implements AutoCloseable {

    private static final String DATACENTER_ID = "datacenter_id";
    /** In the order of {@link Aggregates}. */
    private static final List<Function> FUNCTIONS = List.of(
            new Function("avg", "mean"),
            new Function("min", "min"),
            new Function("max", "max"),
            new Function("median", "median"),
            new Function("count", "count"));

    private final InfluxApi api;

    /**
     * A reader without connections yet.
     *
     * @param timeout of one query
     */
    public SeriesReader(Duration timeout) {
        this.api = new InfluxApi(timeout);
    }

    /**
     * A measurement of all devices of a data centre.
     *
     * @param measurement its name
     * @param datacenterId the tag's value
     */
    public record Series(String measurement, String datacenterId) implements Comparable<Series> {
        @Override
        public int compareTo(Series other) {
            int byName = measurement.compareTo(other.measurement);
            return byName != 0 ? byName : datacenterId.compareTo(other.datacenterId);
        }
    }

    /**
     * The aggregates of each series that has points in the window, in the order of their names.
     *
     * @throws AggregateException if the database is away, refuses, or answers something else
     */
    public Map<Series, Aggregates> read(InfluxTarget target, Window window) {
        Map<Series, Map<String, Double>> found = new TreeMap<>();
        for (FluxTable table : api.query(target, flux(target.bucket().name(), window))) {
            for (FluxRecord row : table.getRecords()) {
                Map<String, Object> columns = row.getValues();
                if (columns.get("_measurement") instanceof String measurement
                        && columns.get(DATACENTER_ID) instanceof String datacenter
                        && columns.get("result") instanceof String function
                        && columns.get("_value") instanceof Number value) {
                    found.computeIfAbsent(new Series(measurement, datacenter), series -> new HashMap<>())
                            .put(function, value.doubleValue());
                }
            }
        }
        Map<Series, Aggregates> aggregates = new TreeMap<>();
        found.forEach((series, values) -> aggregates.put(series, aggregates(target, series, values)));
        return aggregates;
    }

    @Override
    public void close() {
        api.close();
    }

    static String flux(String bucket, Window window) {
        StringBuilder query = new StringBuilder(1_500);
        for (Function function : FUNCTIONS) {
            query.append("from(bucket: ")
                    .append(literal(bucket))
                    .append(")\n  |> range(start: ")
                    .append(window.start())
                    .append(", stop: ")
                    .append(window.stop())
                    .append(
                            ")\n  |> filter(fn: (r) => r._field == \"value\")\n  |> group(columns: [\"_measurement\", \"")
                    .append(DATACENTER_ID)
                    .append("\"])\n  |> ")
                    .append(function.flux)
                    .append("()\n  |> keep(columns: [\"_measurement\", \"")
                    .append(DATACENTER_ID)
                    .append("\", \"_value\"])\n  |> yield(name: \"")
                    .append(function.name)
                    .append("\")\n");
        }
        return query.toString();
    }

    /** A Flux string; a dollar sign with a brace would start an expression. */
    private static String literal(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "\\${") + '"';
    }

    private static Aggregates aggregates(InfluxTarget target, Series series, Map<String, Double> values) {
        double[] found = new double[FUNCTIONS.size()];
        for (int i = 0; i < found.length; i++) {
            Double value = values.get(FUNCTIONS.get(i).name);
            if (value == null) {
                throw new AggregateException(target + " answered no " + FUNCTIONS.get(i).name + " of "
                        + series.measurement + " of data centre " + series.datacenterId);
            }
            found[i] = value;
        }
        return new Aggregates(found[0], found[1], found[2], found[3], (long) found[4]);
    }

    /** The name of a result, and the Flux function that makes it. */
    private record Function(String name, String flux) {}
}
