package io.fogwhisk.feed.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.alarm.AlarmFeeds;
import io.fogwhisk.feed.catalog.CatalogLink;
import io.fogwhisk.feed.inbox.Inbox;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.inbox.SetAsideReplay;
import io.fogwhisk.feed.mqtt.MqttFeeds;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider's HTTP API. Bodies and answers are JSON; what goes wrong is answered as {@code {"error": "…"}}.
 *
 * <p>Creating needs the key of the trigger's namespace. Reading and deleting under the namespace's own name does not where
 * the provider is open, because the callers of the first MQTT feed providers send none there; a key that is sent must be
 * right. Lists show the feeds of the key's namespace, and all to the system's.
 */
public final class FeedRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(FeedRoutes.class);
    private static final List<String> KINDS =
            Stream.concat(Stream.of(MqttSpec.KIND), AlarmSpec.KINDS.stream()).toList();

    private final FeedRegistry registry;
    private final SetAsideRoutes setAside;
    private final FeedView view;
    private final Callers callers;
    private final FeedChanges changes;
    private final FeedHealth health;

    /**
     * Routes over running feeds.
     *
     * @param inbox of messages that wait for an OpenWhisk elsewhere
     * @param config says whether feeds may be read and deleted without a key, and whether they fire
     * @param link whose feeds are not changed here
     */
    public FeedRoutes(
            FeedRegistry registry,
            MqttFeeds mqtt,
            AlarmFeeds alarms,
            SetAside setAside,
            SetAsideReplay replay,
            Optional<Inbox> inbox,
            Identities identities,
            FeedProviderConfig config,
            CatalogLink link,
            Clock clock) {
        this.registry = registry;
        view = new FeedView(registry, mqtt, alarms, config.fires());
        callers = new Callers(identities, config.open());
        changes = new FeedChanges(registry, mqtt, alarms, view, callers, config.fires(), link);
        health = new FeedHealth(registry, mqtt, alarms, setAside, inbox, view, clock);
        this.setAside = new SetAsideRoutes(setAside, replay, callers);
    }

    /** Declares the routes. */
    public void declare(JavalinConfig config) {
        for (String kind : AlarmSpec.KINDS) {
            config.routes.post("/" + kind + "/preview", ctx -> answer(ctx, () -> changes.preview(kind, body(ctx))));
        }
        for (String kind : KINDS) {
            String one = "/" + kind + "/{namespace}/{trigger}";
            config.routes.post("/" + kind, ctx -> answer(ctx, () -> changes.create(kind, body(ctx), auth(ctx))));
            config.routes.get(one, ctx -> answer(ctx, () -> changes.read(kind, trigger(ctx), auth(ctx))));
            config.routes.put(one, ctx -> answer(ctx, () -> changes.update(kind, trigger(ctx), body(ctx), auth(ctx))));
            config.routes.post(
                    one + "/pause", ctx -> answer(ctx, () -> changes.pause(kind, trigger(ctx), true, auth(ctx))));
            config.routes.post(
                    one + "/unpause", ctx -> answer(ctx, () -> changes.pause(kind, trigger(ctx), false, auth(ctx))));
            config.routes.delete(one, ctx -> answer(ctx, () -> changes.delete(kind, trigger(ctx), auth(ctx))));
        }
        config.routes.get("/feeds", ctx -> answer(ctx, () -> feeds(key(ctx))));
        config.routes.get("/set-aside", ctx -> answer(ctx, () -> setAside.list(named(ctx), key(ctx))));
        config.routes.delete(
                "/set-aside", ctx -> answer(ctx, () -> setAside.drop(Optional.empty(), named(ctx), key(ctx))));
        config.routes.delete(
                "/set-aside/{id}",
                ctx -> answer(ctx, () -> setAside.drop(Optional.of(ctx.pathParam("id")), named(ctx), key(ctx))));
        config.routes.post(
                "/set-aside/replay", ctx -> answer(ctx, () -> setAside.replay(Optional.empty(), named(ctx), key(ctx))));
        config.routes.post(
                "/set-aside/{id}/replay",
                ctx -> answer(ctx, () -> setAside.replay(Optional.of(ctx.pathParam("id")), named(ctx), key(ctx))));
        config.routes.get("/health", ctx -> answer(ctx, () -> health(ctx)));
        config.routes.get("/ping", ctx -> answer(ctx, () -> now(object().put("msg", "pong"))));
        config.routes.error(404, ctx -> {
            if (ctx.result() == null || !ctx.result().startsWith("{")) {
                send(ctx, Reply.error(404, "there is nothing at " + ctx.path()));
            }
        });
    }

    /**
     * What a trigger shows of its feed, as {@link io.fogwhisk.wsk.TriggerFeeds#state} promises it.
     *
     * @return without secrets
     */
    public JsonObject state(Feed feed) {
        return JsonObject.adopt(view.state(feed));
    }

    private CompletionStage<Reply> feeds(Optional<AuthKey> key) {
        return callers.seeing(key, visible -> {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            registry.feeds().stream()
                    .filter(feed -> visible.test(feed.trigger().namespace()))
                    .forEach(feed -> list.add(view.line(feed)));
            return CompletableFuture.completedStage(Reply.ok(list));
        });
    }

    private CompletionStage<Reply> health(Context ctx) {
        boolean strict = ctx.queryParamMap().containsKey("strict") && !"false".equals(ctx.queryParam("strict"));
        Optional<AuthKey> key = key(ctx);
        return key.isEmpty() && !callers.open()
                ? CompletableFuture.completedStage(health.now(strict, namespace -> false))
                : callers.seeing(key, visible -> CompletableFuture.completedStage(health.now(strict, visible)));
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

    /** The trigger that a query names. */
    private static Optional<String> named(Context ctx) {
        return Optional.ofNullable(ctx.queryParam("trigger"));
    }

    private static Optional<AuthKey> key(Context ctx) {
        return FeedRequest.key(object(), auth(ctx));
    }
}
