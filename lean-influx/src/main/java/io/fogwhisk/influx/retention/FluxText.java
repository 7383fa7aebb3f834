package io.fogwhisk.influx.retention;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** The Flux that downsampling asks, and its literals. Stateless. */
final class FluxText {

    private FluxText() {}

    /** A string literal, in which no "${" begins an expression. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '$' -> out.append(i + 1 < text.length() && text.charAt(i + 1) == '{' ? "\\$" : "$");
                default -> out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /** The earliest time from {@code start} on at which a rule finds a point, at most one row. */
    static String firstTime(Downsampling rule, Instant start, Instant now) {
        return range(rule.from(), start, now)
                + measurements(rule)
                + " |> first() |> keep(columns: [\"_time\"]) |> sort(columns: [\"_time\"]) |> limit(n: 1)";
    }

    /** A row for each series of the rule that has points. */
    static String lastOfEach(Downsampling rule, Instant start, Instant stop) {
        return range(rule.from(), start, stop) + measurements(rule) + " |> last()";
    }

    /** The aggregates of windows. */
    static String windows(
            Downsampling rule,
            String measurement,
            WindowFunction function,
            List<String> fields,
            Instant start,
            Instant stop) {
        return range(rule.from(), start, stop)
                + filter("_measurement", List.of(measurement))
                + filter("_field", fields)
                + " |> aggregateWindow(every: " + rule.every().toSeconds() + "s, fn: " + function.text()
                + ", timeSrc: \"_start\", createEmpty: false)";
    }

    private static String measurements(Downsampling rule) {
        return rule.measurements().isEmpty() ? "" : filter("_measurement", rule.measurements());
    }

    private static String filter(String column, List<String> values) {
        return " |> filter(fn: (r) => "
                + values.stream()
                        .map(value -> "r." + column + " == " + quoted(value))
                        .collect(Collectors.joining(" or "))
                + ")";
    }

    private static String range(String bucket, Instant start, Instant stop) {
        return "from(bucket: " + quoted(bucket) + ") |> range(start: " + start + ", stop: " + stop + ")";
    }
}
