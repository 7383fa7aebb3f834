package io.fogwhisk.feed.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.alarm.AlarmFeeds;
import io.fogwhisk.feed.catalog.CatalogLink;
import io.fogwhisk.feed.mqtt.MqttFeeds;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedSpec;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.OpenSpec;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates, reads, updates and deletes feeds for those who hold the key. */
final class FeedChanges {

    private static final Logger LOG = LoggerFactory.getLogger(FeedChanges.class);
    // Long enough for a broker that is there; who creates a feed should find it subscribed.
    private static final long SUBSCRIBED_WAIT_MILLIS = 2_000;
    private static final List<String> UPDATABLE = List.of(
            "url",
            "topic",
            "topics",
            "qos",
            "ordered",
            "format",
            "include",
            "batch",
            "batchBytes",
            "batchLinger",
            "status",
            "seq",
            "seqBy");

    private final FeedRegistry registry;
    private final MqttFeeds mqtt;
    private final AlarmFeeds alarms;
    private final FeedView view;
    private final Callers callers;
    private final boolean fires;
    private final CatalogLink link;

    FeedChanges(
            FeedRegistry registry,
            MqttFeeds mqtt,
            AlarmFeeds alarms,
            FeedView view,
            Callers callers,
            boolean fires,
            CatalogLink link) {
        this.registry = registry;
        this.mqtt = mqtt;
        this.alarms = alarms;
        this.view = view;
        this.callers = callers;
        this.fires = fires;
        this.link = link;
    }

    CompletionStage<Reply> create(String kind, ObjectNode body, String header) {
        QualifiedName name = FeedRequest.trigger(body);
        Optional<AuthKey> key = FeedRequest.key(body, header);
        if (key.isEmpty()) {
            throw new FeedException("no authKey parameter was provided");
        }
        FeedSpec spec = read(kind, body);
        if (spec instanceof AlarmSpec alarm) {
            alarms.check(name, alarm, date -> true);
        }
        return owner(name, key, trigger -> put(trigger, key.get(), spec));
    }

    CompletionStage<Reply> update(String kind, String name, ObjectNode body, String header) {
        Optional<AuthKey> key = FeedRequest.key(body, header);
        return owner(
                QualifiedName.parse(name),
                key,
                trigger -> found(kind, trigger, feed -> kept(feed).orElseGet(() -> changed(feed, key, body))));
    }

    private CompletionStage<Reply> changed(Feed feed, Optional<AuthKey> key, ObjectNode body) {
        return switch (body.path("lifecycleEvent").asText("UPDATE")) {
            case "UPDATE" -> update(feed, key, body);
            case "PAUSE" -> inState(registry.pause(feed.trigger()), feed.trigger());
            case "UNPAUSE" -> inState(registry.resume(feed.trigger()), feed.trigger());
            default -> throw new FeedException("unsupported lifecycleEvent");
        };
    }

    /** Has a feed rest, or go on; what a user pauses stays so over restarts, a declared feed as well. */
    CompletionStage<Reply> pause(String kind, String name, boolean paused, String header) {
        return owner(
                QualifiedName.parse(name),
                FeedRequest.key(JsonNodeFactory.instance.objectNode(), header),
                trigger -> found(
                        kind,
                        trigger,
                        feed -> followed(feed)
                                .orElseGet(() -> inState(
                                        paused ? registry.pause(trigger) : registry.resume(trigger), trigger))));
    }

    private CompletionStage<Reply> inState(CompletionStage<Optional<Feed>> change, QualifiedName trigger) {
        return change.thenCompose(now -> now.isPresent() ? settled(now.get()) : missing(trigger));
    }

    CompletionStage<Reply> read(String kind, String name, String header) {
        return allowed(
                name,
                header,
                trigger -> found(kind, trigger, feed -> CompletableFuture.completedStage(Reply.ok(view.show(feed)))));
    }

    /** Deleting what is not there succeeds, so that a delete can be repeated. */
    CompletionStage<Reply> delete(String kind, String name, String header) {
        Function<QualifiedName, CompletionStage<Reply>> deleting = trigger -> {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("deleted", trigger.toString());
            Optional<Feed> feed = registry.find(trigger).filter(known -> sameFamily(known, kind));
            if (feed.isEmpty()) {
                return CompletableFuture.completedStage(Reply.ok(body));
            }
            return kept(feed.get())
                    .orElseGet(() -> registry.delete(trigger)
                            .thenCompose(gone -> alarms.current(trigger))
                            .thenApply(gone -> Reply.ok(body)));
        };
        Optional<AuthKey> key = FeedRequest.key(JsonNodeFactory.instance.objectNode(), header);
        return key.isPresent() ? owner(QualifiedName.parse(name), key, deleting) : allowed(name, header, deleting);
    }

    private CompletionStage<Reply> update(Feed feed, Optional<AuthKey> key, ObjectNode body) {
        if (feed.spec() instanceof AlarmSpec before) {
            AlarmSpec alarm = before.with(body);
            // A date that has passed since the alarm was created is no fault; one that is given now is.
            alarms.check(feed.trigger(), alarm, body::hasNonNull);
            return update(feed, key, alarm);
        }
        if (feed.spec() instanceof OpenSpec before) {
            return update(feed, key, runnable(before.with(body)));
        }
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        UPDATABLE.stream().filter(body::has).forEach(name -> given.set(name, body.get(name)));
        if (given.isEmpty()) {
            throw new FeedException("no updatable parameters were specified");
        }
        ObjectNode merged = feed.spec().toJson();
        if (given.has("topic") || given.has("topics")) {
            merged.remove(List.of("topic", "topics"));
        }
        merged.setAll(given);
        return update(feed, key, read(feed.spec().kind(), merged));
    }

