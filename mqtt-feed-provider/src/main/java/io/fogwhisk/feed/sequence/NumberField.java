package io.fogwhisk.feed.sequence;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fogwhisk.feed.registry.SequenceSpec;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the number of a message and the name of its device in the payload. */
final class NumberField {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_NAME = 256;
    private static final int MAX_DIGITS = 18;

    private NumberField() {}

    /**
     * What a message says of itself.
     *
     * @param number zero or more
     */
    record Numbered(String device, long number) {}

    /** Reads no further than it must; empty if something is missing, too long, or not what it should be. */
    static Optional<Numbered> read(String topic, byte[] payload, SequenceSpec spec) {
        @Nullable String device = spec.by().isPresent() ? null : topic;
        long number = -1;
        try (JsonParser parser = JSON.createParser(payload)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while ((device == null || number < 0) && parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals(spec.field())) {
                    number = number(parser, value);
                    if (number < 0) {
                        return Optional.empty();
                    }
                }
                if (value.isScalarValue()
                        && spec.by().isPresent()
                        && name.equals(spec.by().get())) {
                    device = parser.getText();
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // Whoever takes the message decides what that means.
            return Optional.empty();
        }
        return device == null || device.length() > MAX_NAME || number < 0
                ? Optional.empty()
                : Optional.of(new Numbered(device, number));
    }

    private static long number(JsonParser parser, JsonToken value) throws IOException {
        String text = value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_STRING ? parser.getText() : "";
        if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(text);
    }
}
