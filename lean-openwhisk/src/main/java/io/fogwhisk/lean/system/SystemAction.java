package io.fogwhisk.lean.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.action.BuiltInPackage.BuiltInAction;
import io.fogwhisk.wsk.action.InProcessAction;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * An action that is a plain function of its parameters.
 *
 * @param function what it does
 */
record SystemAction(Function function) implements InProcessAction {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** What an action does. */
    @FunctionalInterface
    interface Function {

        /**
         * Runs once.
         *
         * @param params to read only
         * @param log takes a line for the activation's logs
         * @return the result, which the caller may keep
         * @throws WrongInput if the parameters are not what it needs
         */
        ObjectNode apply(ObjectNode params, ActivationContext context, Consumer<String> log);
    }

    /** The parameters are not what an action needs; the message is its result. */
    static final class WrongInput extends RuntimeException {

        WrongInput(String message) {
            super(message);
        }

        /** What a script says when it asks something that is not there for one of its fields. */
        static WrongInput noField(JsonNode value, String field) {
            String what = value.isMissingNode() ? "undefined" : "null";
            return new WrongInput("An error has occurred: TypeError: Cannot read properties of " + what + " (reading '"
                    + field + "')");
        }

        /** What a script says when it calls something that is no function. */
        static WrongInput noFunction(String expression) {
            return new WrongInput("An error has occurred: TypeError: " + expression + " is not a function");
        }
    }

    /**
     * An action with what is told of it.
     *
     * @param annotations a JSON object
     */
    static BuiltInAction of(String name, String annotations, Function function) {
        List<KeyValue> values = new ArrayList<>();
        json(annotations).properties().forEach(entry -> values.add(new KeyValue(entry.getKey(), entry.getValue())));
        return new BuiltInAction(name, values, new SystemAction(function));
    }

    /** An empty object. */
    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + text, e);
        }
    }

    @Override
    public CompletionStage<JsonObject> run(JsonObject params, ActivationContext context) {
        return run(params, context, line -> {});
    }

    @Override
    public CompletionStage<JsonObject> run(JsonObject params, ActivationContext context, Consumer<String> log) {
        try {
            return CompletableFuture.completedFuture(JsonObject.adopt(function.apply(params.tree(), context, log)));
        } catch (WrongInput e) {
            return CompletableFuture.completedFuture(JsonObject.adopt(object().put("error", e.getMessage())));
        }
    }
}
