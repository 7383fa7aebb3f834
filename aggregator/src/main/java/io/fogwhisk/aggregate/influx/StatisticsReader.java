package io.fogwhisk.aggregate.influx;

import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.window.Statistic;
import io.fogwhisk.aggregate.window.Statistic.Kind;
import io.fogwhisk.aggregate.window.Stretch;
import io.fogwhisk.aggregate.window.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the statistics of a bucket's points by Flux, many windows with one query. Answers are bounded: a stretch of
 * windows whose answer is too long is asked for by halves.
 *
 * <p>Threads: any; a call blocks for the queries.
 */
public final class StatisticsReader implements AutoCloseable {

    private static final int MAX_ANSWER = 4 << 20;
    private static final int MAX_ANSWER_OF_A_WINDOW = 32 << 20;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Set<String> NOT_OF_THE_SERIES =
            Set.of("result", "table", "_value", "_time", "_start", "_stop");

    private final InfluxApi api;

    /**
     * A reader without connections yet.
     *
     * @param timeout of one query
     */
    public StatisticsReader(Duration timeout) {
        this.api = new InfluxApi(timeout, false);
    }

    /**
     * The statistics of each group that has points, by the start of their window, by their names; oldest first. What
     * there is none of, as the deviation of one value, is left out.
     *
     * @throws AggregateException if the database is away, refuses, or answers something else
     */
    public SortedMap<Instant, SortedMap<Group, Map<String, Double>>> read(
            InfluxTarget target, Question question, Stretch stretch) {
        boolean one = stretch.windows().size() == 1;
        Optional<List<FluxTable>> answer = api.query(
                target, question.flux(target.bucket().name(), stretch), one ? MAX_ANSWER_OF_A_WINDOW : MAX_ANSWER);
        if (answer.isPresent()) {
            return new Answer(target, question, stretch).read(answer.get());
        }
        if (one) {
            throw new AggregateException("the answer of " + target + " for the window from " + stretch.start()
                    + " is longer than " + MAX_ANSWER_OF_A_WINDOW
                    + " bytes: aggregate fewer measurements, or group by fewer tags");
        }
        SortedMap<Instant, SortedMap<Group, Map<String, Double>>> all = new TreeMap<>();
        stretch.halves().forEach(half -> all.putAll(read(target, question, half)));
        return all;
    }

    @Override
    public void close() {
        api.close();
    }

    /** Puts the rows of one answer together. */
    private static final class Answer {
        private final InfluxTarget target;
        private final Question question;
        private final Map<Instant, Window> windows = new HashMap<>();
        private final Instant first;
        private final SortedMap<Instant, SortedMap<Group, Map<String, Double>>> found = new TreeMap<>();
        private final Map<Counter, Double> nanos = new HashMap<>();

        Answer(InfluxTarget target, Question question, Stretch stretch) {
            this.target = target;
            this.question = question;
            this.first = stretch.start();
            stretch.windows().forEach(window -> windows.put(window.start(), window));
        }

        /** One series in one window. */
        private record Counter(Instant start, Map<String, Object> series) {}

        SortedMap<Instant, SortedMap<Group, Map<String, Double>>> read(List<FluxTable> tables) {
            Map<String, Statistic> byName = new HashMap<>();
            question.statistics().forEach(statistic -> byName.put(statistic.name(), statistic));
            for (FluxTable table : tables) {
                for (FluxRecord row : table.getRecords()) {
                    Map<String, Object> columns = row.getValues();
                    Object result = columns.get("result");
                    if (Question.NANOS.equals(result)) {
                        nanos.put(counter(columns), number(columns));
                    } else if (result instanceof String name && byName.containsKey(name)) {
                        put(columns, "_time", name, number(columns));
                    }
                }
            }
            for (Statistic statistic : question.statistics()) {
                if (statistic.kind() == Kind.RATE) {
                    rates(tables, statistic.name());
                }
            }
            check();
            return found;
        }

        /** Comes second, when the times are known. */
        private void rates(List<FluxTable> tables, String name) {
            for (FluxTable table : tables) {
                for (FluxRecord row : table.getRecords()) {
                    Map<String, Object> columns = row.getValues();
                    if (Question.INCREASE.equals(columns.get("result"))) {
                        double passed = nanos.getOrDefault(counter(columns), 0.0);
                        // Of a series with one value it is no number, which is left out.
                        put(columns, "_start", name, number(columns) / (passed / NANOS_PER_SECOND));
                    }
                }
            }
        }

        private void put(Map<String, Object> columns, String timeColumn, String name, double value) {
            Optional<Group> group = group(columns);
            if (group.isPresent() && Double.isFinite(value)) {
                found.computeIfAbsent(start(columns, timeColumn), start -> new TreeMap<>())
                        .computeIfAbsent(group.get(), each -> new HashMap<>())
                        .merge(name, value, Double::sum);
            }
        }

        private Counter counter(Map<String, Object> columns) {
            Map<String, Object> series = new HashMap<>(columns);
            series.keySet().removeAll(NOT_OF_THE_SERIES);
            return new Counter(start(columns, "_start"), series);
        }

        private Instant start(Map<String, Object> columns, String column) {
            if (windows.size() == 1) {
                return first;
            }
            if (columns.get(column) instanceof Instant time && windows.containsKey(time)) {
                return time;
            }
            throw new AggregateException(target + " answered a window that was not asked for: " + columns.get(column));
        }

        private Optional<Group> group(Map<String, Object> columns) {
            Map<String, String> tags = new LinkedHashMap<>();
            for (String tag : question.groupBy()) {
                if (!(columns.get(tag) instanceof String value) || value.isEmpty()) {
                    return Optional.empty();
                }
                tags.put(tag, value);
            }
            return columns.get("_measurement") instanceof String measurement
                            && columns.get("_field") instanceof String field
                    ? Optional.of(new Group(measurement, field, tags))
                    : Optional.empty();
        }

        private static double number(Map<String, Object> columns) {
            return columns.get("_value") instanceof Number value ? value.doubleValue() : Double.NaN;
        }

        /** A database that left something out must not lead to half a point. */
        private void check() {
            found.forEach((start, groups) -> groups.forEach((group, values) -> {
                for (Statistic statistic : question.statistics()) {
                    boolean optional = statistic.kind() == Kind.STDDEV || statistic.kind() == Kind.RATE;
                    if (!optional && !values.containsKey(statistic.name())) {
                        throw new AggregateException(target + " answered no " + statistic.name() + " of "
                                + group.measurement() + " " + group.tags() + " for the window from " + start);
                    }
                }
            }));
        }
    }
}
