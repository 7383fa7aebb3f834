package io.fogwhisk.lean.invoker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an action takes and returns: a JSON object, or an array that one action hands to the next. Immutable. */
final class Value {

    private final @Nullable JsonObject object;
    private final @Nullable ArrayNode array;
    private final String arrayText;

    private Value(@Nullable JsonObject object, @Nullable ArrayNode array, String arrayText) {
        this.object = object;
        this.array = array;
        this.arrayText = arrayText;
    }

    static Value of(JsonObject object) {
        return new Value(object, null, "");
    }

    /** {@code {"error": message}}. */
    static Value error(String message) {
        return of(JsonObject.adopt(JsonNodeFactory.instance.objectNode().put("error", message)));
    }

    /** The result in a record. */
    static Value of(Finished finished) {
        return finished.activation().result() instanceof ArrayNode array
                ? new Value(null, array, finished.resultText())
                : of(JsonObject.trusted(finished.resultText()));
    }

    /**
     * Reads a text.
     *
     * @throws WskException if it is neither an object nor an array
     */
    static Value parse(String text) {
        JsonNode node = JsonObject.readTree(text);
        if (node instanceof ArrayNode array) {
            return new Value(null, array, text);
        }
        if (node instanceof ObjectNode tree) {
            return of(JsonObject.adopt(tree));
        }
        throw new WskException("JSON object or array expected");
    }

    /** The object, or empty if it is an array. */
    Optional<JsonObject> object() {
        return Optional.ofNullable(object);
    }

    String text() {
        return object == null ? arrayText : object.text();
    }

    JsonNode node() {
        if (object != null) {
            return object.tree();
        }
        return array == null ? JsonNodeFactory.instance.arrayNode() : array;
    }

    /** This value without some fields; an array comes as it is. */
    Value without(Set<String> fields) {
        if (object == null || fields.stream().noneMatch(object.tree()::has)) {
            return this;
        }
        ObjectNode rest = object.copy();
        rest.remove(fields);
        return of(JsonObject.adopt(rest));
    }

    /** This value over an action's own parameters; an array comes as it is. */
    Value over(JsonObject params) {
        return object == null ? this : of(params.merge(object));
    }
}
