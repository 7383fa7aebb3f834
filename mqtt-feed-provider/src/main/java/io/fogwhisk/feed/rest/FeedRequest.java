package io.fogwhisk.feed.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Optional;

/** Reads what a request says about the trigger and its owner. */
final class FeedRequest {

    private FeedRequest() {}

    /** The trigger of a body: {@code triggerName} or {@code trigger}. */
    static QualifiedName trigger(ObjectNode body) {
        String name = body.path("triggerName").asText(body.path("trigger").asText(""));
        if (name.isEmpty()) {
            throw new FeedException("no trigger name parameter was provided");
        }
        QualifiedName trigger = QualifiedName.parse(name);
        if (trigger.packageName().isEmpty()) {
            return trigger;
        }
        throw new FeedException("trigger '" + name + "' must have the form /namespace/name");
    }

    /**
     * The key of a request: {@code authKey}, or {@code username} and {@code password} as its two halves, or the header
     * {@code Authorization} (empty if there is none).
     */
    static Optional<AuthKey> key(ObjectNode body, String header) {
        JsonNode key = body.path("authKey");
        if (key.isTextual()) {
            return Optional.of(AuthKey.parse(key.asText()));
        }
        if (body.path("username").isTextual() && body.path("password").isTextual()) {
            return Optional.of(AuthKey.parse(
                    body.path("username").asText() + ":" + body.path("password").asText()));
        }
        return header.isEmpty() ? Optional.empty() : Optional.of(AuthKey.fromBasicHeader(header));
    }
}
