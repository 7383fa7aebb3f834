package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import java.util.List;
import java.util.Objects;

/**
 * A feed whose parameters name variables of sites, <code>${site.…}</code>: a centre records it, and it runs where the
 * variables are known. What is wrong with its other parameters, the site says that can't run it.
 *
 * @param kind as {@link FeedSpec#kind}
 * @param parameters as they were given; nobody changes them any more
 */
public record OpenSpec(String kind, ObjectNode parameters) implements FeedSpec {

    private static final String VARIABLE = "${site.";
    private static final List<String> NOT_THE_FEEDS =
            List.of("authKey", "username", "password", "trigger", "triggerName", "namespace", "lifecycleEvent");

    /** Checks the kind. */
    public OpenSpec {
        Objects.requireNonNull(parameters, "parameters is null");
        if (!kind.equals(MqttSpec.KIND) && !AlarmSpec.KINDS.contains(kind)) {
            throw new FeedException("feed kind '" + kind + "' is unknown");
        }
    }

    /**
     * Keeps the parameters of a request, without those that say whose feed it is.
     *
     * @throws FeedException if the kind is unknown
     */
    static OpenSpec of(String kind, ObjectNode json) {
        ObjectNode parameters = json.deepCopy();
        parameters.remove(NOT_THE_FEEDS);
        return new OpenSpec(kind, parameters);
    }

    /** These parameters with others in their place. */
    public FeedSpec with(ObjectNode given) {
        ObjectNode merged = toJson();
        if (given.has("topic") || given.has("topics")) {
            merged.remove(List.of("topic", "topics"));
        }
        merged.setAll(given);
        merged.remove(NOT_THE_FEEDS);
        return FeedSpec.recorded(kind, merged);
    }

    /** Whether parameters name a variable. */
    static boolean isOpen(JsonNode parameters) {
        if (parameters.isTextual()) {
            return parameters.textValue().contains(VARIABLE);
        }
        for (JsonNode each : parameters) {
            if (isOpen(each)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public ObjectNode toJson() {
        return parameters.deepCopy();
    }

    @Override
    public ObjectNode shown() {
        ObjectNode json = toJson();
        JsonNode url = json.path("url");
        if (url.isTextual()) {
            json.put("url", url.textValue().replaceFirst("//[^@/]*@", "//***@"));
        }
        return json;
    }

    @Override
    public String toString() {
        return "OpenSpec[kind=" + kind + "]";
    }
}
