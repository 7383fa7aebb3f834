package io.fogwhisk.feed.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.alarm.AlarmFeeds;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.mqtt.MqttFeeds;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.JsonObject;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider's HTTP API. Bodies and answers are JSON; what goes wrong is answered as {@code {"error": "…"}}.
 *
 * <p>Creating needs the key of the trigger's namespace. Reading and deleting under the namespace's own name does not,
 * because the callers of the first MQTT feed providers send none there; a key that is sent must be right. Whoever opens
 * the port to more than the own machine has to guard it.
 */
public final class FeedRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(FeedRoutes.class);
    private static final int LIST_LIMIT = 200;

    private final FeedRegistry registry;
    private final MqttFeeds mqtt;
    private final SetAside setAside;
    private final FeedView view;
    private final FeedChanges changes;

    /** Routes over running feeds. */
    public FeedRoutes(
            FeedRegistry registry,
            MqttFeeds mqtt,
            AlarmFeeds alarms,
            SetAside setAside,
            Identities identities,
            Clock clock) {
        this.registry = registry;
        this.mqtt = mqtt;
        this.setAside = setAside;
        view = new FeedView(registry, mqtt, alarms);
        changes = new FeedChanges(registry, mqtt, view, identities, clock);
    }

    /** Declares the routes. */
    public void declare(JavalinConfig config) {
        for (String kind : new String[] {MqttSpec.KIND, AlarmSpec.KIND}) {
            String one = "/" + kind + "/{namespace}/{trigger}";
            config.routes.post("/" + kind, ctx -> answer(ctx, () -> changes.create(kind, body(ctx), auth(ctx))));
            config.routes.get(one, ctx -> answer(ctx, () -> changes.read(kind, trigger(ctx), auth(ctx))));
            config.routes.put(one, ctx -> answer(ctx, () -> changes.update(kind, trigger(ctx), body(ctx), auth(ctx))));
            config.routes.delete(one, ctx -> answer(ctx, () -> changes.delete(kind, trigger(ctx), auth(ctx))));
        }
        config.routes.get("/feeds", ctx -> answer(ctx, this::feeds));
        config.routes.get("/set-aside", ctx -> answer(ctx, this::messages));
        config.routes.delete("/set-aside", ctx -> answer(ctx, () -> remove(OptionalLong.empty())));
        config.routes.delete(
                "/set-aside/{id}", ctx -> answer(ctx, () -> remove(OptionalLong.of(id(ctx.pathParam("id"))))));
        config.routes.get("/health", ctx -> answer(ctx, this::health));
        config.routes.get("/ping", ctx -> answer(ctx, () -> now(object().put("msg", "pong"))));
        config.routes.error(404, ctx -> {
            if (ctx.result() == null || !ctx.result().startsWith("{")) {
                send(ctx, Reply.error(404, "there is nothing at " + ctx.path()));
            }
        });
    }

    private CompletionStage<Reply> feeds() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        registry.feeds().forEach(feed -> list.add(view.line(feed)));
        return CompletableFuture.completedStage(Reply.ok(list));
    }

    private CompletionStage<Reply> messages() {
        ObjectNode json = object().put("count", setAside.count()).put("full", setAside.full());
        ArrayNode list = json.putArray("messages");
        setAside.list(LIST_LIMIT).forEach(message -> list.add(FeedView.line(message)));
        return now(json);
    }

    private CompletionStage<Reply> remove(OptionalLong id) {
        return setAside.remove(id).thenApply(count -> Reply.ok(object().put("removed", count)));
    }

    private CompletionStage<Reply> health() {
        ObjectNode json =
                object().put("status", "ok").put("feeds", registry.feeds().size());
        json.put("inFlight", mqtt.inFlight()).put("unmatched", mqtt.unmatched());
        json.putObject("setAside").put("count", setAside.count()).put("full", setAside.full());
        ArrayNode list = json.putArray("connections");
        mqtt.connections().forEach(connection -> {
            ObjectNode item = list.addObject()
                    .put("namespace", connection.namespace())
                    .put("broker", connection.broker().toString())
                    .put("connected", connection.state().connected());
            connection.state().error().ifPresent(error -> item.put("error", error));
        });
        return now(json);
    }

    private static void answer(Context ctx, Supplier<CompletionStage<Reply>> work) {
        ctx.future(() -> {
            CompletionStage<Reply> stage;
            try {
                stage = work.get();
            } catch (RuntimeException e) {
                stage = CompletableFuture.failedStage(e);
            }
            return stage.exceptionally(FeedRoutes::failed)
                    .thenAccept(reply -> send(ctx, reply))
                    .toCompletableFuture();
        });
    }

    private static Reply failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof FeedException || cause instanceof WskException) {
            return Reply.error(400, String.valueOf(cause.getMessage()));
        }
        LOG.atError().setCause(cause).log("request failed");
        return Reply.error(
                500, cause instanceof StoreException ? String.valueOf(cause.getMessage()) : "internal error");
    }

    private static void send(Context ctx, Reply reply) {
        ctx.status(reply.status())
                .header("Content-Type", "application/json")
                .result(reply.body().toString());
    }

    private static CompletionStage<Reply> now(ObjectNode body) {
        return CompletableFuture.completedStage(Reply.ok(body));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode body(Context ctx) {
        String text = ctx.body();
        return text.isBlank() ? object() : JsonObject.parse(text).copy();
    }

    private static String auth(Context ctx) {
        String header = ctx.header("Authorization");
        return header == null ? "" : header;
    }

    private static String trigger(Context ctx) {
        return "/" + ctx.pathParam("namespace") + "/" + ctx.pathParam("trigger");
    }

    private static long id(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new FeedException("the id of a message set aside must be a number, was '" + text + "'", e);
        }
    }
}
