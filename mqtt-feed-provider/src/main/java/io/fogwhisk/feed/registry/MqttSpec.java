package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A feed of the messages of some topics.
 *
 * @param broker to subscribe at
 * @param topics which messages, at least one filter; a message that several match fires once
 * @param qos 0, 1 or 2
 * @param format what the trigger gets of a message
 * @param ordered whether the messages of a topic are fired one after the other, in the order of their arrival
 * @param sequence how to count what is missing; empty for not at all
 */
public record MqttSpec(
        Broker broker,
        List<TopicFilter> topics,
        int qos,
        PayloadFormat format,
        boolean ordered,
        Optional<SequenceSpec> sequence)
        implements FeedSpec {

    /** What {@link #kind} says. */
    public static final String KIND = "mqtt";

    private static final int DEFAULT_QOS = 1;
    private static final int MAX_TOPICS = 1_000;
    private static final String TOPIC = "topic";
    private static final String TOPICS = "topics";
    private static final String ORDERED = "ordered";

    /** Checks the ranges and copies the list. */
    public MqttSpec {
        Objects.requireNonNull(broker, "broker is null");
        Objects.requireNonNull(format, "format is null");
        Objects.requireNonNull(sequence, "sequence is null");
        topics = List.copyOf(topics);
        if (topics.isEmpty() || topics.size() > MAX_TOPICS) {
            throw new FeedException("a feed has 1 to " + MAX_TOPICS + " topics, was given " + topics.size());
        }
        if (qos < 0 || qos > 2) {
            throw new FeedException("qos must be 0, 1 or 2, was " + qos);
        }
    }

    /** The messages of some topics, with nothing counted. */
    public MqttSpec(Broker broker, List<TopicFilter> topics, int qos, PayloadFormat format, boolean ordered) {
        this(broker, topics, qos, format, ordered, Optional.empty());
    }

    /** The messages of one topic filter, each fired as soon as it comes, with the payload as its text. */
    public static MqttSpec of(Broker broker, TopicFilter topic, int qos) {
        return new MqttSpec(broker, List.of(topic), qos, PayloadFormat.DEFAULT, false);
    }

    /**
     * Reads {@code {url, topic[, topics, qos, ordered, seq, seqBy]}} and what {@link PayloadFormat} takes. {@code topics} is a list;
     * commas do not separate topics, because a topic may contain them.
     *
     * @throws FeedException if a parameter is missing or wrong
     */
    public static MqttSpec of(ObjectNode json) {
        Parameters parameters = new Parameters(json);
        if (parameters.has("qos") && !json.path("qos").canConvertToExactIntegral()) {
            String text = parameters.text("qos", "");
            if (!text.matches("[0-9]{1,3}")) {
                throw new FeedException("qos must be 0, 1 or 2, was " + json.path("qos"));
            }
        }
        return new MqttSpec(
                Broker.parse(required(json, "url")),
                topics(json),
                parameters.has("qos") ? json.path("qos").asInt() : DEFAULT_QOS,
                PayloadFormat.of(parameters),
                parameters.flag(ORDERED),
                SequenceSpec.of(parameters));
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** The same messages from the broker at another address. */
    MqttSpec at(Broker now) {
        return new MqttSpec(broker.at(now), topics, qos, format, ordered, sequence);
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
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("url", url);
        if (topics.size() == 1) {
            json.put(TOPIC, topics.get(0).text());
        } else {
            ArrayNode list = json.putArray(TOPICS);
            topics.forEach(topic -> list.add(topic.text()));
        }
        json.put("qos", qos);
        format.addTo(json);
        if (ordered) {
            json.put(ORDERED, true);
        }
        sequence.ifPresent(numbers -> numbers.addTo(json));
        return json;
    }

    private static List<TopicFilter> topics(ObjectNode json) {
        JsonNode several = json.path(TOPICS);
        if (!several.isArray() && !several.isMissingNode() && !several.isNull()) {
            throw new FeedException("topics must be a list such as [\"dc/1\",\"dc/2\"], was " + several);
        }
        if (!several.isArray() || several.isEmpty()) {
            return List.of(TopicFilter.parse(required(json, TOPIC)));
        }
        List<TopicFilter> filters = new ArrayList<>();
        for (JsonNode each : several) {
            TopicFilter filter = TopicFilter.parse(each.asText());
            if (!filters.contains(filter)) {
                filters.add(filter);
            }
        }
        return filters;
    }

    private static String required(ObjectNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isTextual() || value.asText().isEmpty()) {
            // The words of the first MQTT feed actions.
            throw new FeedException("Missing mandatory feed properties, must include url and topic.");
        }
        return value.asText();
    }
}
