package io.fogwhisk.feed.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The properties of a message as JSON, as triggers get them and as they are stored: {@code {"user":[{"name":…,
 * "value":…}],"contentType":…,"responseTopic":…,"correlationData":"<Base64>","expiry":<seconds>}}, each only if there is
 * one.
 */
public final class PropertiesJson {

    private static final String USER = "user";
    private static final String CONTENT_TYPE = "contentType";
    private static final String RESPONSE_TOPIC = "responseTopic";
    private static final String CORRELATION_DATA = "correlationData";
    private static final String EXPIRY = "expiry";
    private static final String NAME = "name";
    private static final String VALUE = "value";

    private PropertiesJson() {}

    /** The text of properties. */
    public static String write(MessageProperties properties) {
        if (properties.isEmpty()) {
            return "{}";
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (!properties.user().isEmpty()) {
            ArrayNode list = json.putArray(USER);
            properties
                    .user()
                    .forEach(pair -> list.addObject().put(NAME, pair.name()).put(VALUE, pair.value()));
        }
        properties.contentType().ifPresent(type -> json.put(CONTENT_TYPE, type));
        properties.responseTopic().ifPresent(topic -> json.put(RESPONSE_TOPIC, topic));
        properties
                .correlationData()
                .ifPresent(
                        data -> json.put(CORRELATION_DATA, Base64.getEncoder().encodeToString(data)));
        properties.expirySeconds().ifPresent(seconds -> json.put(EXPIRY, seconds));
        return JsonObject.adopt(json).text();
    }

    /** The properties of a text that {@link #write} made. */
    public static MessageProperties read(String text) {
        if (text.equals("{}")) {
            return MessageProperties.EMPTY;
        }
        ObjectNode json = JsonObject.parse(text).tree();
        List<MessageProperties.Pair> user = new ArrayList<>();
        for (JsonNode pair : json.path(USER)) {
            user.add(new MessageProperties.Pair(
                    pair.path(NAME).asText(), pair.path(VALUE).asText()));
        }
        return new MessageProperties(
                user,
                text(json, CONTENT_TYPE),
                text(json, RESPONSE_TOPIC),
                text(json, CORRELATION_DATA).map(Base64.getDecoder()::decode),
                json.has(EXPIRY) ? OptionalLong.of(json.path(EXPIRY).asLong()) : OptionalLong.empty());
    }

    private static Optional<String> text(ObjectNode json, String key) {
        return json.has(key) ? Optional.of(json.path(key).asText()) : Optional.empty();
    }
}
