package io.fogwhisk.lean.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.system.SystemAction.WrongInput;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.model.KeyValue;
import java.util.List;
import java.util.function.Consumer;

/** First actions to try. */
final class SamplesPackage {

    private SamplesPackage() {}

    /** The package. */
    static BuiltInPackage of() {
        return new BuiltInPackage(
                "samples",
                List.of(),
                List.of(new KeyValue(
                        "description",
                        JsonNodeFactory.instance.textNode(
                                "A suite of simple actions to help you get started with OpenWhisk"))),
                List.of(
                        SystemAction.of("helloWorld", HELLO_WORLD, (params, context, log) -> helloWorld(params, log)),
                        SystemAction.of("greeting", GREETING, (params, context, log) -> greeting(params, log)),
                        SystemAction.of("wordCount", WORD_COUNT, (params, context, log) -> wordCount(params, log))));
    }

    private static final String HELLO_WORLD = """
            {"description": "Demonstrates logging facilities",
             "parameters": [
               {"name": "payload", "required": false, "description": "The string to be included in the log record"}],
             "sampleInput": {"payload": "Cat"},
             "sampleOutput": {}}""";

    private static final String GREETING = """
            {"description": "Returns a friendly greeting",
             "parameters": [
               {"name": "name", "required": false},
               {"name": "place", "required": false, "description": "The string to be included in the return value"}],
             "sampleInput": {"payload": "Cat", "place": "Narrowsburg"},
             "sampleOutput": {"payload": "Hello, Cat from Narrowsburg!"}}""";

    private static final String WORD_COUNT = """
            {"description": "Count words in a string",
             "parameters": [{"name": "payload", "required": true, "description": "A string"}],
             "sampleInput": {"payload": "Five fuzzy felines"},
             "sampleOutput": {"count": 3}}""";

    private static ObjectNode helloWorld(ObjectNode params, Consumer<String> log) {
        log.accept("hello " + ScriptValue.text(params.path("payload")) + "!");
        return SystemAction.object();
    }

    private static ObjectNode greeting(ObjectNode params, Consumer<String> log) {
        log.accept("params: " + params);
        String name = firstOf("stranger", params.path("name"), params.path("payload"));
        String place = firstOf("somewhere", params.path("place"));
        return SystemAction.object().put("payload", "Hello, " + name + " from " + place + "!");
    }

    private static ObjectNode wordCount(ObjectNode params, Consumer<String> log) {
        JsonNode payload = params.path("payload");
        if (payload.isMissingNode() || payload.isNull()) {
            throw WrongInput.noField(payload, "toString");
        }
        String text = ScriptValue.text(payload);
        long count = text.chars().filter(character -> character == ' ').count() + 1;
        log.accept("The message '" + text + "' has " + count + " words");
        return SystemAction.object().put("count", count);
    }

    private static String firstOf(String otherwise, JsonNode... values) {
        for (JsonNode value : values) {
            if (ScriptValue.truthy(value)) {
                return ScriptValue.text(value);
            }
        }
        return otherwise;
    }
}
