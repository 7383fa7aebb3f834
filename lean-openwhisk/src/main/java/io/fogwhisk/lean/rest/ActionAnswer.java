package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.WhiskAction;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.Reader;
import java.util.Map;
import java.util.Optional;

/** Answers with an action, its code included; long code goes from the disk to the client piece by piece. */
record ActionAnswer(WhiskAction action, Optional<Reader> code) implements AutoCloseable {

    private static final JsonMapper MAPPER = new JsonMapper(
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build());

    /** An action with its code as it is now, also if the action is changed before it is answered. */
    static ActionAnswer of(EntityStore entities, WhiskAction action) {
        Optional<ActionCode> code = action.exec() instanceof Exec.Code exec
                ? Optional.of(exec.code())
                : action.exec() instanceof Exec.Blackbox blackbox ? blackbox.code() : Optional.empty();
        return new ActionAnswer(
                action,
                code.filter(ActionCode.Attachment.class::isInstance)
                        .map(ActionCode.Attachment.class::cast)
                        .map(entities::codeReader));
    }

    /** Answers with the action, or with what the caller made of its JSON. */
    void write(Context context, ObjectNode json) {
        context.status(200).contentType("application/json");
        if (code.isEmpty()) {
            context.result(json.toString());
            return;
        }
        try (JsonGenerator out = MAPPER.createGenerator(context.res().getOutputStream())) {
            out.writeStartObject();
            for (Map.Entry<String, JsonNode> field : json.properties()) {
                out.writeFieldName(field.getKey());
                if (field.getKey().equals("exec")) {
                    exec(out, field.getValue(), code.get());
                } else {
                    out.writeTree(field.getValue());
                }
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new LeanException(503, "The code of " + action.name() + " could not be sent.", e);
        }
    }

    private static void exec(JsonGenerator out, JsonNode exec, Reader code) throws IOException {
        out.writeStartObject();
        for (Map.Entry<String, JsonNode> field : exec.properties()) {
            out.writeFieldName(field.getKey());
            if (field.getKey().equals("code")) {
                out.writeString(code, -1);
            } else {
                out.writeTree(field.getValue());
            }
        }
        out.writeEndObject();
    }

    @Override
    public void close() {
        try {
            if (code.isPresent()) {
                code.get().close();
            }
        } catch (IOException e) {
            throw new LeanException(503, "The code of " + action.name() + " could not be closed.", e);
        }
    }
}
