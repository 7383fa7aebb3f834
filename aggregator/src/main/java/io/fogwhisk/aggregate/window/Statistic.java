package io.fogwhisk.aggregate.window;

import io.fogwhisk.aggregate.AggregateException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number that says something about the values of a window.
 *
 * @param kind which
 * @param quantile of a percentile, from 0 to 1; otherwise 0
 * @param name as users write it, and the name of its field: {@code avg}, {@code p99.9}
 */
public record Statistic(Kind kind, double quantile, String name) {

    private static final Pattern PERCENTILE = Pattern.compile("p(\\d{1,2}(?:\\.\\d{1,6})?|100)");

    /** What is computed. */
    public enum Kind {
        /** The sum divided by the number of values. */
        MEAN,
        /** The smallest value. */
        MIN,
        /** The largest value. */
        MAX,
        /** The middle value, or the mean of the two in the middle. */
        MEDIAN,
        /** How many values. */
        COUNT,
        /** The sum of the values. */
        SUM,
        /** The standard deviation of a sample: with n - 1; there is none of one value. */
        STDDEV,
        /** The difference of the largest and the smallest value. */
        SPREAD,
        /** The value at the place {@code quantile * (n - 1)} of the sorted values, between two in proportion. */
        PERCENTILE,
        /** The value with the smallest time; of several with that time the smallest. */
        FIRST,
        /** The value with the largest time; of several with that time the largest. */
        LAST,
        /**
         * The increase a second of counters: for each series of its own, the sum of the differences of neighbours (where
         * a value is smaller than the one before, the counter began anew at zero, so the value itself) divided by the
         * seconds between its first and its last value; of a group the sum over its series. A series with one value has
         * none.
         */
        RATE
    }

    /** Those of the first version, which a job that names none computes. */
    public static List<Statistic> usual() {
        return List.of(parse("avg"), parse("min"), parse("max"), parse("median"), parse("count"));
    }

    /**
     * Reads the name of a statistic; {@code avg} and {@code mean} are one.
     *
     * @throws AggregateException if there is none of that name
     */
    public static Statistic parse(String name) {
        Optional<Kind> known = switch (name) {
            case "avg", "mean" -> Optional.of(Kind.MEAN);
            case "min" -> Optional.of(Kind.MIN);
            case "max" -> Optional.of(Kind.MAX);
            case "median" -> Optional.of(Kind.MEDIAN);
            case "count" -> Optional.of(Kind.COUNT);
            case "sum" -> Optional.of(Kind.SUM);
            case "stddev" -> Optional.of(Kind.STDDEV);
            case "spread" -> Optional.of(Kind.SPREAD);
            case "first" -> Optional.of(Kind.FIRST);
            case "last" -> Optional.of(Kind.LAST);
            case "rate" -> Optional.of(Kind.RATE);
            default -> Optional.empty();
        };
        if (known.isPresent()) {
            return new Statistic(known.get(), 0, name);
        }
        Matcher percentile = PERCENTILE.matcher(name);
        if (percentile.matches()) {
            return new Statistic(Kind.PERCENTILE, Double.parseDouble(percentile.group(1)) / 100, name);
        }
        throw new AggregateException("functions must be of avg, mean, min, max, median, count, sum, stddev, spread,"
                + " first, last, rate, or percentiles such as p95 or p99.9, was \"" + name + "\"");
    }
}
