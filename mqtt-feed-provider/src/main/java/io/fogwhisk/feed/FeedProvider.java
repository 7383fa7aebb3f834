package io.fogwhisk.feed;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRole;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.alarm.AlarmFeeds;
import io.fogwhisk.feed.catalog.CatalogLink;
import io.fogwhisk.feed.catalog.FollowedFeeds;
import io.fogwhisk.feed.catalog.RecordedFeeds;
import io.fogwhisk.feed.delivery.InboxOutlet;
import io.fogwhisk.feed.delivery.Lanes;
import io.fogwhisk.feed.delivery.Replay;
import io.fogwhisk.feed.inbox.Inbox;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.inbox.SetAsideReplay;
import io.fogwhisk.feed.mqtt.MqttFeeds;
import io.fogwhisk.feed.registry.CronSpec;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedSpec;
import io.fogwhisk.feed.rest.FeedRoutes;
import io.fogwhisk.feed.sequence.Sequences;
import io.fogwhisk.feed.trigger.TriggerFirer;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.TriggerDirectory;
import io.fogwhisk.wsk.TriggerFeeds;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.javalin.config.JavalinConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The feed provider of a site: fires triggers for MQTT messages and for alarms.
 *
 * <p>Life cycle: {@link #start} opens {@code feeds.db}, starts the stored feeds without waiting for their brokers, and
 * opens the port of the HTTP API; {@link #close} waits a few seconds for the fires under way. Messages that were not
 * acknowledged by then stay in the sessions at their brokers and come again.
 *
 * <p>In the background it asks after the trigger of each feed, now and then, and ends the feeds of those that are gone.
 *
 * <p>One that does not fire only keeps the feeds that users make, for the sites that follow them.
 *
 * <p>Failure: a broker or an OpenWhisk that is away delays, it never makes start or a request fail.
 */
public final class FeedProvider implements Service, TriggerFeeds {

    // What an inbox may hand out at the same time, each perhaps to be set aside.
    private static final int INBOX_WRITERS = 12_000;
    private static final SetAsideReplay NO_REPLAY = new SetAsideReplay() {
        @Override
        public CompletionStage<Integer> replay(OptionalLong id) {
            return CompletableFuture.failedStage(nothingFires());
        }

        @Override
        public CompletionStage<Integer> replay(String trigger) {
            return CompletableFuture.failedStage(nothingFires());
        }

        private FeedException nothingFires() {
            return new FeedException("feeds are only recorded here, for other sites: nothing fires");
        }
    };

    private final FeedProviderConfig config;
    private final HttpHost http;
    private final Metrics metrics;
    private final ServiceGroup services;
    private final FeedDatabase database;
    private final FeedRegistry registry;
    private final SetAside setAside;
    private final TriggerFirer firer;
    private final Replay replay;
    private final Sequences sequences;
    private final Optional<Inbox> inbox;
    private final MqttFeeds mqtt;
    private final AlarmFeeds alarms;
    private final FeedRoutes routes;
    private final Consumer<JavalinConfig> pages;
    private final TriggerWatch watch;
    private final CatalogLink link;
    private final RecordedFeeds recorded;
    private final FollowedFeeds followed;
    private volatile HttpHost.@Nullable Port port;

    /** A provider that does not run yet, without a page of what is counted. */
    public FeedProvider(
            FeedProviderConfig config,
            OpenWhisk target,
            Identities identities,
            TriggerDirectory triggers,
            HttpHost http,
            Metrics metrics,
            CatalogLink link,
            Clock clock) {
        this(config, target, identities, triggers, http, metrics, javalin -> {}, link, clock);
    }

    /**
     * The same with pages beside its own.
     *
     * @param target whose triggers are fired; its acceptance is what messages are acknowledged on
     * @param identities tells whose key a request brings
     * @param triggers tells whether a trigger is there
     * @param http where the port is opened; started and closed by the caller
     * @param pages what the provider's port serves beside its API, such as what is counted
     */
    public FeedProvider(
            FeedProviderConfig config,
            OpenWhisk target,
            Identities identities,
            TriggerDirectory triggers,
            HttpHost http,
            Metrics metrics,
            Consumer<JavalinConfig> pages,
            CatalogLink link,
            Clock clock) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.http = Objects.requireNonNull(http, "http is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        this.link = Objects.requireNonNull(link, "link is null");
        String name = config.name();
        services = new ServiceGroup(name + "/feeds");
        database = new FeedDatabase(
                name + "-feeds-db",
                config.dataFolder().resolve("feeds.db"),
                Math.max(config.bounds().firesInFlight(), INBOX_WRITERS));
        registry = new FeedRegistry(database, clock, config.ownBroker(), config.declared());
        setAside = new SetAside(database, clock);
        firer = new TriggerFirer(name + "-feeds-retry", target, triggers, link::keyOf, metrics);
        replay = new Replay(name + "-feeds-replay", registry, setAside, firer, metrics);
        sequences = new Sequences(registry, database, firer::later, metrics, clock);
        Lanes lanes = new Lanes(registry, setAside, firer, metrics);
        inbox = inbox(lanes);
        mqtt = new MqttFeeds(
                name,
                registry,
                lanes,
                inbox,
                config.acceptance(),
                metrics,
                clock,
                config.bounds().firesInFlight(),
                config.mqtt());
        alarms = new AlarmFeeds(
                name, config.alarms(), registry, link::keyOf, database, target, triggers, metrics, clock);
        SetAsideReplay again = config.fires() ? replay : NO_REPLAY;
        routes = new FeedRoutes(registry, mqtt, alarms, setAside, again, inbox, identities, config, link, clock);
        this.pages = Objects.requireNonNull(pages, "pages is null");
        watch = new TriggerWatch(
                name + "-feeds-watch",
                registry,
                triggers,
                config.triggerCheck(),
                feed -> config.fires() && !link.keeps(feed));
        recorded = new RecordedFeeds(registry);
        followed = new FollowedFeeds(
                name + "-feeds-followed",
                registry,
                link,
                this::check,
                TriggerWatch::lockedOut,
                TriggerWatch::keyRefused);
    }

    @Override
    public void start() {
        services.start(database);
        services.start(registry);
        services.start(setAside);
        if (config.fires()) {
            startFiring();
        }
        services.start(followed);
        if (!link.followed()) {
            // What was followed once ends when nothing is followed any more.
            followed.settled();
        }
        services.own(metrics.show(new FeedReadings(registry)));
        port = http.open(new HttpRole(config.name() + "/feeds", config.host(), config.port(), javalin -> {
            routes.declare(javalin);
            pages.accept(javalin);
        }));
        services.start(watch);
    }

    private void startFiring() {
        services.start(firer);
        services.start(replay);
        services.start(sequences);
        if (inbox.isPresent()) {
            registry.countBacklog(inbox.get()::lag);
            services.start(inbox.get());
        }
        services.start(mqtt);
        services.start(alarms);
        metrics.queue(config.name() + "/fires", mqtt::inFlight);
        inbox.ifPresent(waiting -> metrics.queue(config.name() + "/inbox", () ->
                (int) Math.min(Integer.MAX_VALUE, waiting.state().messages())));
    }

    /** The feeds that users make here, for the sites that follow; there are none before {@link #start}. */
    public RecordedFeeds recorded() {
        return recorded;
    }

    /** Takes the feeds of the catalogue that the site follows, once this is started. */
    public FollowedFeeds followed() {
        return followed;
    }

    /** Dates that have passed are no fault: a document is told again at every start. */
    private void check(QualifiedName trigger, FeedSpec spec) {
        if (spec instanceof CronSpec cron && cron.options().stopDate().isEmpty()) {
            alarms.check(trigger, cron, date -> false);
        }
    }

    @Override
    public Optional<JsonObject> state(QualifiedName trigger) {
        return registry.find(trigger).map(routes::state);
    }

    @Override
    public CompletionStage<Boolean> deleted(QualifiedName trigger) {
        return watch.gone(trigger);
    }

    @Override
    public boolean flooded() {
        return mqtt.flooded();
    }

    private Optional<Inbox> inbox(Lanes lanes) {
        if (!config.fires()) {
            return Optional.empty();
        }
        Path file = config.dataFolder().resolve("inbox.db");
        // Messages that another way of accepting left behind are not left behind for ever.
        if (config.acceptance() != FeedProviderConfig.Acceptance.BY_INBOX && !Files.exists(file)) {
            return Optional.empty();
        }
        FeedProviderConfig.Bounds bounds = config.bounds();
        return Optional.of(new Inbox(
                config.name() + "-feeds-inbox",
                file,
                bounds.inboxMessages(),
                bounds.inboxBytes(),
                new InboxOutlet(registry, lanes, Math.max(1, bounds.firesInFlight() / 2))));
    }

    /** Why no message can be taken now, wherever it comes from; empty if messages can. */
    public Optional<String> fault() {
        if (port == null) {
            return Optional.of("the feed provider " + config.name() + " is not started");
        }
        if (inbox.isEmpty()) {
            return Optional.empty();
        }
        return inbox.get().isWritable()
                ? Optional.empty()
                : Optional.of("the inbox of " + config.name() + " is closed, or its file is lost");
    }

    /** {@code http://host:port}, with the port that was bound. */
    public String endpoint() {
        HttpHost.Port bound = port;
        if (bound == null) {
            throw new FeedException("the feed provider " + config.name() + " is not started");
        }
        return "http://" + config.host() + ":" + bound.number();
    }

    @Override
    public void close() {
        if (port != null) {
            port.close();
            port = null;
        }
        services.close();
    }
}
