package io.fogwhisk.launcher.site;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SortedMap;

/** Windows and statistics in the plainest words there are for them. */
final class NaiveWindows {

    private NaiveWindows() {}

    /** When the window of a moment starts. */
    static Instant start(Instant time, String window, ZoneId zone) {
        LocalDate day = LocalDate.ofInstant(time, zone);
        return switch (window) {
            case "1h" -> time.truncatedTo(ChronoUnit.HOURS);
            case "1d" -> day.atStartOfDay(zone).toInstant();
            case "1mo" -> day.withDayOfMonth(1).atStartOfDay(zone).toInstant();
            case "1w" -> day.with(DayOfWeek.MONDAY).atStartOfDay(zone).toInstant();
            case "7m" -> Instant.ofEpochSecond(time.getEpochSecond() - Math.floorMod(time.getEpochSecond(), 420));
            default -> throw new IllegalArgumentException(window);
        };
    }

    /** A statistic of the values of one series; not a number if there is none of so few. */
    static double statistic(String name, SortedMap<Instant, Double> series) {
        List<Double> values = List.copyOf(series.values());
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int n = sorted.length;
        double sum = 0;
        for (double value : sorted) {
            sum += value;
        }
        double squares = 0;
        for (double value : sorted) {
            squares += (value - sum / n) * (value - sum / n);
        }
        return switch (name) {
            case "avg", "mean" -> sum / n;
            case "min" -> sorted[0];
            case "max" -> sorted[n - 1];
            case "median" -> quantile(sorted, 0.5);
            case "p90" -> quantile(sorted, 0.9);
            case "p99.9" -> quantile(sorted, 0.999);
            case "count" -> n;
            case "sum" -> sum;
            case "spread" -> sorted[n - 1] - sorted[0];
            case "stddev" -> Math.sqrt(squares / (n - 1));
            case "first" -> values.get(0);
            case "last" -> values.get(n - 1);
            case "rate" -> increase(values) / seconds(series);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Of a counter that begins anew at zero when it becomes less. */
    private static double increase(List<Double> values) {
        double increase = 0;
        for (int i = 1; i < values.size(); i++) {
            double more = values.get(i) - values.get(i - 1);
            increase += more < 0 ? values.get(i) : more;
        }
        return increase;
    }

    private static double seconds(SortedMap<Instant, Double> series) {
        return ChronoUnit.SECONDS.between(series.firstKey(), series.lastKey());
    }

    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
    }
}
