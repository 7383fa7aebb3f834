package io.fogwhisk.wsk.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskRule;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Declares entities in a namespace with the requests that {@code wsk} sends.
 *
 * <p>Threads: may be used by any; every method waits for its answers, for a bounded time.
 *
 * <p>Failure: {@link WskException} with what was asked and the server's error text.
 */
public final class WskEntities implements AutoCloseable {

    private static final Duration FEED_LIMIT = Duration.ofSeconds(65);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final RestEndpoint endpoint;
    private final AuthKey key;

    /** The collections of a namespace. */
    public enum Collection {
        /** Actions; those of packages included. */
        ACTIONS,
        /** Packages and package bindings. */
        PACKAGES,
        /** Triggers. */
        TRIGGERS,
        /** Rules. */
        RULES;

        String path() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A client; nothing is sent yet.
     *
     * @param apiHost as {@code wsk --apihost} has it: {@code http://host:port}, or {@code host} for https
     * @param key of the namespace that {@code _} means
     * @param timeout for one request; the calls of feed actions get 65 s
     */
    public WskEntities(String apiHost, AuthKey key, Duration timeout) {
        this.endpoint = new RestEndpoint("wsk-entities", ApiHost.of(apiHost), timeout);
        this.key = Objects.requireNonNull(key, "key is null");
    }

    /**
     * Creates or, with {@code overwrite}, changes a package.
     *
     * @param shared whether other namespaces may use it; empty leaves it as it is
     */
    public ObjectNode putPackage(
            String name,
            List<KeyValue> parameters,
            List<KeyValue> annotations,
            Optional<Boolean> shared,
            boolean overwrite) {
        ObjectNode body = lists(NODES.objectNode().put("namespace", "_").put("name", name), annotations, parameters);
        shared.ifPresent(publish -> body.put("publish", publish));
        return put(Collection.PACKAGES, local(name), overwrite, body);
    }

    /** Binds a package under a name of this namespace. */
    public ObjectNode bindPackage(QualifiedName provider, String name, List<KeyValue> parameters, boolean overwrite) {
        ObjectNode body = lists(NODES.objectNode(), List.of(), parameters);
        body.putObject("binding").put("namespace", provider.namespace()).put("name", provider.name());
        return put(Collection.PACKAGES, local(name), overwrite, body);
    }

    /** Creates or, with {@code overwrite}, changes an action. */
    public ObjectNode putAction(
            QualifiedName name, Exec exec, List<KeyValue> parameters, List<KeyValue> annotations, boolean overwrite) {
        ObjectNode body = NODES.objectNode().put("namespace", name.namespace()).put("name", name.name());
        ObjectNode code = exec.toJson(true);
        code.remove("binary");
        body.set("exec", code);
        return put(Collection.ACTIONS, name, overwrite, lists(body, annotations, parameters));
    }

    /** Creates or, with {@code overwrite}, changes a trigger that no feed fires. */
    public ObjectNode putTrigger(
            String name, List<KeyValue> parameters, List<KeyValue> annotations, boolean overwrite) {
        ObjectNode body = lists(NODES.objectNode().put("name", name), annotations, parameters);
        return put(Collection.TRIGGERS, local(name), overwrite, body);
    }

    /**
     * The first half of {@link #createFeedTrigger}: the trigger with its annotation, which nothing fires yet.
     *
     * @param feed the feed action
     */
    public ObjectNode putFeedTrigger(String name, QualifiedName feed, boolean overwrite) {
        KeyValue annotation = new KeyValue("feed", NODES.textNode(feed.toString()));
        return putTrigger(name, List.of(), List.of(annotation), overwrite);
    }

    /**
     * The second half of {@link #createFeedTrigger}: has the feed fire the trigger from now on.
     *
     * @param params for the feed action; they are not stored in the trigger
     * @throws WskException if the feed action failed or took too long; the trigger stays
     */
    public void subscribe(String trigger, QualifiedName feed, JsonObject params) {
        feedCall(feed, trigger, "CREATE", params);
    }

    /**
     * Creates a trigger and has a feed fire it: creates the trigger with the annotation {@code feed}, then calls the
     * feed action to subscribe. When that fails, the subscription and the trigger are deleted again.
     *
     * @param feed the feed action
     * @param params for the feed action; they are not stored in the trigger
     * @throws WskException if the trigger could not be created, or the feed action failed or took too long; then
     *     neither exists
     */
    public ObjectNode createFeedTrigger(String name, QualifiedName feed, JsonObject params) {
        ObjectNode trigger = putFeedTrigger(name, feed, false);
        try {
            subscribe(name, feed, params);
        } catch (WskException e) {
            try {
                expect("GET", RestEndpoint.path("triggers", local(name)), null);
                ask(feed, name, "DELETE", params);
                delete(Collection.TRIGGERS, local(name));
            } catch (WskException rollback) {
                e.addSuppressed(rollback);
            }
            throw e;
        }
        return trigger;
    }

    /**
     * Changes the subscription of a trigger that a feed fires.
     *
     * @param params for the feed action, over those it has
     */
    public void updateFeedTrigger(String name, QualifiedName feed, JsonObject params) {
        expect("GET", RestEndpoint.path("triggers", local(name)), null);
        feedCall(feed, name, "UPDATE", params);
    }

    /** Deletes a trigger; one that a feed fires is unsubscribed first, which may fail without keeping the trigger. */
    public ObjectNode deleteTrigger(String name) {
        ObjectNode trigger = expect("GET", RestEndpoint.path("triggers", local(name)), null);
        for (JsonNode annotation : trigger.path("annotations")) {
            if (annotation.path("key").asText().equals("feed")) {
                ask(QualifiedName.parse(annotation.path("value").asText()), name, "DELETE", JsonObject.empty());
            }
        }
        return delete(Collection.TRIGGERS, local(name))
                .orElseThrow(() -> new WskException("DELETE triggers/" + name + ": somebody else deleted it"));
    }

    /** Creates or, with {@code overwrite}, changes a rule; a new rule is active. */
    public ObjectNode putRule(String name, QualifiedName trigger, QualifiedName action, boolean overwrite) {
        ObjectNode body = NODES.objectNode().put("name", name).put("status", "");
        body.put("trigger", trigger.toString()).put("action", action.toString());
        return put(Collection.RULES, local(name), overwrite, body);
    }

    /** Enables or disables a rule. */
    public void setRuleActive(String name, boolean active) {
        ObjectNode body = NODES.objectNode().put("status", WhiskRule.status(active));
        body.putNull("trigger").putNull("action");
        RestEndpoint.Reply reply = send("POST", RestEndpoint.path("rules", local(name)), body, endpoint.timeout());
        if (!reply.success()) {
            throw refused("POST", "rules/" + name, reply);
        }
    }

    /** An entity, or empty if there is none. */
    public Optional<ObjectNode> get(Collection collection, QualifiedName name) {
        return ifThere("GET", collection, name);
    }

    /** Deletes an entity and returns what it was, or empty if there was none. */
    public Optional<ObjectNode> delete(Collection collection, QualifiedName name) {
        return ifThere("DELETE", collection, name);
    }

    /** Up to 200 entities of the namespace, the one changed last first. */
    public JsonNode list(Collection collection) {
        String path = "/api/v1/namespaces/_/" + collection.path() + "?limit=0&skip=0";
        RestEndpoint.Reply reply = send("GET", path, null, endpoint.timeout());
        if (!reply.success()) {
            throw refused("GET", path, reply);
        }
        return reply.json().orElseGet(NODES::arrayNode);
    }

    /** Ends the threads. */
    @Override
    public void close() {
        endpoint.close();
    }

    private ObjectNode put(Collection collection, QualifiedName name, boolean overwrite, ObjectNode body) {
        return expect("PUT", RestEndpoint.path(collection.path(), name) + "?overwrite=" + overwrite, body);
    }

    private Optional<ObjectNode> ifThere(String method, Collection collection, QualifiedName name) {
        String path = RestEndpoint.path(collection.path(), name);
        RestEndpoint.Reply reply = send(method, path, null, endpoint.timeout());
        return reply.status() == 404 ? Optional.empty() : Optional.of(object(method, path, reply));
    }

    private void feedCall(QualifiedName feed, String trigger, String event, JsonObject params) {
        RestEndpoint.Reply reply = ask(feed, trigger, event, params);
        if (reply.status() != 200) {
            String detail = reply.json()
                    .map(json ->
                            json.path("response").path("result").path("error").asText(""))
                    .filter(text -> !text.isEmpty())
                    .orElseGet(reply::error);
            throw new WskException("feed " + feed + " failed to " + event + " the subscription of trigger " + trigger
                    + ": " + (reply.status() == 202 ? "it took too long" : detail));
        }
    }

    private RestEndpoint.Reply ask(QualifiedName feed, String trigger, String event, JsonObject params) {
        ObjectNode body = params.copy();
        body.put("lifecycleEvent", event).put("triggerName", "/_/" + trigger).put("authKey", key.reveal());
        return send("POST", RestEndpoint.path("actions", feed) + "?blocking=true&result=false", body, FEED_LIMIT);
    }

    private ObjectNode expect(String method, String path, @Nullable ObjectNode body) {
        return object(method, path, send(method, path, body, endpoint.timeout()));
    }

    private ObjectNode object(String method, String path, RestEndpoint.Reply reply) {
        if (reply.success() && reply.json().orElse(null) instanceof ObjectNode answer) {
            return answer;
        }
        throw refused(method, path, reply);
    }

    private WskException refused(String method, String path, RestEndpoint.Reply reply) {
        return new WskException(method + " " + endpoint.apiHost() + path + ": " + reply.error());
    }

    private RestEndpoint.Reply send(String method, String path, @Nullable ObjectNode body, Duration limit) {
        String what = method + " " + endpoint.apiHost() + path;
        try {
            return endpoint.send(method, path, key, body == null ? null : body.toString(), limit)
                    .get(limit.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new WskException(what + ": no answer: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new WskException(what + ": no answer within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WskException(what + ": interrupted", e);
        }
    }

    private static QualifiedName local(String name) {
        return QualifiedName.of(QualifiedName.DEFAULT_NAMESPACE, name);
    }

    private static ObjectNode lists(ObjectNode body, List<KeyValue> annotations, List<KeyValue> parameters) {
        if (!annotations.isEmpty()) {
            body.set("annotations", KeyValue.toJson(annotations));
        }
        if (!parameters.isEmpty()) {
            body.set("parameters", KeyValue.toJson(parameters));
        }
        return body;
    }
}