    private FeedSpec read(String kind, ObjectNode parameters) {
        return runnable(FeedSpec.recorded(kind, parameters));
    }

    /** Whoever fires has to know the whole of a feed. */
    private FeedSpec runnable(FeedSpec spec) {
        if (fires && spec instanceof OpenSpec) {
            throw new FeedException(
                    "parameters name variables of sites (${site.…}), which only the catalogue of a centre"
                            + " that fires no feeds can hold: give their values");
        }
        return spec;
    }

    private CompletionStage<Reply> update(Feed feed, Optional<AuthKey> key, FeedSpec spec) {
        return registry.update(feed.trigger(), key.orElse(feed.key()), spec)
                .thenCompose(now -> now.isPresent() ? settled(now.get()) : missing(feed.trigger()));
    }

    /** When an alarm would tick, without making it; the name of a trigger is welcome, but needed only for spreading. */
    CompletionStage<Reply> preview(String kind, ObjectNode body) {
        QualifiedName name = body.has("triggerName") || body.has("trigger")
                ? FeedRequest.trigger(body)
                : QualifiedName.of(QualifiedName.DEFAULT_NAMESPACE, "preview");
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        FeedView.instants(alarms.preview(name, AlarmSpec.of(kind, body), FeedView.NEXT_TICKS), json.putArray("next"));
        return CompletableFuture.completedStage(Reply.ok(json));
    }

    private CompletionStage<Reply> put(QualifiedName trigger, AuthKey key, FeedSpec spec) {
        Optional<Feed> before = registry.find(trigger);
        if (before.isPresent() && !sameFamily(before.get(), spec.kind())) {
            return reply(
                    409,
                    "trigger " + trigger + " has a feed of another kind ("
                            + before.get().spec().kind() + "): delete that first");
        }
        Optional<CompletionStage<Reply>> kept = before.flatMap(this::kept);
        if (kept.isEmpty() && link.owned().test(trigger.namespace())) {
            return reply(
                    409,
                    "namespace " + trigger.namespace() + " belongs to " + link.name() + ": make the feed of " + trigger
                            + " there");
        }
        return kept.orElseGet(() -> registry.put(trigger, key, spec).thenCompose(this::settled));
    }

    /** Answers with the feed as it is, once its broker had the time to take the subscription. */
    private CompletionStage<Reply> settled(Feed feed) {
        LOG.atInfo()
                .addKeyValue("trigger", feed.trigger())
                .addKeyValue("kind", feed.spec().kind())
                .log("feed created or changed");
        CompletionStage<Void> settled = fires && feed.active() && feed.spec() instanceof MqttSpec
                ? mqtt.settled(feed)
                        .toCompletableFuture()
                        .completeOnTimeout(null, SUBSCRIBED_WAIT_MILLIS, TimeUnit.MILLISECONDS)
                : alarms.current(feed.trigger());
        return settled.thenApply(done -> Reply.ok(view.show(feed)));
    }

    private CompletionStage<Reply> found(
            String kind, QualifiedName trigger, Function<Feed, CompletionStage<Reply>> next) {
        Optional<Feed> feed = registry.find(trigger).filter(known -> sameFamily(known, kind));
        return feed.isPresent() ? next.apply(feed.get()) : missing(trigger);
    }

    /** Goes on for who holds the key, once what other providers changed is known here. */
    private CompletionStage<Reply> owner(
            QualifiedName name, Optional<AuthKey> key, Function<QualifiedName, CompletionStage<Reply>> next) {
        return callers.owner(name, key, trigger -> alarms.current(trigger).thenCompose(known -> next.apply(trigger)));
    }

    /** The same for who may see the feed. */
    private CompletionStage<Reply> allowed(
            String name, String header, Function<QualifiedName, CompletionStage<Reply>> next) {
        return callers.allowed(
                QualifiedName.parse(name),
                FeedRequest.key(JsonNodeFactory.instance.objectNode(), header),
                trigger -> alarms.current(trigger).thenCompose(known -> next.apply(trigger)));
    }

    /** The three kinds of alarms take each other's place. */
    private static boolean sameFamily(Feed feed, String kind) {
        return feed.spec() instanceof AlarmSpec
                ? AlarmSpec.KINDS.contains(kind)
                : feed.spec().kind().equals(kind);
    }

    /** The refusal to change a feed that somebody else keeps; empty if it is a user's. */
    private Optional<CompletionStage<Reply>> kept(Feed feed) {
        return feed.origin() == Feed.Origin.DECLARED
                ? Optional.of(reply(
                        409,
                        "the feed of " + feed.trigger()
                                + " is declared in the configuration of the provider: change it there"))
                : followed(feed);
    }

    private Optional<CompletionStage<Reply>> followed(Feed feed) {
        return feed.origin() == Feed.Origin.FOLLOWED
                ? Optional.of(reply(
                        409, "the feed of " + feed.trigger() + " belongs to " + link.name() + ": change it there"))
                : Optional.empty();
    }

    private static CompletionStage<Reply> missing(QualifiedName trigger) {
        return reply(404, "could not find trigger " + trigger + " in the database");
    }

    private static CompletionStage<Reply> reply(int status, String message) {
        return CompletableFuture.completedStage(Reply.error(status, message));
    }
}
