package io.fogwhisk.bridge.proxy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRole;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.bridge.wire.Envelope;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OpenWhisk REST API in front of an edge domain: actions are invoked and triggers fired through the domain,
 * everything else goes to the OpenWhisk behind. An invocation with a {@code timeout} of its own goes there too, as the
 * domain has no way to end the wait early.
 */
public final class WskProxy implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(WskProxy.class);
    private static final int MAX_BODY = 1_048_576;
    private static final int MAX_WAITING = 10_000;
    private static final String TRANSACTION = "transaction";
    private static final String ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final WskProxyConfig config;
    private final OpenWhisk bridge;
    private final Identities identities;
    private final HttpHost http;
    private final SecureRandom random = new SecureRandom();
    private @Nullable PassThrough passThrough;
    private @Nullable ThreadPoolExecutor writers;
    private HttpHost.@Nullable Port port;

    /** A proxy that has not started; the HTTP server is the caller's. */
    public WskProxy(WskProxyConfig config, OpenWhisk bridge, Identities identities, HttpHost http) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.bridge = Objects.requireNonNull(bridge, "bridge is null");
        this.identities = Objects.requireNonNull(identities, "identities is null");
        this.http = Objects.requireNonNull(http, "http is null");
    }

    @Override
    public void start() {
        // The HTTP server tells its roles apart by name, and several proxies may ask for any free port.
        String any = config.port() == 0 ? "-" + UUID.randomUUID() : "";
        String name = "wskproxy-" + config.host() + ":" + config.port() + any;
        PassThrough behind = new PassThrough(name + "-client", config.openWhiskApiHost(), config.timeout());
        passThrough = behind;
        // Answers arrive on threads that must not wait for a slow client's socket.
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                4, 4, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), NamedThreads.pool(name + "-writer"));
        pool.allowCoreThreadTimeOut(true);
        writers = pool;
        HttpHost.Port open =
                http.open(new HttpRole(name, config.host(), config.port(), javalin -> routes(javalin, behind, pool)));
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
            writers.shutdown();
        }
    }

    private void routes(JavalinConfig javalin, PassThrough behind, ThreadPoolExecutor pool) {
        javalin.http.compressionStrategy = CompressionStrategy.NONE;
        javalin.http.maxRequestSize = 2L * MAX_BODY;
        javalin.router.ignoreTrailingSlashes = false;
        javalin.router.caseInsensitiveRoutes = false;
        Handler pass = ctx -> ctx.future(() -> behind.handle(ctx));
        Handler action = ctx -> {
            if (ctx.queryParam("timeout") != null) {
                pass.handle(ctx);
            } else {
                invoke(ctx, pool);
            }
        };
        javalin.routes
                .before(this::identify)
                .post("/api/v1/namespaces/{namespace}/actions/{name}", action)
                .post("/api/v1/namespaces/{namespace}/actions/{package}/{name}", action)
                .post("/api/v1/namespaces/{namespace}/triggers/{name}", ctx -> fire(ctx, pool));
        for (HandlerType method : List.of(
                HandlerType.GET,
                HandlerType.POST,
                HandlerType.PUT,
                HandlerType.DELETE,
                HandlerType.PATCH,
                HandlerType.HEAD,
                HandlerType.OPTIONS)) {
            javalin.routes.addHttpHandler(method, "/*", pass);
        }
        javalin.routes
                .exception(Refusal.class, (e, ctx) -> refuse(ctx, e.statusCode(), String.valueOf(e.getMessage())))
                .exception(CompletionException.class, (e, ctx) -> {
                    if (e.getCause() instanceof Refusal refusal) {
                        refuse(ctx, refusal.statusCode(), String.valueOf(refusal.getMessage()));
                    } else {
                        broken(ctx, e);
                    }
                })
                .exception(
                        HttpResponseException.class,
                        (e, ctx) -> refuse(ctx, e.getStatus(), String.valueOf(e.getMessage())))
                .exception(WskException.class, (e, ctx) -> refuse(ctx, 400, String.valueOf(e.getMessage())))
                .exception(Exception.class, (e, ctx) -> broken(ctx, e));
    }

    private void identify(Context ctx) {
        String given = ctx.header("X-Request-ID");
        ctx.attribute(TRANSACTION, given == null || given.isEmpty() || given.startsWith("sid_") ? newId() : given);
    }

    private void invoke(Context ctx, ThreadPoolExecutor pool) {
        AuthKey key = key(ctx);
        boolean packaged = ctx.pathParamMap().containsKey("package");
        QualifiedName action = packaged
                ? QualifiedName.of(ctx.pathParam("namespace"), ctx.pathParam("package"), ctx.pathParam("name"))
                : QualifiedName.of(ctx.pathParam("namespace"), ctx.pathParam("name"));
        JsonObject params = body(ctx);
        boolean blocking = "true".equals(ctx.queryParam("blocking"));
        boolean resultOnly = "true".equals(ctx.queryParam("result"));
        answer(
                ctx,
                pool,
                key,
                namespace -> bridge.invoke(key, action.resolve(namespace), params, blocking),
                resultOnly);
    }

    private void fire(Context ctx, ThreadPoolExecutor pool) {
        AuthKey key = key(ctx);
        QualifiedName trigger = QualifiedName.of(ctx.pathParam("namespace"), ctx.pathParam("name"));
        JsonObject payload = body(ctx);
        answer(ctx, pool, key, namespace -> bridge.fire(key, trigger.resolve(namespace), payload), false);
    }

    private void answer(
            Context ctx,
            ThreadPoolExecutor pool,
            AuthKey key,
            Function<String, CompletionStage<Outcome>> call,
            boolean resultOnly) {
        ctx.future(() -> identities
                .namespaceOf(key)
                .exceptionally(failure -> {
                    throw new Refusal(503, "cannot tell whose the key is: " + failure.getMessage());
                })
                .thenCompose(namespace -> {
                    if (namespace.isEmpty()) {
                        throw new Refusal(401, "The supplied authentication is invalid");
                    }
                    return call.apply(namespace.get());
                })
                .thenAcceptAsync(outcome -> write(ctx, outcome, resultOnly), pool)
                .toCompletableFuture());
    }

    private void write(Context ctx, Outcome outcome, boolean resultOnly) {
        if (outcome instanceof Outcome.Accepted accepted) {
            if (accepted.activationId().isEmpty()) {
                respond(ctx, 204);
                ctx.res().setContentType(null);
                return;
            }
            String id = accepted.activationId().get().hex();
            respond(ctx, 202).header("x-openwhisk-activation-id", id);
            json(
                    ctx,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("activationId", id)
                            .toString());
        } else if (outcome instanceof Outcome.Completed completed) {
            Activation activation = completed.activation();
            respond(ctx, Envelope.statusCode(activation))
                    .header("x-openwhisk-activation-id", activation.id().hex());
            if (resultOnly || activation.result().isArray()) {
                json(ctx, activation.result().toString());
            } else {
                ObjectNode withoutLogs = activation.toJson();
                withoutLogs.putArray("logs");
                json(ctx, withoutLogs.toString());
            }
        } else if (outcome instanceof Outcome.Rejected rejected) {
            refuse(ctx, rejected.statusCode(), rejected.message());
        } else if (outcome instanceof Outcome.Unavailable unavailable) {
            refuse(ctx, unavailable.statusCode(), unavailable.message());
        }
    }

    private static AuthKey key(Context ctx) {
        String header = ctx.header("Authorization");
        if (header == null) {
            throw new Refusal(401, "The resource requires authentication, which was not supplied with the request");
        }
        try {
            return AuthKey.fromBasicHeader(header);
        } catch (WskException e) {
            throw new Refusal(401, "The supplied authentication is invalid");
        }
    }

    private static JsonObject body(Context ctx) {
        long announced = ctx.req().getContentLengthLong();
        byte[] bytes = announced > MAX_BODY ? new byte[0] : ctx.bodyAsBytes();
        long length = Math.max(announced, bytes.length);
        if (length > MAX_BODY) {
            throw new Refusal(413, "Request larger than allowed: " + length + " > " + MAX_BODY + " bytes.");
        }
        if (length == 0) {
            return JsonObject.empty();
        }
        String type = ctx.contentType();
        if (type != null && !type.startsWith("application/json")) {
            throw new Refusal(
                    415, "The request's Content-Type [" + type + "] is not supported. Expected:\napplication/json");
        }
        try {
            return JsonObject.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (WskException e) {
            throw new Refusal(400, "The request content was malformed:\n" + e.getMessage());
        }
    }

    private Context respond(Context ctx, int statusCode) {
        return ctx.status(statusCode).header("X-Request-ID", transaction(ctx));
    }

    private void refuse(Context ctx, int statusCode, String message) {
        if (ctx.res().isCommitted()) {
            return;
        }
        respond(ctx, statusCode);
        if (statusCode == 401) {
            ctx.header("WWW-Authenticate", "Basic realm=\"OpenWhisk secure realm\",charset=UTF-8");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        json(ctx, body.put("code", transaction(ctx)).put("error", message).toString());
    }

    private void broken(Context ctx, Exception e) {
        LOG.atError().setCause(e).addKeyValue("path", ctx.path()).log("request failed");
        refuse(ctx, 500, "There was an internal server error.");
    }

    private static void json(Context ctx, String text) {
        ctx.contentType("application/json").result(text);
    }

    private String transaction(Context ctx) {
        String known = ctx.attribute(TRANSACTION);
        return known == null ? newId() : known;
    }

    private String newId() {
        StringBuilder id = new StringBuilder(32);
        for (int i = 0; i < 32; i++) {
            id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
        }
        return id.toString();
    }
}
