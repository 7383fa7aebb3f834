package io.fogwhisk.feed.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.FeedSpec;
import io.fogwhisk.feed.registry.IntervalSpec;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.OnceSpec;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * Feeds in the layouts of the public feed providers: the documents of {@code topic_listeners} and those of the alarms
 * package. What our feeds can beyond these are further fields. No document of ours holds a key: each site has its own.
 */
final class FeedDocuments {

    private static final int DEEPEST = 100;
    private static final String TRIGGER = "trigger";
    private static final String NAMESPACE = "namespace";
    private static final String NAME = "name";
    private static final String STATUS = "status";
    private static final String ACTIVE = "active";
    // The parameter is called status, as the object that says whether the feed is active.
    private static final String STATUS_MESSAGES = "statusMessages";
    private static final String PAYLOAD = "payload";
    private static final String TRIGGER_PAYLOAD = "trigger_payload";
    private static final String MAX_TRIGGERS = "maxTriggers";
    private static final int UNLIMITED = -1;

    // What the providers keep beside the parameters: whose the trigger is, and what is theirs alone.
    private static final List<String> NOT_PARAMETERS = List.of(
            TRIGGER,
            NAMESPACE,
            NAME,
            "username",
            "password",
            "apikey",
            "authKey",
            "worker",
            "uri",
            "triggerID",
            "triggersLeft",
            "monitor");

    private FeedDocuments() {}

    /**
     * What a document declares.
     *
     * @param trigger with its namespace
     * @param kind of the feed
     * @param parameters as a feed action sends them
     * @param active whether it is to fire
     */
    record Declared(QualifiedName trigger, String kind, ObjectNode parameters, boolean active) {}

    /** The id of a feed's document. */
    static String id(QualifiedName trigger) {
        return trigger.namespace() + "/" + trigger.name();
    }

    /** Writes a feed. */
    static ObjectNode write(QualifiedName trigger, FeedSpec spec, boolean active, Instant changed) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode parameters = spec.toJson();
        if (spec.kind().equals(MqttSpec.KIND)) {
            json.put(TRIGGER, id(trigger));
            rename(parameters, STATUS, STATUS_MESSAGES);
        } else {
            rename(parameters, TRIGGER_PAYLOAD, PAYLOAD);
            if (!parameters.has(MAX_TRIGGERS)) {
                parameters.put(MAX_TRIGGERS, UNLIMITED);
            }
        }
        json.put(NAMESPACE, trigger.namespace()).put(NAME, trigger.name());
        json.setAll(parameters);
        json.putObject(STATUS).put(ACTIVE, active).put("dateChanged", changed.toEpochMilli());
        return json;
    }

    /**
     * Reads a document, ours or that of a public feed provider.
     *
     * @throws FeedException if it names no trigger, or a field has a wrong form
     */
    static Declared read(FeedFamily family, String id, ObjectNode body) {
        checkDepth(body);
        QualifiedName trigger = trigger(id, body);
        ObjectNode parameters = body.deepCopy();
        parameters.remove(NOT_PARAMETERS);
        boolean active = true;
        if (body.path(STATUS) instanceof ObjectNode status) {
            parameters.remove(STATUS);
            JsonNode flag = status.path(ACTIVE);
            if (!flag.isMissingNode() && !flag.isBoolean()) {
                throw new FeedException("field 'status.active' must be true or false, was " + flag.getNodeType());
            }
            active = flag.asBoolean(true);
        }
        if (family == FeedFamily.MQTT) {
            rename(parameters, STATUS_MESSAGES, STATUS);
            return new Declared(trigger, MqttSpec.KIND, parameters, active);
        }
        rename(parameters, PAYLOAD, TRIGGER_PAYLOAD);
        String kind = parameters.hasNonNull("date")
                ? OnceSpec.KIND
                : parameters.hasNonNull("minutes") ? IntervalSpec.KIND : AlarmSpec.KIND;
        return new Declared(trigger, kind, parameters, active);
    }

    /**
     * The trigger that a document is about, from its fields or else from its id, which may begin with a key.
     *
     * @throws FeedException if there is none
     */
    static QualifiedName trigger(String id, ObjectNode body) {
        if (body.hasNonNull(TRIGGER)) {
            String[] parts = text(body, TRIGGER).replaceFirst("^/", "").split("/", -1);
            if (parts.length != 2) {
                throw new FeedException("field 'trigger' must be namespace/name");
            }
            return named(parts[0], parts[1]);
        }
        if (body.hasNonNull(NAMESPACE) && body.hasNonNull(NAME)) {
            return named(text(body, NAMESPACE), text(body, NAME));
        }
        String[] parts = id.split(id.contains("/") ? "/" : ":", -1);
        if (parts.length < 2) {
            throw new FeedException("the document names no trigger: fields 'namespace' and 'name' are missing");
        }
        return named(parts[parts.length - 2], parts[parts.length - 1]);
    }

    private static QualifiedName named(String namespace, String name) {
        if (namespace.equals(QualifiedName.DEFAULT_NAMESPACE)) {
            throw new FeedException("field 'namespace' must name a namespace, was '_'");
        }
        return QualifiedName.of(namespace, name);
    }

    private static String text(ObjectNode body, String field) {
        JsonNode value = body.path(field);
        if (!value.isTextual()) {
            throw new FeedException("field '" + field + "' must be a text, was " + value.getNodeType());
        }
        return value.asText();
    }

    private static void rename(ObjectNode json, String from, String to) {
        JsonNode value = json.remove(from);
        if (value != null) {
            json.set(to, value);
        }
    }

    /** Without recursion: that is what a document that goes too deep would break. */
    private static void checkDepth(ObjectNode body) {
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            Deque<JsonNode> level = new ArrayDeque<>(List.of(field.getValue()));
            for (int depth = 1; !level.isEmpty(); depth++) {
                if (depth > DEEPEST) {
                    throw new FeedException(
                            "field '" + field.getKey() + "' is nested deeper than " + DEEPEST + " levels");
                }
                Deque<JsonNode> next = new ArrayDeque<>();
                level.forEach(node -> node.forEach(next::add));
                level = next;
            }
        }
    }
}
