package io.fogwhisk.bridge.proxy;

import io.fogwhisk.base.http.AnyVerb;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRole;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.bridge.client.BridgeOpenWhisk;
import io.fogwhisk.bridge.proxy.Callers.Caller;
import io.fogwhisk.bridge.wire.HttpAsk;
import io.fogwhisk.bridge.wire.LambdaName;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OpenWhisk REST API in front of an edge domain: actions are invoked, triggers fired and web actions asked through
 * the domain, activation records are read at the site that has them, and everything else goes to the OpenWhisk behind. An
 * invocation with a {@code timeout} of its own goes there too, as the domain has no way to end the wait early.
 */
public final class WskProxy implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(WskProxy.class);
    private static final byte[] NO_BODY = {};

    private final WskProxyConfig config;
    private final BridgeOpenWhisk bridge;
    private final Authentication authentication;
    private final HttpHost http;
    private final Consumer<JavalinConfig> pages;
    private @Nullable PassThrough passThrough;
    private @Nullable OutcomeWriter writers;
    private HttpHost.@Nullable Port port;

    /** A proxy that has not started; the HTTP server is the caller's. */
    public WskProxy(WskProxyConfig config, BridgeOpenWhisk bridge, Callers callers, HttpHost http) {
        this(config, bridge, callers, http, javalin -> {});
    }

    /**
     * The same with pages of its own.
     *
     * @param pages what its port serves itself, beside the API, before anything is passed on
     */
    public WskProxy(
            WskProxyConfig config,
            BridgeOpenWhisk bridge,
            Callers callers,
            HttpHost http,
            Consumer<JavalinConfig> pages) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.bridge = Objects.requireNonNull(bridge, "bridge is null");
        this.authentication = new Authentication(Objects.requireNonNull(callers, "callers is null"));
        this.http = Objects.requireNonNull(http, "http is null");
        this.pages = Objects.requireNonNull(pages, "pages is null");
    }

    @Override
    public void start() {
        // The HTTP server tells its roles apart by name, and several proxies may ask for any free port.
        String any = config.port() == 0 ? "-" + UUID.randomUUID() : "";
        String name = "wskproxy-" + config.host() + ":" + config.port() + any;
        passThrough = config.openWhisk()
                .map(apiHost -> new PassThrough(name + "-client", apiHost, config.timeout()))
                .orElse(null);
        Behind behind = new Behind(passThrough, authentication);
        OutcomeWriter writer = new OutcomeWriter(name);
        writers = writer;
        HttpHost.Port open =
                http.open(new HttpRole(name, config.host(), config.port(), javalin -> routes(javalin, behind, writer)));
        port = open;
        LOG.atInfo().addKeyValue("port", open.number()).log("wskproxy started");
    }

    /** The port number; after the start. */
    public int port() {
        HttpHost.Port open = port;
        if (open == null) {
            throw new IllegalStateException("the proxy has not started");
        }
        return open.number();
    }

    @Override
    public void close() {
        if (port != null) {
            port.close();
            port = null;
        }
        if (passThrough != null) {
            passThrough.close();
        }
        if (writers != null) {
            writers.close();
        }
    }

    private void routes(JavalinConfig javalin, Behind behind, OutcomeWriter writer) {
        javalin.http.compressionStrategy = CompressionStrategy.NONE;
        javalin.http.maxRequestSize = 2L * RequestBody.MAX_BYTES;
        javalin.router.ignoreTrailingSlashes = false;
        javalin.router.caseInsensitiveRoutes = false;
        // First: the last of the routes takes every path.
        pages.accept(javalin);
        javalin.routes
                .before(ProxyAnswers::identify)
                .post("/api/v1/namespaces/{namespace}/actions/{name}", ctx -> invoke(ctx, behind, writer))
                .post("/api/v1/namespaces/{namespace}/actions/{package}/{name}", ctx -> invoke(ctx, behind, writer))
                .post("/api/v1/namespaces/{namespace}/triggers/{name}", ctx -> fire(ctx, writer))
                .get("/api/v1/namespaces/{namespace}/activations/{id}", ctx -> activation(ctx, "", behind, writer))
                .get(
                        "/api/v1/namespaces/{namespace}/activations/{id}/logs",
                        ctx -> activation(ctx, "/logs", behind, writer))
                .get(
                        "/api/v1/namespaces/{namespace}/activations/{id}/result",
                        ctx -> activation(ctx, "/result", behind, writer));
        WebRoutes web = new WebRoutes(bridge, authentication, behind, writer.later());
        AnyVerb.route(javalin, "/api/v1/web/*", web::handle);
        AnyVerb.route(javalin, "/*", behind::handle);
        javalin.routes
                .exception(Refusal.class, (e, ctx) -> refuse(ctx, e))
                .exception(CompletionException.class, (e, ctx) -> {
                    if (e.getCause() instanceof Refusal refusal) {
                        refuse(ctx, refusal);
                    } else {
                        ProxyAnswers.broken(ctx, e);
                    }
                })
                .exception(
                        HttpResponseException.class,
                        (e, ctx) -> ProxyAnswers.refuse(ctx, e.getStatus(), String.valueOf(e.getMessage())))
                .exception(
                        WskException.class, (e, ctx) -> ProxyAnswers.refuse(ctx, 400, String.valueOf(e.getMessage())))
                .exception(Exception.class, (e, ctx) -> ProxyAnswers.broken(ctx, e));
    }

    private static void refuse(Context ctx, Refusal refusal) {
        ProxyAnswers.refuse(ctx, refusal.statusCode(), String.valueOf(refusal.getMessage()));
    }

    private void invoke(Context ctx, Behind behind, OutcomeWriter writer) {
        if (ctx.queryParam("timeout") != null) {
            behind.handle(ctx);
            return;
        }
        CompletionStage<Caller> caller = authentication.caller(ctx);
        boolean packaged = ctx.pathParamMap().containsKey("package");
        QualifiedName action = packaged
                ? QualifiedName.of(ctx.pathParam("namespace"), ctx.pathParam("package"), ctx.pathParam("name"))
                : QualifiedName.of(ctx.pathParam("namespace"), ctx.pathParam("name"));
        JsonObject params = RequestBody.parameters(ctx);
        boolean blocking = "true".equals(ctx.queryParam("blocking"));
        boolean resultOnly = "true".equals(ctx.queryParam("result"));
        writer.answer(
                ctx,
                caller.thenCompose(known -> bridge.invoke(known.key(), known.namespace(), action, params, blocking)),
                resultOnly);
    }

    private void fire(Context ctx, OutcomeWriter writer) {
        CompletionStage<Caller> caller = authentication.caller(ctx);
        QualifiedName trigger = QualifiedName.of(ctx.pathParam("namespace"), ctx.pathParam("name"));
        JsonObject payload = RequestBody.parameters(ctx);
        writer.answer(
                ctx, caller.thenCompose(known -> bridge.fire(known.key(), known.namespace(), trigger, payload)), false);
    }

    private void activation(Context ctx, String part, Behind behind, OutcomeWriter writer) {
        String id = ctx.pathParam("id");
        Optional<String> computer = place(id);
        if (computer.isEmpty()) {
            behind.handle(ctx);
            return;
        }
        String namespace = ctx.pathParam("namespace");
        ctx.future(() -> authentication
                .caller(ctx)
                .thenCompose(caller -> {
                    if (!namespace.equals(QualifiedName.DEFAULT_NAMESPACE) && !namespace.equals(caller.namespace())) {
                        throw new Refusal(
                                403, "The supplied authentication is not authorized to access this resource.");
                    }
                    Optional<String> authorization = Optional.of(caller.key().basicHeader());
                    return bridge.ask(
                                    LambdaName.ofActivations(computer.get()),
                                    HttpAsk.get("/" + id + part),
                                    authorization)
                            .thenComposeAsync(
                                    answer -> behind.unless(answer, ctx, authorization, NO_BODY), writer.later());
                })
                .toCompletableFuture());
    }

    private Optional<String> place(String id) {
        try {
            return bridge.placeOf(new ActivationId(id));
        } catch (WskException e) {
            return Optional.empty();
        }
    }
}
