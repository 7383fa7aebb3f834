package io.fogwhisk.influx.retention;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be kept of a window: Flux functions of the same name. */
public enum WindowFunction {
    /** Arithmetic mean. */
    MEAN(true),
    /** The value in the middle. */
    MEDIAN(true),
    /** The smallest value. */
    MIN(true),
    /** The largest value. */
    MAX(true),
    /** All values together. */
    SUM(true),
    /** How many values. */
    COUNT(false),
    /** The earliest value. */
    FIRST(false),
    /** The latest value. */
    LAST(false),
    /** The largest less the smallest. */
    SPREAD(true),
    /** Standard deviation of a sample. */
    STDDEV(true);

    private final boolean numbers;

    WindowFunction(boolean numbers) {
        this.numbers = numbers;
    }

    /**
     * The function of a name.
     *
     * @throws IllegalArgumentException with what must hold, if there is none
     */
    public static WindowFunction of(String name) {
        return Arrays.stream(values())
                .filter(each -> each.text().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be one of " + names()));
    }

    /** How Flux calls it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it knows numbers only. */
    boolean ofNumbers() {
        return numbers;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(WindowFunction::text).toList();
    }
}
