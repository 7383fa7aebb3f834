package io.fogwhisk.base.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One section of a configuration. Each call names a key, its default and its rule; a value that breaks the rule is
 * reported and the default is returned, so that one reading finds every fault. Keys that were never asked for are
 * unknown keys. Used by one thread.
 */
public final class ConfigNode {

    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private final ConfigFaults faults;
    private final String path;
    private final JsonNode tree;
    private final Set<String> asked = new HashSet<>();
    private final Map<String, ConfigNode> sections = new TreeMap<>();

    ConfigNode(ConfigFaults faults, String path, JsonNode tree) {
        this.faults = faults;
        this.path = path;
        this.tree = tree;
    }

    /** A section below this one; an absent section is empty, so that its defaults apply. */
    public ConfigNode section(String key) {
        asked.add(key);
        return sections.computeIfAbsent(key, name -> {
            JsonNode child = tree.path(name);
            if (!child.isObject()) {
                if (!child.isMissingNode() && !child.isNull()) {
                    faults.addAt(pathOf(key), "must be a section of keys and values, was " + shown(child));
                }
                child = JsonNodeFactory.instance.objectNode();
            }
            return new ConfigNode(faults, pathOf(key), child);
        });
    }

    /** A list of sections, empty when the key is absent; the list as a whole is not settable from the environment. */
    public List<ConfigNode> sections(String key) {
        asked.add(key);
        JsonNode list = tree.path(key);
        List<ConfigNode> found = new ArrayList<>();
        if (list.isMissingNode() || list.isNull()) {
            return found;
        }
        if (!list.isArray()) {
            faults.addAt(pathOf(key), "must be a list of sections, was " + shown(list));
            return found;
        }
        for (int i = 0; i < list.size(); i++) {
            String name = key + "[" + i + "]";
            if (list.get(i).isObject()) {
                ConfigNode section = new ConfigNode(faults, pathOf(name), list.get(i));
                sections.put(name, section);
                found.add(section);
            } else {
                faults.addAt(pathOf(name), "must be a section of keys and values, was " + shown(list.get(i)));
            }
        }
        return found;
    }

    /** Whether a key is given at all, perhaps with nothing in it. */
    public boolean has(String key) {
        JsonNode value = tree.path(key);
        return faults.environment(pathOf(key)).isPresent() || !(value.isMissingNode() || value.isNull());
    }

