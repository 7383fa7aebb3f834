package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.runtime.RuntimeKind;
import io.fogwhisk.lean.runtime.Runtimes;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.Limits;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.IntSupplier;

/** What the API says about itself. */
final class SystemRoutes {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final long MB = 1024L * 1024;

    private final Runtimes runtimes;
    private final NamespaceLimits defaults;
    private final IntSupplier underWay;

    /**
     * The routes.
     *
     * @param defaults the limits of a namespace for which none were set
     * @param underWay how many accepted invocations wait or run
     */
    SystemRoutes(Runtimes runtimes, NamespaceLimits defaults, IntSupplier underWay) {
        this.defaults = defaults;
        this.runtimes = runtimes;
        this.underWay = underWay;
    }

    /** Routes that need no key. */
    void open(Context context, RequestPath path) {
        String method = context.req().getMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw Exchange.noSuchRoute();
        }
        switch (String.join("/", path.segments())) {
            case "" -> json(context, info());
            case "ping" -> context.contentType("text/plain; charset=UTF-8").result("pong");
            case "api/v1" -> json(context, version());
            case "api/v1/api-docs" -> json(context, ApiDescription.openApi());
            case "api/v1/docs", "api/v1/docs/index.html" ->
                context.contentType("text/html; charset=UTF-8").result(ApiDescription.page());
            // The invoker is part of this process: there is none to be listed, and none to wait for.
            case "invokers", "activation" -> json(context, NODES.objectNode());
            case "invokers/healthy/count" -> json(context, NODES.numberNode(0));
            case "invokers/ready" -> json(context, NODES.objectNode().put("healthy", "0/0"));
            case "activation/count" -> json(context, NODES.numberNode(underWay.getAsInt()));
            default -> throw Exchange.noSuchRoute();
        }
    }

    /** Whether a path is one of those that need no key. */
    static boolean isOpen(RequestPath path) {
        return !path.startsWith("api", "v1")
                || path.segments().size() == 2
                || path.segments().get(2).equals("api-docs")
                || path.segments().get(2).equals("docs");
    }

    /** {@code GET /namespaces/{ns}/limits}. */
    void limits(Exchange exchange) {
        if (!exchange.names().isEmpty() || !exchange.method().equals("GET")) {
            throw Exchange.noSuchRoute();
        }
        if (!exchange.caller().equals(exchange.namespace())) {
            throw LeanException.notAuthorized(exchange.namespace());
        }
        NamespaceLimits limits = exchange.identity().limits();
        ObjectNode json = NODES.objectNode();
        json.put("invocationsPerMinute", limits.invocationsPerMinute());
        json.put("concurrentInvocations", limits.concurrentInvocations());
        json.put("firesPerMinute", limits.firesPerMinute());
        limits.allowedKinds().ifPresent(kinds -> {
            ArrayNode list = json.putArray("allowedKinds");
            new TreeSet<>(kinds).forEach(list::add);
        });
        if (limits.storeActivations() != NamespaceLimits.StoreActivations.ALL) {
            json.put("storeActivations", limits.storeActivations().name().toLowerCase(Locale.ROOT));
        }
        json.put("minActionMemory", Limits.MIN_MEMORY_MB).put("maxActionMemory", Limits.MAX_MEMORY_MB);
        json.put("minActionLogs", 0).put("maxActionLogs", Limits.MAX_LOGS_MB);
        json.put("minActionTimeout", Limits.MIN_TIMEOUT_MILLIS).put("maxActionTimeout", Limits.MAX_TIMEOUT_MILLIS);
        json.put("minActionConcurrency", 1).put("maxActionConcurrency", 1);
        json.put("maxParameterSize", Invocations.MAX_PAYLOAD + " B");
        json.put("maxActionInstances", limits.concurrentInvocations());
        exchange.json(200, json);
    }

    private ObjectNode info() {
        ObjectNode json = NODES.objectNode().put("description", "OpenWhisk");
        json.putObject("support")
                .put("github", "https://github.com/apache/openwhisk/issues")
                .put("slack", "http://slack.openwhisk.org");
        json.putArray("api_paths").add("/api/v1");
        ObjectNode limits = json.putObject("limits");
        limits.put("actions_per_minute", defaults.invocationsPerMinute());
        limits.put("triggers_per_minute", defaults.firesPerMinute());
        limits.put("concurrent_actions", defaults.concurrentInvocations());
        limits.put("sequence_length", Exec.Sequence.MAX_ACTIONS);
        for (String prefix : new String[] {"default_", ""}) {
            limits.put(prefix + "min_action_duration", Limits.MIN_TIMEOUT_MILLIS);
            limits.put(prefix + "max_action_duration", Limits.MAX_TIMEOUT_MILLIS);
            limits.put(prefix + "min_action_memory", Limits.MIN_MEMORY_MB * MB);
            limits.put(prefix + "max_action_memory", Limits.MAX_MEMORY_MB * MB);
            limits.put(prefix + "min_action_logs", 0);
            limits.put(prefix + "max_action_logs", Limits.MAX_LOGS_MB * MB);
        }
        ObjectNode families = json.putObject("runtimes");
        for (RuntimeKind kind : runtimes.kinds()) {
            families.withArray("/" + kind.family())
                    .addObject()
                    .put("kind", kind.kind())
                    .put("image", kind.image())
                    .put("deprecated", false)
                    .put("default", kind.isDefault())
                    .put("attached", true)
                    .put("requireMain", kind.requiresMain());
        }
        return json;
    }

    private static ObjectNode version() {
        ObjectNode json = NODES.objectNode().put("description", "OpenWhisk API");
        json.put("api_version", "1.0.0").put("api_version_path", "v1");
        json.put("build", "lean").put("buildno", "fogwhisk");
        json.putObject("swagger_paths").put("ui", "/docs").put("api-docs", "/api-docs");
        return json;
    }

    private static void json(Context context, JsonNode body) {
        context.contentType("application/json").result(body.toString());
    }
}
