package io.fogwhisk.feed.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.alarm.AlarmFeeds;
import io.fogwhisk.feed.mqtt.MqttFeeds;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedSpec;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Clock;
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
    private static final List<String> UPDATABLE =
            List.of("url", "topic", "qos", "cron", "timezone", "trigger_payload", "startDate", "stopDate");

    private final FeedRegistry registry;
    private final MqttFeeds mqtt;
    private final FeedView view;
    private final Identities identities;
    private final Clock clock;

    FeedChanges(FeedRegistry registry, MqttFeeds mqtt, FeedView view, Identities identities, Clock clock) {
        this.registry = registry;
        this.mqtt = mqtt;
        this.view = view;
        this.identities = identities;
        this.clock = clock;
    }

    CompletionStage<Reply> create(String kind, ObjectNode body, String header) {
        QualifiedName name = FeedRequest.trigger(body);
        Optional<AuthKey> key = FeedRequest.key(body, header);
        if (key.isEmpty()) {
            throw new FeedException("no authKey parameter was provided");
        }
        FeedSpec spec = FeedSpec.of(kind, body);
        if (spec instanceof AlarmSpec alarm) {
            AlarmFeeds.check(alarm, clock.instant());
        }
        return authorised(name, key, trigger -> put(trigger, key.get(), spec));
    }

    CompletionStage<Reply> update(String kind, String name, ObjectNode body, String header) {
        Optional<AuthKey> key = FeedRequest.key(body, header);
        return authorised(
                QualifiedName.parse(name), key, trigger -> found(kind, trigger, feed -> update(feed, key, body)));
    }

    CompletionStage<Reply> read(String kind, String name, String header) {
        return authorised(
                QualifiedName.parse(name),
                FeedRequest.key(JsonNodeFactory.instance.objectNode(), header),
                trigger -> found(kind, trigger, feed -> CompletableFuture.completedStage(Reply.ok(view.show(feed)))));
    }

    /** Deleting what is not there succeeds, so that a delete can be repeated. */
    CompletionStage<Reply> delete(String kind, String name, String header) {
        return authorised(
                QualifiedName.parse(name), FeedRequest.key(JsonNodeFactory.instance.objectNode(), header), trigger -> {
                    ObjectNode body = JsonNodeFactory.instance.objectNode().put("deleted", trigger.toString());
                    if (registry.find(trigger)
                            .filter(feed -> feed.spec().kind().equals(kind))
                            .isEmpty()) {
                        return CompletableFuture.completedStage(Reply.ok(body));
                    }
                    return registry.delete(trigger).thenApply(gone -> Reply.ok(body));
                });
    }

    private CompletionStage<Reply> update(Feed feed, Optional<AuthKey> key, ObjectNode body) {
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        UPDATABLE.stream().filter(body::has).forEach(name -> given.set(name, body.get(name)));
        if (given.isEmpty()) {
            throw new FeedException("no updatable parameters were specified");
        }
        ObjectNode merged = feed.spec().toJson();
        merged.setAll(given);
        FeedSpec spec = FeedSpec.of(feed.spec().kind(), merged);
        if (spec instanceof AlarmSpec alarm) {
            // A start that has passed since the alarm was created is no fault; one that is given now is.
            AlarmSpec checked = given.has("startDate")
                    ? alarm
                    : new AlarmSpec(
                            alarm.cron(), alarm.timezone(), alarm.payload(), Optional.empty(), alarm.stopDate());
            AlarmFeeds.check(checked, clock.instant());
        }
        return put(feed.trigger(), key.orElse(feed.key()), spec);
    }

    private CompletionStage<Reply> put(QualifiedName trigger, AuthKey key, FeedSpec spec) {
        Optional<Feed> before = registry.find(trigger);
        if (before.isPresent() && !before.get().spec().kind().equals(spec.kind())) {
            return reply(
                    409,
                    "trigger " + trigger + " has a feed of another kind ("
                            + before.get().spec().kind() + "): delete that first");
        }
        return registry.put(trigger, key, spec).thenCompose(feed -> {
            LOG.atInfo()
                    .addKeyValue("trigger", trigger)
                    .addKeyValue("kind", spec.kind())
                    .log("feed created or updated");
            CompletionStage<Void> settled = spec instanceof MqttSpec
                    ? mqtt.settled(feed)
                            .toCompletableFuture()
                            .completeOnTimeout(null, SUBSCRIBED_WAIT_MILLIS, TimeUnit.MILLISECONDS)
                    : CompletableFuture.completedStage(null);
            return settled.thenApply(done -> Reply.ok(view.show(feed)));
        });
    }

    private CompletionStage<Reply> found(
            String kind, QualifiedName trigger, Function<Feed, CompletionStage<Reply>> next) {
        Optional<Feed> feed =
                registry.find(trigger).filter(known -> known.spec().kind().equals(kind));
        return feed.isPresent()
                ? next.apply(feed.get())
                : reply(404, "could not find trigger " + trigger + " in the database");
    }

    /** Goes on with the trigger's real name, if the key may. */
    private CompletionStage<Reply> authorised(
            QualifiedName name, Optional<AuthKey> key, Function<QualifiedName, CompletionStage<Reply>> next) {
        boolean open = name.namespace().equals(QualifiedName.DEFAULT_NAMESPACE);
        if (key.isEmpty()) {
            return open ? reply(401, "a key is needed to know whose trigger " + name + " is") : next.apply(name);
        }
        return identities
                .namespaceOf(key.get())
                .handle((namespace, failure) -> {
                    if (failure != null) {
                        LOG.atWarn()
                                .addKeyValue("error", String.valueOf(failure.getMessage()))
                                .log("key could not be checked");
                        return reply(503, "the key can't be checked now: " + failure.getMessage());
                    }
                    if (namespace.isEmpty()) {
                        return reply(401, "Trigger authentication request failed.");
                    }
                    QualifiedName trigger = name.resolve(namespace.get());
                    return trigger.namespace().equals(namespace.get())
                            ? next.apply(trigger)
                            : reply(403, "the key is not of namespace " + trigger.namespace());
                })
                .thenCompose(Function.identity());
    }

    private static CompletionStage<Reply> reply(int status, String message) {
        return CompletableFuture.completedStage(Reply.error(status, message));
    }
}
