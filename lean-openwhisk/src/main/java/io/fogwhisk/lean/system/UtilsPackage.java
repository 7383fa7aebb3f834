package io.fogwhisk.lean.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.system.SystemAction.WrongInput;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.model.KeyValue;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Small actions to build sequences of. */
final class UtilsPackage {

    private static final Pattern LINE_END = Pattern.compile("\r?\n");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final IdentitySource identities;
    private final Clock clock;

    private UtilsPackage(IdentitySource identities, Clock clock) {
        this.identities = identities;
        this.clock = clock;
    }

    /** The package. */
    static BuiltInPackage of(IdentitySource identities, Clock clock) {
        UtilsPackage utils = new UtilsPackage(identities, clock);
        return new BuiltInPackage(
                "utils",
                List.of(),
                List.of(new KeyValue(
                        "description",
                        JsonNodeFactory.instance.textNode("Building blocks that format and assemble data"))),
                List.of(
                        SystemAction.of("echo", ECHO, (params, context, log) -> params.deepCopy()),
                        SystemAction.of("cat", CAT, (params, context, log) -> cat(params, log)),
                        SystemAction.of("smash", SMASH, (params, context, log) -> smash(params)),
                        SystemAction.of("split", SPLIT, (params, context, log) -> split(params, log)),
                        SystemAction.of("sort", SORT, (params, context, log) -> sort(params, log)),
                        SystemAction.of("head", HEAD, (params, context, log) -> head(params, log)),
                        SystemAction.of("date", DATE_NOW, (params, context, log) -> utils.date(log)),
                        SystemAction.of("namespace", NAMESPACE, (params, context, log) -> utils.namespace(context))));
    }

    private static final String ECHO = """
            {"description": "Returns the input",
             "parameters": [{"name": "payload", "required": false, "description": "Any JSON entity"}],
             "sampleInput": {"payload": "Five fuzzy felines"},
             "sampleOutput": {"payload": "Five fuzzy felines"}}""";

    private static final String CAT = """
            {"description": "Concatenates input into a string",
             "parameters": [
               {"name": "lines", "required": true, "type": "array", "description": "An array of strings or numbers"}],
             "sampleInput": {"lines": [4, 2, 3]},
             "sampleOutput": {"lines": [4, 2, 3], "payload": "4\\n2\\n3"}}""";

    private static final String SMASH = """
            {"description": "Nests all properties under given property",
             "parameters": [{"name": "$fieldName", "required": true, "type": "string",
               "description": "Name of property to nest object under"}],
             "sampleInput": {"a": 1, "b": {"c": 2, "d": 3}, "$fieldName": "p"},
             "sampleOutput": {"p": {"a": 1, "b": {"c": 2, "d": 3}}}}""";

    private static final String SPLIT = """
            {"description": "Split a string into an array",
             "parameters": [
               {"name": "payload", "required": true, "description": "A string"},
               {"name": "separator", "required": false, "description": "The text to use for splitting the string"}],
             "sampleInput": {"payload": "one,two,three", "separator": ","},
             "sampleOutput": {"lines": ["one", "two", "three"], "payload": "one,two,three"}}""";

    private static final String SORT = """
            {"description": "Sorts an array",
             "parameters": [{"name": "lines", "required": true, "type": "array", "description": "An array of strings"}],
             "sampleInput": {"lines": [4, 2, 3]},
             "sampleOutput": {"lines": [2, 3, 4], "length": 3}}""";

    private static final String HEAD = """
            {"description": "Extract prefix of an array",
             "parameters": [
               {"name": "lines", "required": true, "type": "array", "description": "An array of strings"},
               {"name": "num", "required": false, "type": "integer", "description": "The length of the prefix"}],
             "sampleInput": {"lines": [4, 2, 3], "num": 2},
             "sampleOutput": {"lines": [4, 2], "num": 2}}""";

    private static final String DATE_NOW = """
            {"description": "Current date and time",
             "sampleOutput": {"date": "2016-03-22T00:59:55.961Z"}}""";