    /** A text, or empty when the key is absent. */
    public Optional<String> text(String key) {
        asked.add(key);
        Optional<String> override = faults.environment(pathOf(key));
        if (override.isPresent()) {
            return override;
        }
        JsonNode value = tree.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isContainerNode()) {
            faults.addAt(pathOf(key), "must be a single value, was " + shown(value));
            return Optional.empty();
        }
        return Optional.of(value.asText());
    }

    /** A text with a default. */
    public String text(String key, String fallback) {
        return text(key).orElse(fallback);
    }

    /** A text that a rule must accept; the rule throws {@link IllegalArgumentException} with what must hold. */
    public <T> T value(String key, T fallback, Function<String, T> rule) {
        return value(key, fallback, rule, text -> ", was '" + text + "'");
    }

    /** Like {@link #value}, for a secret: a fault does not show the text. */
    public <T> T secret(String key, T fallback, Function<String, T> rule) {
        return value(key, fallback, rule, text -> "");
    }

    private <T> T value(String key, T fallback, Function<String, T> rule, Function<String, String> shown) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            return rule.apply(text.get());
        } catch (IllegalArgumentException e) {
            faults.addAt(pathOf(key), e.getMessage() + shown.apply(text.get()));
            return fallback;
        }
    }

    /** A whole number in a range, both ends included. */
    public int integer(String key, int fallback, int min, int max) {
        return value(key, fallback, text -> {
            String rule = "must be a whole number from " + min + " to " + max;
            try {
                int number = Integer.parseInt(text.trim());
                if (number < min || number > max) {
                    throw new IllegalArgumentException(rule);
                }
                return number;
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(rule, e);
            }
        });
    }

    /** A TCP port, 1 to 65535. */
    public int port(String key, int fallback) {
        return integer(key, fallback, 1, 65_535);
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean fallback) {
        return value(key, fallback, text -> {
            if (text.equals("true") || text.equals("false")) {
                return text.equals("true");
            }
            throw new IllegalArgumentException("must be true or false");
        });
    }

    /** A duration such as {@code 500ms}, {@code 5s}, {@code 30m}, {@code 2h} or {@code 1d}. */
    public Duration duration(String key, Duration fallback) {
        return value(key, fallback, ConfigNode::parseDuration);
    }

    /** A path in the file system. */
    public Path path(String key, Path fallback) {
        return value(key, fallback, Path::of);
    }

    /**
     * A list of texts, or several in one text with commas between them, as the environment has them; empty when the key
     * is absent. What stands in a list may contain commas.
     */
    public List<String> texts(String key) {
        asked.add(key);
        JsonNode value = tree.path(key);
        if (value.isArray() && faults.environment(pathOf(key)).isEmpty()) {
            List<String> texts = new ArrayList<>();
            value.forEach(each -> texts.add(each.isValueNode() ? each.asText() : ""));
            if (texts.contains("") || texts.contains("null")) {
                faults.addAt(pathOf(key), "must be a list of texts");
            }
            return texts;
        }
        return text(key).stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /**
     * A section whose keys are the user's to choose, each with a text or a list of texts; not settable from the
     * environment.
     */
    public Map<String, List<String>> lists(String key) {
        asked.add(key);
        JsonNode section = tree.path(key);
        Map<String, List<String>> lists = new TreeMap<>();
        if (section.isMissingNode() || section.isNull()) {
            return lists;
        }
        if (!section.isObject()) {
            faults.addAt(pathOf(key), "must be a section of keys and lists, was " + shown(section));
            return lists;
        }
        section.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            List<String> texts = new ArrayList<>();
            (value.isArray() ? value : List.of(value))
                    .forEach(each -> texts.add(each.isValueNode() ? each.asText() : ""));
            if (texts.isEmpty() || texts.contains("") || texts.contains("null")) {
                faults.addAt(pathOf(key) + "." + entry.getKey(), "must be a text or a list of texts");
            }
            lists.put(entry.getKey(), texts);
        });
        return lists;
    }

    /**
     * A section whose keys are the user's to choose, each with any value, as the file has it; not settable from the
     * environment. Empty when the key is absent.
     */
    public Map<String, JsonNode> values(String key) {
        asked.add(key);
        JsonNode section = tree.path(key);
        Map<String, JsonNode> values = new LinkedHashMap<>();
        if (section.isObject()) {
            section.properties().forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        } else if (!section.isMissingNode() && !section.isNull()) {
            faults.addAt(pathOf(key), "must be a section of keys and values, was " + shown(section));
        }
        return values;
    }

    /** Reports a fault that needs more than one key to see. */
    public void fault(String key, String what) {
        faults.addAt(pathOf(key), what);
    }

    /**
     * Reads a duration as the configuration and the command line write it.
     *
     * @throws IllegalArgumentException with what must hold
     */
    public static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a duration such as 500ms, 5s, 30m, 2h or 1d");
        }
        try {
            long unit = MILLIS.getOrDefault(matcher.group(2), 1L);
            return Duration.ofMillis(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("must be a duration that fits 292 million years", e);
        }
    }

    void reportUnknownKeys() {
        tree.fieldNames().forEachRemaining(name -> {
            if (!asked.contains(name)) {
                faults.addAt(pathOf(name), "is not a known key; known here: " + String.join(", ", sorted(asked)));
            }
        });
        sections.values().forEach(ConfigNode::reportUnknownKeys);
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    private static String shown(JsonNode value) {
        return value.isArray() ? "a list" : value.isObject() ? "a section" : "'" + value.asText() + "'";
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
