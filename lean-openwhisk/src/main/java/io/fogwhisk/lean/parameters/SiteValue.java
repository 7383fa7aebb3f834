package io.fogwhisk.lean.parameters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Objects;

/**
 * A value that a site gives. Its text form hides a secret.
 *
 * @param value any JSON; must not be changed by who reads it
 * @param secret whether it may never be shown
 */
public record SiteValue(JsonNode value, boolean secret) {

    /** Checks for null. */
    public SiteValue {
        Objects.requireNonNull(value, "value is null");
    }

    /** A text that everybody may see. */
    public static SiteValue shown(String text) {
        return new SiteValue(JsonNodeFactory.instance.textNode(text), false);
    }

    /** A text that nobody may see. */
    public static SiteValue secret(String text) {
        return new SiteValue(JsonNodeFactory.instance.textNode(text), true);
    }

    @Override
    public String toString() {
        return secret ? "***" : value.toString();
    }
}
