package io.fogwhisk.aggregate.influx;

import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.window.Statistic;
import io.fogwhisk.aggregate.window.Statistic.Kind;
import io.fogwhisk.aggregate.window.Stretch;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What to ask a bucket for: which statistics of which of its points, put together how. Its Flux uses nothing newer than
 * InfluxDB 2.0 and no time zones: windows of one length are all that a database is asked to cut.
 *
 * @param measurements all, some by name, or those that match an expression
 * @param fields at least one
 * @param statistics at least one
 * @param groupBy the tags whose values keep points apart, beside measurement and field; points that lack one of them take
 *     no part
 */
public record Question(
        Measurements measurements, List<String> fields, List<Statistic> statistics, List<String> groupBy) {

    /** The result that holds the increase of each series of a rate. */
    static final String INCREASE = "increase of each series";
    /** The result that holds the nanoseconds between the first and the last value of each series of a rate. */
    static final String NANOS = "nanoseconds of each series";

    private static final String MEASUREMENT = "_measurement";
    private static final String FIELD = "_field";

    /** Copies the lists. */
    public Question {
        Objects.requireNonNull(measurements, "measurements is null");
        fields = List.copyOf(fields);
        statistics = List.copyOf(statistics);
        groupBy = List.copyOf(groupBy);
        if (fields.isEmpty() || statistics.isEmpty()) {
            throw new AggregateException("fields and functions must not be empty");
        }
    }

    /** Which measurements take part. */
    public sealed interface Measurements {

        /** What a point has to fulfil, in Flux; empty if every point does. */
        Optional<String> condition();

        /** Every measurement. */
        record All() implements Measurements {
            @Override
            public Optional<String> condition() {
                return Optional.empty();
            }
        }

        /**
         * Those of these names.
         *
         * @param names at least one
         */
        record Named(List<String> names) implements Measurements {
            /** Copies the list. */
            public Named {
                names = List.copyOf(names);
            }

            @Override
            public Optional<String> condition() {
                return Optional.of(anyOf(MEASUREMENT, names));
            }
        }

        /**
         * Those that match.
         *
         * @param expression a regular expression of the database, without slashes around it; a slash in it is escaped
         */
        record Matching(String expression) implements Measurements {
            /** Checks that the expression ends where it seems to. */
            public Matching {
                boolean escaped = false;
                for (int i = 0; i < expression.length(); i++) {
                    char c = expression.charAt(i);
                    if (c < ' ' || (c == '/' && !escaped)) {
                        throw new AggregateException("measurements has a regular expression with a slash that is not"
                                + " escaped, or with a control character: /" + expression + "/");
                    }
                    escaped = c == '\\' && !escaped;
                }
                if (escaped || expression.isEmpty()) {
                    throw new AggregateException("measurements has a regular expression that is empty or ends with a"
                            + " backslash: /" + expression + "/");
                }
            }

            @Override
            public Optional<String> condition() {
                return Optional.of("r." + MEASUREMENT + " =~ /" + expression + "/");
            }
        }
    }

    /** The query: one result for each statistic, two for a rate. */
    String flux(String bucket, Stretch stretch) {
        StringBuilder query = new StringBuilder(1_500);
        for (Statistic statistic : statistics) {
            if (statistic.kind() == Kind.RATE) {
                increase(query, bucket, stretch);
            } else {
                from(query, bucket, stretch);
                query.append("  |> group(columns: ")
                        .append(list(Stream.concat(Stream.of(MEASUREMENT, FIELD), groupBy.stream())))
                        .append(")\n");
                if (statistic.kind() == Kind.FIRST || statistic.kind() == Kind.LAST) {
                    // A group of several series is in no order, and of equal times it should be the same one again.
                    query.append("  |> sort(columns: [\"_time\", \"_value\"])\n");
                }
                boolean one = stretch.windows().size() == 1;
                query.append("  |> ").append(one ? call(statistic) : windows(statistic, stretch));
                Stream<String> time = one ? Stream.empty() : Stream.of("_time");
                query.append("\n  |> keep(columns: ")
                        .append(list(
                                Stream.of(Stream.of(MEASUREMENT, FIELD), groupBy.stream(), time, Stream.of("_value"))
                                        .flatMap(each -> each)))
                        .append(")\n");
                result(query, statistic.name());
            }
        }
        return query.toString();
    }

    /** A rate cannot be had of several counters put together, so that each series is asked for. */
    private void increase(StringBuilder query, String bucket, Stretch stretch) {
        String window = stretch.windows().size() == 1
                ? ""
                : "  |> window(every: " + seconds(stretch.every().toSeconds()) + offset(stretch) + ")\n";
        from(query, bucket, stretch);
        query.append(window).append("  |> difference(nonNegative: true, initialZero: true)\n  |> sum()\n");
        result(query, INCREASE);
        from(query, bucket, stretch);
        query.append(window)
                .append("  |> map(fn: (r) => ({r with _value: int(v: r._time)}))\n")
                .append("  |> spread()\n");
        result(query, NANOS);
    }

    private void from(StringBuilder query, String bucket, Stretch stretch) {
        String conditions = Stream.concat(measurements.condition().stream(), Stream.of(anyOf(FIELD, fields)))
                .collect(Collectors.joining(" and "));
        query.append("from(bucket: ")
                .append(literal(bucket))
                .append(")\n  |> range(start: ")
                .append(stretch.start())
                .append(", stop: ")
                .append(stretch.stop())
                .append(")\n  |> filter(fn: (r) => ")
                .append(conditions)
                .append(")\n");
    }

    private static void result(StringBuilder query, String name) {
        query.append("  |> yield(name: ").append(literal(name)).append(")\n");
    }

    private static String windows(Statistic statistic, Stretch stretch) {
        String call = call(statistic);
        String function = call.endsWith("()")
                ? call.substring(0, call.length() - 2)
                : "(column, tables=<-) => tables |> " + call.replace("(", "(column: column, ");
        return "aggregateWindow(every: " + seconds(stretch.every().toSeconds()) + offset(stretch) + ", fn: " + function
                + ", timeSrc: \"_start\", createEmpty: false)";
    }

    private static String call(Statistic statistic) {
        return switch (statistic.kind()) {
            case MEAN -> "mean()";
            case MIN -> "min()";
            case MAX -> "max()";
            case MEDIAN -> "median(method: \"exact_mean\")";
            case COUNT -> "count()";
            case SUM -> "sum()";
            case STDDEV -> "stddev()";
            case SPREAD -> "spread()";
            case PERCENTILE -> "quantile(q: " + plain(statistic.quantile()) + ", method: \"exact_mean\")";
            case FIRST -> "first()";
            case LAST -> "last()";
            case RATE -> throw new IllegalArgumentException("a rate is no call");
        };
    }

    /** Flux has no exponents, and a whole number is no float. */
    private static String plain(double number) {
        return BigDecimal.valueOf(number).toPlainString();
    }

    private static String offset(Stretch stretch) {
        return stretch.offset().isZero()
                ? ""
                : ", offset: " + seconds(stretch.offset().toSeconds());
    }

    private static String seconds(long seconds) {
        return seconds + "s";
    }

    private static String anyOf(String column, List<String> names) {
        String any = names.stream()
                .map(name -> "r." + column + " == " + literal(name))
                .collect(Collectors.joining(" or "));
        return names.size() == 1 ? any : "(" + any + ")";
    }

    private static String list(Stream<String> names) {
        return names.map(Question::literal).collect(Collectors.joining(", ", "[", "]"));
    }

    /** A Flux string; a dollar sign with a brace would start an expression. */
    static String literal(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "\\${") + '"';
    }
}
