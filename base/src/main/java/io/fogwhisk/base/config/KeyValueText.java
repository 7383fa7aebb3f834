package io.fogwhisk.base.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An option of the form {@code key=value,key=value}, as the programs of ServerlessOnEdge have them. Blanks around keys
 * and values do not count; of a key that is given twice the first value counts, as there. Faults are collected: read
 * every key, then call {@link #check}. Not thread-safe.
 */
public final class KeyValueText {

    private static final Logger LOG = LoggerFactory.getLogger(KeyValueText.class);

    private final String option;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();
    private final List<String> faults = new ArrayList<>();

    private KeyValueText(String option) {
        this.option = option;
    }

    /**
     * Splits a text.
     *
     * @param option its name, for messages
     */
    public static KeyValueText parse(String option, String text) {
        KeyValueText parsed = new KeyValueText(Objects.requireNonNull(option, "option is null"));
        for (String pair : text.split(",", -1)) {
            if (pair.isBlank()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 1) {
                parsed.faults.add(option + ": '" + pair.strip() + "' must be key=value");
                continue;
            }
            String key = pair.substring(0, equals).strip();
            if (parsed.values.putIfAbsent(key, pair.substring(equals + 1).strip()) != null) {
                LOG.atWarn()
                        .addKeyValue("option", option)
                        .addKeyValue("key", key)
                        .log("key given twice, first one counts");
            }
        }
        return parsed;
    }

    /** A text, if it is given. */
    public Optional<String> text(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key));
    }

    /** A text. */
    public String text(String key, String fallback) {
        return text(key).orElse(fallback);
    }

    /** A whole number within a range. */
    public int integer(String key, int fallback, int min, int max) {
        return value(
                key,
                fallback,
                text -> {
                    int number = Integer.parseInt(text);
                    if (number < min || number > max) {
                        throw new IllegalArgumentException();
                    }
                    return number;
                },
                "a whole number from " + min + " to " + max);
    }

    /** A number that is at least {@code min} and not infinite. */
    public double number(String key, double fallback, double min) {
        return value(
                key,
                fallback,
                text -> {
                    double number = Double.parseDouble(text);
                    if (!(number >= min) || Double.isInfinite(number)) {
                        throw new IllegalArgumentException();
                    }
                    return number;
                },
                "a number, at least " + min);
    }

    /** True or false. */
    public boolean flag(String key, boolean fallback) {
        return value(
                key,
                fallback,
                text -> {
                    if (!text.equals("true") && !text.equals("false")) {
                        throw new IllegalArgumentException();
                    }
                    return text.equals("true");
                },
                "true or false");
    }

    /** Says that a value is wrong. */
    public void fault(String key, String what) {
        faults.add(option + ": " + key + " " + what);
    }

    /**
     * Ends the reading.
     *
     * @throws ConfigException if something was wrong, or if there are keys that nobody read
     */
    public void check() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                faults.add(option + ": unknown key '" + key + "', known are " + String.join(", ", known));
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
    }

    private <T> T value(String key, T fallback, Function<String, T> rule, String what) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            return rule.apply(text.get());
        } catch (IllegalArgumentException e) {
            fault(key, "must be " + what + ", was '" + text.get() + "'");
            return fallback;
        }
    }
}
