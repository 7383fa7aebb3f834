package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import java.util.Objects;

/**
 * A feed of the messages of a topic.
 *
 * @param broker to subscribe at
 * @param topic which messages
 * @param qos 0, 1 or 2
 */
public record MqttSpec(Broker broker, TopicFilter topic, int qos) implements FeedSpec {

    /** What {@link #kind} says. */
    public static final String KIND = "mqtt";

    private static final int DEFAULT_QOS = 1;

    /** Checks the range of the QoS. */
    public MqttSpec {
        Objects.requireNonNull(broker, "broker is null");
        Objects.requireNonNull(topic, "topic is null");
        if (qos < 0 || qos > 2) {
            throw new FeedException("qos must be 0, 1 or 2, was " + qos);
        }
    }

    /**
     * Reads {@code {url, topic[, qos]}}.
     *
     * @throws FeedException if a parameter is missing or wrong
     */
    public static MqttSpec of(ObjectNode json) {
        JsonNode qos = json.path("qos");
        if (!qos.isMissingNode() && !qos.isNull() && !qos.canConvertToExactIntegral()) {
            throw new FeedException("qos must be 0, 1 or 2, was " + qos);
        }
        return new MqttSpec(
                Broker.parse(text(json, "url")),
                TopicFilter.parse(text(json, "topic")),
                qos.isNumber() ? qos.asInt() : DEFAULT_QOS);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public ObjectNode toJson() {
        return json(broker.reveal());
    }

    @Override
    public ObjectNode shown() {
        return json(broker.toString());
    }

    private ObjectNode json(String url) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("url", url)
                .put("topic", topic.text())
                .put("qos", qos);
    }

    private static String text(ObjectNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isTextual() || value.asText().isEmpty()) {
            throw new FeedException("mqtt trigger feed is missing the " + key + " parameter: give url and topic");
        }
        return value.asText();
    }
}
