package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.wsk.WskException;
import java.util.Objects;
import java.util.Optional;

/** The code of an action: the text itself, or where a store keeps it. */
public sealed interface ActionCode {

    /** As OpenWhisk writes it: a string, or an attachment object. */
    JsonNode toJson();

    /**
     * Code at hand.
     *
     * @param text source, or base64 of an archive
     */
    record Inline(String text) implements ActionCode {

        /** Checks for null. */
        public Inline {
            Objects.requireNonNull(text, "text is null");
        }

        @Override
        public JsonNode toJson() {
            return JsonNodeFactory.instance.textNode(text);
        }
    }

    /**
     * Code that a store keeps apart from the action, as it may be long.
     *
     * @param digest {@code sha256-} and the hexadecimal SHA-256 of the text, which is also its name in the store
     * @param length of the text in characters
     */
    record Attachment(String digest, int length) implements ActionCode {

        /** Checks for null and the range. */
        public Attachment {
            Objects.requireNonNull(digest, "digest is null");
            if (length < 0) {
                throw new WskException("the length of an attachment must be 0 or more, was " + length);
            }
        }

        @Override
        public JsonNode toJson() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("attachmentName", digest)
                    .put("digest", digest)
                    .put("length", length);
        }
    }

    /** Reads what {@link #toJson} writes; empty if it is neither a string nor an attachment object. */
    static Optional<ActionCode> fromJson(JsonNode json) {
        if (json.isTextual()) {
            return Optional.of(new Inline(json.textValue()));
        }
        return json.path("digest").isTextual()
                ? Optional.of(new Attachment(
                        json.path("digest").textValue(), json.path("length").asInt()))
                : Optional.empty();
    }
}