    private static final String NAMESPACE = """
            {"description": "Returns namespace for the authorization key used to invoke this action",
             "sampleOutput": {"namespace": "guest"}}""";

    private static ObjectNode cat(ObjectNode params, Consumer<String> log) {
        ObjectNode result = SystemAction.object();
        ArrayNode lines = lines(params, "join");
        result.set("lines", lines);
        result.put("payload", ScriptValue.join(lines, "\n"));
        log.accept("cat: returning " + result);
        return result;
    }

    private static ObjectNode smash(ObjectNode params) {
        JsonNode parent = params.path("$fieldName");
        if (!parent.isTextual()) {
            throw new WrongInput("Expected an argument '$fieldName' of type 'string'.");
        }
        ObjectNode nested = params.deepCopy();
        nested.remove("$fieldName");
        ObjectNode result = SystemAction.object();
        result.set(parent.textValue(), nested);
        return result;
    }

    private static ObjectNode split(ObjectNode params, Consumer<String> log) {
        JsonNode payload = params.path("payload");
        if (payload.isMissingNode() || payload.isNull()) {
            throw WrongInput.noField(payload, "toString");
        }
        JsonNode separator = params.path("separator");
        Pattern pattern =
                ScriptValue.truthy(separator) ? Pattern.compile(Pattern.quote(ScriptValue.text(separator))) : LINE_END;
        ObjectNode result = SystemAction.object();
        ArrayNode lines = result.putArray("lines");
        for (String line : pattern.split(ScriptValue.text(payload), -1)) {
            lines.add(line);
        }
        result.set("payload", payload);
        log.accept("split: returning " + result);
        return result;
    }

    private static ObjectNode sort(ObjectNode params, Consumer<String> log) {
        ArrayNode lines = lines(params, "sort");
        log.accept("sort input msg: " + params);
        log.accept("sort before: " + ScriptValue.text(lines));
        List<JsonNode> sorted = new ArrayList<>();
        lines.forEach(sorted::add);
        sorted.sort(Comparator.comparing(ScriptValue::text));
        ArrayNode result = JsonNodeFactory.instance.arrayNode().addAll(sorted);
        log.accept("sort after: " + ScriptValue.text(result));
        ObjectNode answer = SystemAction.object();
        answer.set("lines", result);
        return answer.put("length", result.size());
    }

    private static ObjectNode head(ObjectNode params, Consumer<String> log) {
        JsonNode num =
                ScriptValue.truthy(params.path("num")) ? params.path("num") : JsonNodeFactory.instance.numberNode(1);
        JsonNode lines = params.path("lines");
        ObjectNode result = SystemAction.object();
        if (lines.isTextual() && ScriptValue.truthy(lines)) {
            String text = lines.textValue();
            result.put("lines", text.substring(0, ScriptValue.end(num, text.length())));
        } else {
            ArrayNode all = lines(params, "slice");
            ArrayNode first = result.putArray("lines");
            int end = ScriptValue.end(num, all.size());
            for (int i = 0; i < end; i++) {
                first.add(all.get(i));
            }
        }
        result.set("num", num);
        log.accept("head get first " + ScriptValue.text(num) + " lines of " + ScriptValue.text(lines) + ": "
                + ScriptValue.text(result.path("lines")));
        return result;
    }

    private ObjectNode date(Consumer<String> log) {
        Instant now = clock.instant();
        log.accept("It is now " + now);
        return SystemAction.object().put("date", DATE.format(now));
    }

    private ObjectNode namespace(ActivationContext context) {
        Identity identity = identities.byKey(context.key());
        return identity == null ? SystemAction.object() : SystemAction.object().put("namespace", identity.namespace());
    }

    /** The array to work on; nothing counts as an empty one. */
    private static ArrayNode lines(ObjectNode params, String function) {
        JsonNode lines = params.path("lines");
        if (!ScriptValue.truthy(lines)) {
            return JsonNodeFactory.instance.arrayNode();
        }
        if (!lines.isArray()) {
            throw WrongInput.noFunction("lines." + function);
        }
        return (ArrayNode) lines;
    }
}
