package io.fogwhisk.influx.retention;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A rule that keeps the aggregates of a bucket's points in another bucket.
 *
 * @param from the bucket to read, by name
 * @param to the bucket to write, another one
 * @param every the length of the windows, whole seconds, at least one; windows are aligned to 1970 in UTC
 * @param lateness how long after a window's end it is computed, so that late points are in it
 * @param functions what is computed of each field, at least one
 * @param measurements only these; empty for all
 */
public record Downsampling(
        String from,
        String to,
        Duration every,
        Duration lateness,
        List<WindowFunction> functions,
        List<String> measurements) {

    /** Checks every value. */
    public Downsampling {
        functions = List.copyOf(functions);
        measurements = List.copyOf(measurements);
        if (from.isBlank() || to.isBlank()) {
            throw new IllegalArgumentException("from and to must name a bucket each");
        }
        if (from.equals(to)) {
            throw new IllegalArgumentException("from and to must be different buckets, was " + from);
        }
        if (every.compareTo(Duration.ofSeconds(1)) < 0
                || !every.truncatedTo(ChronoUnit.SECONDS).equals(every)) {
            throw new IllegalArgumentException("every must be whole seconds, at least one, was " + every);
        }
        if (lateness.isNegative()) {
            throw new IllegalArgumentException("lateness must be zero or more, was " + lateness);
        }
        if (functions.isEmpty()) {
            throw new IllegalArgumentException("functions must name at least one of " + WindowFunction.names());
        }
    }

    /**
     * What its progress is remembered by: no two rules that compute different aggregates have the same, so that a rule
     * with other buckets, windows, functions or measurements begins anew.
     */
    String id() {
        return "downsample/" + FluxText.quoted(from) + "/" + FluxText.quoted(to) + "/" + every.toSeconds() + "s/"
                + functions.stream()
                        .map(WindowFunction::text)
                        .sorted()
                        .distinct()
                        .collect(Collectors.joining(","))
                + "/"
                + measurements.stream()
                        .map(FluxText::quoted)
                        .sorted()
                        .distinct()
                        .collect(Collectors.joining(","));
    }
}
