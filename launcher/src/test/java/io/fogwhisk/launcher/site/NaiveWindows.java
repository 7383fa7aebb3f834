package io.fogwhisk.launcher.site;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Windows and statistics in the plainest words there are for them. */
final class NaiveWindows {

    private NaiveWindows() {}

    /** When the window of a moment starts. */
    static Instant start(Instant time, String window, ZoneId zone) {
        LocalDate day = LocalDate.ofInstant(time, zone);
        return switch (window) {
            case "1d" -> day.atStartOfDay(zone).toInstant();
            case "1mo" -> day.withDayOfMonth(1).atStartOfDay(zone).toInstant();
            case "1h" -> time.truncatedTo(ChronoUnit.HOURS);
            case "7m" -> Instant.ofEpochSecond(time.getEpochSecond() - Math.floorMod(time.getEpochSecond(), 420));
            default -> throw new IllegalArgumentException(window);
        };
    }

    /** A statistic of values in their order. */
    static double statistic(String name, List<Double> values) {
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
            case "count" -> n;
            case "sum" -> sum;
            case "spread" -> sorted[n - 1] - sorted[0];
            case "stddev" -> Math.sqrt(squares / (n - 1));
            case "first" -> values.get(0);
            case "last" -> values.get(n - 1);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
    }
}
