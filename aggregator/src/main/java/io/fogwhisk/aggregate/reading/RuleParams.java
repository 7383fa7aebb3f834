package io.fogwhisk.aggregate.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.reading.ReadingRules.Conversion;
import io.fogwhisk.aggregate.reading.ReadingRules.FieldRule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the parameters of {@link ReadingRules}: names the one that is wrong. */
final class RuleParams {

    private static final List<String> OF_A_FIELD = List.of("name", "type");
    private static final List<String> OF_A_UNIT = List.of("scale", "offset");

    private final ObjectNode params;

    RuleParams(ObjectNode params) {
        this.params = params;
    }

    Optional<String> text(String key) {
        JsonNode value = params.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw new AggregateException("parameter " + key + " must be a text");
        }
        return Optional.of(value.textValue());
    }

    Optional<String> name(String key) {
        Optional<String> name = text(key);
        name.ifPresent(each -> ReadingRules.checkName(key, each));
        return name;
    }

    <E extends Enum<E>> E choice(String key, E otherwise) {
        Optional<String> word = text(key);
        return word.isEmpty() ? otherwise : choice(key, word.get(), otherwise.getDeclaringClass());
    }

    private static <E extends Enum<E>> E choice(String key, String word, Class<E> choices) {
        for (E each : choices.getEnumConstants()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(word)) {
                return each;
            }
        }
        throw new AggregateException("parameter " + key + " must be one of "
                + String.join(
                        ", ",
                        Arrays.stream(choices.getEnumConstants())
                                .map(each -> each.name().toLowerCase(Locale.ROOT))
                                .toList())
                + ", was \"" + word + "\"");
    }

    Set<String> set(String key) {
        return new LinkedHashSet<>(names(key, Map.of()).keySet());
    }

    Map<String, String> tags(Map<String, String> otherwise) {
        return names("tags", otherwise);
    }

    /** A list of keys, or an object with the new name of each. */
    private Map<String, String> names(String parameter, Map<String, String> otherwise) {
        JsonNode value = params.path(parameter);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        Map<String, String> names = new LinkedHashMap<>();
        if (value instanceof ArrayNode list) {
            list.forEach(each -> names.put(named(parameter, each), named(parameter, each)));
        } else if (value instanceof ObjectNode object) {
            object.properties().forEach(each -> names.put(each.getKey(), named(parameter, each.getValue())));
        } else {
            throw new AggregateException(
                    "parameter " + parameter + " must be a list of keys, or an object with the new name of each key");
        }
        return distinct(parameter, names);
    }

    private static Map<String, String> distinct(String parameter, Map<String, String> names) {
        if (new LinkedHashSet<>(names.values()).size() < names.size()) {
            throw new AggregateException("parameter " + parameter + " gives one name to several keys");
        }
        return names;
    }

    private static String named(String parameter, JsonNode value) {
        if (!value.isTextual()) {
            throw new AggregateException("parameter " + parameter + " must hold texts, was " + value);
        }
        ReadingRules.checkName(parameter, value.textValue());
        return value.textValue();
    }

    /** A list of keys, or an object with a new name or {@code {"name", "type"}} for each. */
    Map<String, FieldRule> fields() {
        JsonNode value = params.path("fields");
        Map<String, FieldRule> rules = new LinkedHashMap<>();
        if (value instanceof ObjectNode object) {
            object.properties().forEach(each -> rules.put(each.getKey(), rule(each.getKey(), each.getValue())));
            Map<String, String> names = new LinkedHashMap<>();
            rules.forEach((key, rule) -> names.put(key, rule.name()));
            distinct("fields", names);
        } else {
            names("fields", Map.of()).keySet().forEach(key -> rules.put(key, FieldRule.usual(key)));
        }
        return rules;
    }

    private static FieldRule rule(String key, JsonNode value) {
        if (value.isTextual()) {
            return new FieldRule(named("fields", value), Value.Type.FLOAT);
        }
        if (!(value instanceof ObjectNode object)) {
            throw new AggregateException("parameter fields must hold a new name, or {\"name\", \"type\"}, for " + key);
        }
        onlyOf("fields", key, object, OF_A_FIELD);
        return new FieldRule(
                object.has("name") ? named("fields", object.get("name")) : key,
                object.has("type")
                        ? choice("fields." + key + ".type", object.get("type").asText(), Value.Type.class)
                        : Value.Type.FLOAT);
    }

    /** An object with {@code {"scale", "offset"}} for each key. */
    Map<String, Conversion> units() {
        JsonNode value = params.path("units");
        Map<String, Conversion> conversions = new LinkedHashMap<>();
        if (!value.isMissingNode() && !value.isNull() && !value.isObject()) {
            throw new AggregateException("parameter units must be an object with {\"scale\", \"offset\"} for each key");
        }
        value.properties().forEach(each -> {
            if (!(each.getValue() instanceof ObjectNode object)) {
                throw new AggregateException("parameter units must hold {\"scale\", \"offset\"} for " + each.getKey());
            }
            onlyOf("units", each.getKey(), object, OF_A_UNIT);
            conversions.put(
                    each.getKey(),
                    new Conversion(
                            number(each.getKey(), object.path("scale"), 1),
                            number(each.getKey(), object.path("offset"), 0)));
        });
        return conversions;
    }

    private static double number(String key, JsonNode value, double otherwise) {
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw new AggregateException("parameter units must hold numbers for " + key + ", was " + value);
        }
        return value.doubleValue();
    }

    private static void onlyOf(String parameter, String key, ObjectNode object, List<String> known) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new AggregateException("parameter " + parameter + " has an unknown \"" + name + "\" for " + key
                        + ", known are " + known);
            }
        });
    }
}
