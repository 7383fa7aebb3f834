package io.fogwhisk.lean.rest;

import io.fogwhisk.lean.invoker.ActionResolver;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.queue.ActivationLog;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.model.AuthKey;
import io.javalin.config.JavalinConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** The REST API of one lean OpenWhisk. Immutable; its handlers run on the threads of the HTTP server. */
public final class RestApi {

    /** The API over an OpenWhisk's parts. */
    public RestApi(
            Map<AuthKey, String> namespaces,
            EntityStore entities,
            Entitlement entitlement,
            ActionResolver resolver,
            Invocations invocations,
            Supplier<ActivationLog> activations,
            Duration blockingLimit,
            Clock clock) {}

    /** Declares the routes. */
    public void routes(JavalinConfig config) {
        config.routes.get("/ping", ctx -> ctx.result("pong"));
    }
}
