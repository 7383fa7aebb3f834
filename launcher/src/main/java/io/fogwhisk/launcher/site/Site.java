package io.fogwhisk.launcher.site;

import io.fogwhisk.aggregate.Aggregator;
import io.fogwhisk.aggregate.AggregatorConfig;
import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.base.health.DurableFolder;
import io.fogwhisk.base.health.Readiness;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.Tls;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.FeedProvider;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.action.FeedPackages;
import io.fogwhisk.feed.catalog.CatalogLink;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.influx.LeanInflux;
import io.fogwhisk.influx.LeanInfluxConfig;
import io.fogwhisk.launcher.broker.EmbeddedBroker;
import io.fogwhisk.launcher.dashboard.Dashboard;
import io.fogwhisk.lean.LeanConfig;
import io.fogwhisk.lean.LeanOpenWhisk;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentityFile;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.parameters.SiteParameters;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.model.AuthKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One data centre's stack, in this process: the broker, the feed provider, the edge domain, the OpenWhisk, the database,
 * each behind the protocol that its grown-up counterpart speaks; or those of them that {@link RolesConfig} says, while
 * other processes run the rest. Several sites live in one JVM.
 */
public final class Site implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(Site.class);

    private static final Duration LOOK = Duration.ofMillis(50);

    private final SiteConfig config;
    private final HttpHost http;
    private final Clock clock;
    private final Instruments instruments;
    private final Metrics metrics;
    private final ServiceGroup services;
    private final SiteAddresses addresses;
    private final Aggregator aggregator;
    private final IdentityFile identities;
    private final SiteParameters parameters;
    private final Optional<FollowedCatalogue> followed;
    private final boolean fed;
    private Predicate<String> owned = namespace -> false;

    /**
     * A site that is not started.
     *
     * @param http the process's HTTP server, started by the caller and closed after the site
     */
    public Site(SiteConfig config, HttpHost http, Clock clock) {
        this(config, http, clock, true);
    }

    /** A site for work on what it has: nothing brings it new readings, and it has no web page. */
    public static Site withoutFeeds(SiteConfig config, HttpHost http, Clock clock) {
        return new Site(config, http, clock, false);
    }

    private Site(SiteConfig config, HttpHost http, Clock clock, boolean fed) {
        this.fed = fed;
        this.config = Objects.requireNonNull(config, "config is null");
        this.http = Objects.requireNonNull(http, "http is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.instruments = Instruments.of(config.id());
        this.metrics = instruments.metrics();
        this.services = new ServiceGroup(config.id());
        this.addresses = SiteAddresses.of(config, config.roles().runs(SiteRole.INFLUX) ? InfluxToken.of(config) : "");
        this.aggregator = new Aggregator(aggregatorConfig(), metrics, clock);
        this.identities = SiteIdentities.of(config);
        this.parameters = config.parameters().at(config, addresses);
        this.followed = config.catalog()
                .upstream()
                .map(upstream ->
                        new FollowedCatalogue(config, upstream, identities, aggregator::outboxDepth, metrics, clock));
    }

    @Override
    public void start() {
        Readiness readiness = instruments.readiness();
        services.own(DataFolder.take(config.data()));
        services.own(readiness);
        readiness.add("disk", new DurableFolder(config.data()));
        if (fed) {
            services.start(new Dashboard(config, addresses, instruments, shown(), http));
        }
        services.startTogether(independents().toArray(Service[]::new));
        if (config.roles().runsStreet()) {
            startAggregator();
        }
        followed.ifPresent(FollowedCatalogue::recall);
        if (fed) {
            startStreet();
        } else {
            startWhiskAlone();
        }
        readiness.started();
    }

    /** What the web page shows; a process without any of the street has none. */
    private Optional<Aggregator> shown() {
        return config.roles().runsStreet() ? Optional.of(aggregator) : Optional.empty();
    }

    private void startAggregator() {
        aggregator.locate(target(
                SamplePipeline.LOCAL, addresses.localUrl(), config.local().bucket(), addresses.localToken()));
        aggregator.locate(target(
                SamplePipeline.CENTRAL, addresses.centralUrl(), config.centre().bucket(), addresses.centralToken()));
        services.start(aggregator);
        instruments.readiness().add("outbox", aggregator::fault);
    }

    /** The OpenWhisk without what calls it. */
    private void startWhiskAlone() {
        LeanOpenWhisk whisk = new LeanOpenWhisk(leanConfig(), packages(), http, metrics, clock);
        // What belongs to the catalogue stays as it is, also while nobody follows.
        followed.ifPresent(each -> each.link(whisk, parameters));
        services.start(whisk);
    }

    private void startStreet() {
        if (config.roles().runs(SiteRole.OPENWHISK)) {
            startOwnOpenWhisk();
            installSample();
        } else if (config.roles().runs(SiteRole.FEEDS)) {
            services.start(new RemoteFeeds(
                    config, FeedStage.config(config, guestKey(), ownBroker()), http, instruments, clock));
        }
    }

    /** Finishes what is in flight and stops; nothing that was acknowledged is lost. It is not ready from the first. */
    @Override
    public void close() {
        instruments.readiness().closing();
        services.close();
    }

    /** Waits until nothing is left in the outbox, or for so long. */
    public void awaitDelivery(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (aggregator.outboxDepth() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** What the site counted since it started. */
    public Metrics metrics() {
        return metrics;
    }

    /** The key of the namespace {@code guest}; empty if the user deleted it, or an OpenWhisk elsewhere has it. */
    public Optional<AuthKey> guestKey() {
        if (!config.roles().runs(SiteRole.OPENWHISK)) {
            return config.openwhisk().auth();
        }
        return Optional.ofNullable(known().byNamespace(SiteIdentities.GUEST)).map(Identity::key);
    }

    /** How to reach the site. */
    public SiteAddresses addresses() {
        return addresses;
    }

    /** What the site was told. */
    public SiteConfig config() {
        return config;
    }

    private io.fogwhisk.aggregate.influx.InfluxTarget target(String name, String url, String bucket, String token) {
        return new io.fogwhisk.aggregate.influx.InfluxTarget(
                SiteIdentities.GUEST + "/" + name, new InfluxBucket(url, config.influxOrg(), bucket), token);
    }

    /** What needs nothing of this site: the slowest to start, beside each other. */
    private List<Service> independents() {
        Ports ports = config.ports();
        Readiness readiness = instruments.readiness();
        List<Service> independents = new ArrayList<>();
        if (config.roles().runs(SiteRole.OPENWHISK)) {
            independents.add(SiteIdentities.prepared(identities, config));
        }
        if (config.roles().runs(SiteRole.INFLUX)) {
            LeanInflux influx = influx();
            independents.add(influx);
            readiness.add("influx", influx::fault);
        }
        if (fed && config.roles().runs(SiteRole.BROKER)) {
            EmbeddedBroker broker = new EmbeddedBroker(
                    config.id(), config.host(), ports.mqtt(), config.data().resolve("broker"));
            independents.add(broker);
            readiness.add("mqtt", broker::fault);
        }
        return independents;
    }

    private LeanInflux influx() {
        return new LeanInflux(
                new LeanInfluxConfig(
                        config.host(),
                        config.ports().influx(),
                        config.data(),
                        config.influxOrg(),
                        config.influx().buckets(config.local(), config.centre()),
                        addresses.embeddedToken(),
                        config.influx().tokens(config.centre()),
                        config.limits().commitPace(),
                        config.influx().rules(),
                        config.influx().maxDisk(),
                        config.influx().queryTime()),
                http,
                metrics);
    }

    /** The feeds fire at the OpenWhisk of this site, and that tells them of triggers that are gone. */
    private void startOwnOpenWhisk() {
        LeanOpenWhisk whisk = new LeanOpenWhisk(leanConfig(), packages(), http, metrics, clock);
        CatalogLink link = followed.map(each -> each.link(whisk, parameters)).orElse(CatalogLink.NONE);
        owned = link.owned();
        services.start(whisk);
        instruments.readiness().add("openwhisk", whisk::fault);
        Optional<FeedProvider> feeds = startStreet(whisk, link);
        feeds.ifPresent(provider -> {
            if (config.catalog().serve()) {
                services.start(new ServedCatalogue(config, whisk, provider, identities, tls(), http, clock));
            }
            followed.ifPresent(each -> services.start(each.following(whisk, provider)));
        });
    }

    private Optional<FeedProvider> startStreet(LeanOpenWhisk whisk, CatalogLink link) {
        Optional<FeedProviderConfig> feeds = config.roles().runs(SiteRole.FEEDS)
                ? Optional.of(FeedStage.config(config, guestKey(), ownBroker()))
                : Optional.empty();
        feeds.stream()
                .filter(FeedProviderConfig::fires)
                .flatMap(each -> each.declared().stream())
                .filter(feed -> !link.owned().test(feed.trigger().namespace()))
                .forEach(feed -> FeedStage.createTrigger(feed, addresses.apiHost()));
        return services.start(new Street(config, feeds, link, whisk, http, instruments, clock))
                .feeds();
    }

    /** Who may use the site's OpenWhisk. */
    private IdentitySource known() {
        return followed.<IdentitySource>map(FollowedCatalogue::identities).orElse(identities);
    }

    private Optional<Broker> ownBroker() {
        return config.roles().runs(SiteRole.BROKER) ? Optional.of(config.broker()) : Optional.empty();
    }

    private void installSample() {
        if (config.sample().isEmpty()) {
            return;
        }
        if (owned.test(SiteIdentities.GUEST)) {
            LOG.atInfo()
                    .addKeyValue("site", config.id())
                    .log("the namespace guest belongs to the catalogue: the sample is the centre's to install");
            return;
        }
        guestKey()
                .ifPresentOrElse(
                        key -> new SamplePipeline(
                                        config, addresses, config.sample().get(), key)
                                .install(),
                        () -> LOG.atInfo().addKeyValue("site", config.id()).log("no namespace guest, no sample"));
    }

    private Optional<Tls> tls() {
        OpenWhiskConfig openwhisk = config.openwhisk();
        if (!openwhisk.tls()) {
            return Optional.empty();
        }
        return openwhisk
                .certificate()
                .<Tls>map(own -> own)
                .or(() -> Optional.of(
                        new Tls.SelfSigned(config.data().resolve("openwhisk.p12"), List.of(config.host()))));
    }

    private AggregatorConfig aggregatorConfig() {
        AggregatorConfig defaults = AggregatorConfig.defaults(config.id(), config.data());
        return new AggregatorConfig(
                defaults.name(),
                defaults.dataFolder(),
                defaults.maxPointsInFlight(),
                defaults.writeTimeout(),
                defaults.queryTimeout(),
                defaults.localPatience(),
                config.limits().outbox(),
                config.limits().commitPace(),
                defaults.retry());
    }

    private LeanConfig leanConfig() {
        LeanConfig defaults = LeanConfig.defaults(config.id(), config.ports().openwhisk(), config.data());
        return new LeanConfig(
                defaults.name(),
                config.host(),
                defaults.port(),
                defaults.dataFolder(),
                known(),
                config.limits().commitPace(),
                new LeanConfig.Bounds(
                        config.limits().queuedInvocations(),
                        defaults.bounds().maxInMemory(),
                        config.limits().runningActivations()),
                defaults.blockingLimit(),
                config.openwhisk().retention(),
                config.openwhisk().runtimes(),
                tls(),
                parameters);
    }

    private List<BuiltInPackage> packages() {
        List<BuiltInPackage> packages = new ArrayList<>();
        packages.add(aggregator.builtInPackage());
        packages.add(FeedPackages.mqtt(addresses.feedsUrl()));
        packages.add(FeedPackages.alarms(addresses.feedsUrl()));
        return packages;
    }
}
