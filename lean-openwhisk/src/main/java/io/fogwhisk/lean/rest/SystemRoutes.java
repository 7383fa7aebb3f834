package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.Limits;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;

/** What the API says about itself. */
final class SystemRoutes {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final long MB = 1024L * 1024;

    /** Routes that need no key. */
    void open(Context context, RequestPath path) {
        List<String> segments = path.segments();
        HandlerType method = context.method();
        if (!method.equals(HandlerType.GET) && !method.equals(HandlerType.HEAD)) {
            throw Exchange.noSuchRoute();
        }
        if (segments.isEmpty()) {
            json(context, info());
        } else if (segments.equals(List.of("ping"))) {
            context.contentType("text/plain; charset=UTF-8").result("pong");
        } else if (segments.equals(List.of("api", "v1"))) {
            json(context, version());
        } else {
            throw Exchange.noSuchRoute();
        }
    }

    /** {@code GET /namespaces/{ns}/limits}. */
    void limits(Exchange exchange) {
        if (!exchange.names().isEmpty() || !exchange.method().equals("GET")) {
            throw Exchange.noSuchRoute();
        }
        if (!exchange.caller().equals(exchange.namespace())) {
            throw LeanException.notAuthorized(exchange.namespace());
        }
        ObjectNode json = NODES.objectNode();
        // There are no rates to keep to: the bound is the queue's, and it answers 503.
        json.put("invocationsPerMinute", Integer.MAX_VALUE).put("concurrentInvocations", Integer.MAX_VALUE);
        json.put("firesPerMinute", Integer.MAX_VALUE);
        json.put("minActionMemory", 128).put("maxActionMemory", 512);
        json.put("minActionLogs", 0).put("maxActionLogs", 10);
        json.put("minActionTimeout", 100).put("maxActionTimeout", Limits.MAX_TIMEOUT_MILLIS);
        json.put("minActionConcurrency", 1).put("maxActionConcurrency", 1);
        json.put("maxParameterSize", Invocations.MAX_PAYLOAD + " B");
        exchange.json(200, json);
    }

    private static ObjectNode info() {
        ObjectNode json = NODES.objectNode().put("description", "OpenWhisk");
        json.putArray("api_paths").add("/api/v1");
        ObjectNode limits = json.putObject("limits");
        limits.put("actions_per_minute", Integer.MAX_VALUE).put("triggers_per_minute", Integer.MAX_VALUE);
        limits.put("concurrent_actions", Integer.MAX_VALUE).put("sequence_length", 50);
        limits.put("min_action_duration", 100).put("max_action_duration", Limits.MAX_TIMEOUT_MILLIS);
        limits.put("min_action_memory", 128 * MB).put("max_action_memory", 512 * MB);
        limits.put("min_action_logs", 0).put("max_action_logs", 10 * MB);
        // The kinds that users may upload code for: none.
        json.putObject("runtimes");
        return json;
    }

    private static ObjectNode version() {
        ObjectNode json = NODES.objectNode().put("description", "OpenWhisk API");
        json.put("api_version", "1.0.0").put("api_version_path", "v1");
        json.put("build", "lean").put("buildno", "fogwhisk");
        json.putObject("swagger_paths").put("ui", "/docs").put("api-docs", "/api-docs");
        return json;
    }

    private static void json(Context context, ObjectNode body) {
        context.contentType("application/json").result(body.toString());
    }
}
