package io.fogwhisk.lean.queue;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.KeyValue;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes the record of an activation as {@code GET /activations/{id}} answers it, in one pass: it is the hot path. */
final class ActivationDocument {

    private static final JsonMapper MAPPER = new JsonMapper();

    private ActivationDocument() {}

    /** How many bytes a text has in UTF-8. */
    static int bytes(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit >= 0x80) {
                // Each half of a surrogate pair counts two of the pair's four.
                bytes += unit < 0x800 || Character.isSurrogate(unit) ? 1 : 2;
            }
        }
        return bytes;
    }

    static String write(Finished finished) {
        Activation activation = finished.activation();
        StringWriter text = new StringWriter(1_024);
        try (JsonGenerator json = MAPPER.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("namespace", activation.namespace());
            json.writeStringField("name", activation.name());
            json.writeStringField("version", activation.version());
            json.writeStringField("subject", activation.subject());
            json.writeStringField("activationId", activation.id().hex());
            json.writeNumberField("start", activation.start());
            if (activation.end().isPresent()) {
                long end = activation.end().getAsLong();
                json.writeNumberField("end", end);
                json.writeNumberField("duration", end - activation.start());
            }
            if (activation.cause().isPresent()) {
                json.writeStringField("cause", activation.cause().get().hex());
            }
            json.writeBooleanField("publish", false);
            json.writeArrayFieldStart("annotations");
            for (KeyValue annotation : activation.annotations()) {
                json.writeStartObject();
                json.writeStringField("key", annotation.key());
                json.writeFieldName("value");
                json.writeTree(annotation.value());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("logs");
            for (String line : activation.logs()) {
                json.writeString(line);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("response");
            json.writeStringField("status", activation.status().text());
            json.writeBooleanField("success", activation.success());
            json.writeFieldName("result");
            json.writeRawValue(finished.resultText());
            if (activation.end().isPresent()) {
                json.writeNumberField("size", bytes(finished.resultText()));
            }
            json.writeEndObject();
            json.writeEndObject();
            json.flush();
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the record of activation " + activation.id(), e);
        }
    }
}
