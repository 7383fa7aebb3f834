package io.fogwhisk.lean.parameters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands for <code>${site.…}</code> in the texts of a value. A text that is nothing but one variable becomes its
 * value, whatever that is; <code>$${site.…}</code> stays a text, with one dollar sign less. Immutable.
 */
final class Variables {

    private static final Pattern VARIABLE = Pattern.compile("\\$?\\$\\{(site\\.[A-Za-z0-9._-]+)}");

    private final Map<String, SiteValue> values;

    Variables(Map<String, SiteValue> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * A value with its variables replaced.
     *
     * @param secret whether a secret is in it
     * @param unknown the variables that the site does not have; they stay as they are
     */
    record Replaced(JsonNode value, boolean secret, Set<String> unknown) {}

    /**
     * Replaces them.
     *
     * @param trusted whether secrets may come in; else the site does not have them
     */
    Replaced replace(JsonNode value, boolean trusted) {
        Walk walk = new Walk(trusted);
        JsonNode replaced = walk.replace(value);
        return new Replaced(replaced, walk.secret, walk.unknown);
    }

    private final class Walk {
        private final Set<String> unknown = new TreeSet<>();
        private final boolean trusted;
        private boolean secret;

        Walk(boolean trusted) {
            this.trusted = trusted;
        }

        JsonNode replace(JsonNode value) {
            if (value.isTextual()) {
                return value.textValue().contains("${site.") ? text(value.textValue()) : value;
            }
            if (value.isObject()) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                value.properties().forEach(entry -> object.set(entry.getKey(), replace(entry.getValue())));
                return object;
            }
            if (value.isArray()) {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                value.forEach(each -> array.add(replace(each)));
                return array;
            }
            return value;
        }

        private JsonNode text(String text) {
            Matcher whole = VARIABLE.matcher(text);
            if (whole.matches() && !text.startsWith("$$")) {
                SiteValue value = find(whole.group(1));
                return value == null ? JsonNodeFactory.instance.textNode(text) : value.value();
            }
            Matcher each = VARIABLE.matcher(text);
            return JsonNodeFactory.instance.textNode(each.replaceAll(match -> {
                if (match.group().startsWith("$$")) {
                    return Matcher.quoteReplacement(match.group().substring(1));
                }
                SiteValue value = find(match.group(1));
                return Matcher.quoteReplacement(value == null ? match.group() : plain(value.value()));
            }));
        }

        private @Nullable SiteValue find(String name) {
            SiteValue value = values.get(name);
            if (value == null || (value.secret() && !trusted)) {
                unknown.add(name);
                return null;
            }
            secret |= value.secret();
            return value;
        }

        private static String plain(JsonNode value) {
            return value.isTextual() ? value.textValue() : value.toString();
        }
    }
}
