package io.fogwhisk.feed.catalog;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.SiteValues;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A provider whose catalogue, triggers and keys the test decides. */
final class FollowingSite implements AutoCloseable {

    static final String CENTRE = "https://centre:5984";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final QualifiedName WITNESS = QualifiedName.of("other", "witness");

    private final Set<QualifiedName> triggers = ConcurrentHashMap.newKeySet();
    private final Map<String, AuthKey> keys =
            new ConcurrentHashMap<>(Map.of("guest", AuthKey.GUEST, WITNESS.namespace(), AuthKey.SYSTEM));
    private final Set<String> owned = ConcurrentHashMap.newKeySet();
    private final ProviderFixture provider;

    private FollowingSite(FeedProviderConfig config, FakeOpenWhisk target, SiteValues values, String... names) {
        for (String name : names) {
            triggers.add(QualifiedName.of("guest", name));
        }
        provider = ProviderFixture.start(
                config,
                target,
                new CatalogLink(
                        CENTRE,
                        () -> Set.copyOf(triggers),
                        namespace -> Optional.ofNullable(keys.get(namespace)),
                        values,
                        owned::contains,
                        namespace -> !namespace.equals("unwanted")));
    }

    /** A site that has some triggers of the namespace guest. */
    static FollowingSite start(FeedProviderConfig config, FakeOpenWhisk target, String... names) {
        return new FollowingSite(config, target, SiteValues.NONE, names);
    }

    /** The same with values of its own. */
    static FollowingSite start(FeedProviderConfig config, FakeOpenWhisk target, SiteValues values, String... names) {
        return new FollowingSite(config, target, values, names);
    }

    static ObjectNode json(String text) {
        return JsonObject.parse(text.replace('\'', '"')).copy();
    }

    Optional<String> putMqtt(String trigger, String body) {
        return followed().mqtt().put("guest/" + trigger, CatalogDocument.of(json(body)));
    }

    Optional<String> putAlarm(String trigger, String body) {
        return followed().alarms().put("guest/" + trigger, CatalogDocument.of(json(body)));
    }

    void addTrigger(String name) {
        triggers.add(QualifiedName.of("guest", name));
        followed().refresh();
    }

    /** As the store tells it: first the feeds, then those who look at the triggers. */
    void removeTrigger(String name) {
        QualifiedName trigger = QualifiedName.of("guest", name);
        triggers.remove(trigger);
        boolean unused = provider.feeds().deleted(trigger).toCompletableFuture().join();
        followed().refresh();
    }

    void key(Optional<AuthKey> key) {
        keys.remove("guest");
        key.ifPresent(known -> keys.put("guest", known));
        followed().refresh();
    }

    /** The key changes, and the feeds have not heard of it yet. */
    void rotate(AuthKey key) {
        keys.put("guest", key);
    }

    /** The namespace guest is the catalogue's from now on. */
    void own() {
        owned.add("guest");
        followed().refresh();
    }

    FollowedFeeds followed() {
        return provider.followed();
    }

    ProviderFixture provider() {
        return provider;
    }

    /** Waits until all that was told before has been looked at. */
    void awaitWitness() {
        triggers.add(WITNESS);
        followed().alarms().put("other/witness", CatalogDocument.of(json("{'cron':'0 0 1 1 *'}")));
        await().atMost(LIMIT).until(() -> provider.feeds().state(WITNESS).isPresent());
    }

    /** The state of a feed as users see it; empty without one. */
    String state(String trigger) {
        return provider.feeds()
                .state(QualifiedName.of("guest", trigger))
                .map(state -> state.tree().path("state").asText())
                .orElse("");
    }

    @Override
    public void close() {
        provider.close();
    }
}
