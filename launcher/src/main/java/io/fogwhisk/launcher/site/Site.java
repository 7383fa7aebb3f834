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
import io.fogwhisk.wsk.TriggerFeeds;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.client.HttpTriggers;
import io.fogwhisk.wsk.client.RestEndpoint;
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
 * each behind the protocol that its grown-up counterpart speaks. Where its feeds fire at an OpenWhisk elsewhere, it has
 * neither an OpenWhisk nor an edge domain of its own. Several sites live in one JVM.
 */
public final class Site implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(Site.class);

    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(65);

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
        this.addresses = SiteAddresses.of(config, InfluxToken.of(config));
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
            services.start(new Dashboard(config, addresses, instruments, aggregator, http));
        }
        services.startTogether(independents().toArray(Service[]::new));
        aggregator.locate(target(
                SamplePipeline.LOCAL, addresses.localUrl(), config.local().bucket(), addresses.localToken()));
        aggregator.locate(target(
                SamplePipeline.CENTRAL, addresses.centralUrl(), config.centre().bucket(), addresses.centralToken()));
        services.start(aggregator);
        followed.ifPresent(FollowedCatalogue::recall);
        if (!fed) {
            LeanOpenWhisk whisk = new LeanOpenWhisk(leanConfig(), packages(), http, metrics, clock);
            // What belongs to the catalogue stays as it is, also while nobody follows.
            followed.ifPresent(each -> each.link(whisk, parameters));
            services.start(whisk);
            readiness.started();
            return;
        }
        config.openwhisk().apiHost().ifPresentOrElse(this::startFeedsAt, this::startOwnOpenWhisk);
        installSample();
        readiness.started();
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
        if (config.openwhisk().apiHost().isPresent()) {
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
        if (config.openwhisk().apiHost().isEmpty()) {
            independents.add(SiteIdentities.prepared(identities, config));
        }
        LeanInflux influx = new LeanInflux(
                new LeanInfluxConfig(
                        config.host(),
                        ports.influx(),
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
        independents.add(influx);
        readiness.add("influx", influx::fault);
        if (fed && config.catalog().feeds() && config.externalBroker().isEmpty()) {
            EmbeddedBroker broker = new EmbeddedBroker(
                    config.id(), config.host(), ports.mqtt(), config.data().resolve("broker"));
            independents.add(broker);
            readiness.add("mqtt", broker::fault);
        }
        return independents;
    }

    /** The feeds fire at the OpenWhisk of this site, and that tells them of triggers that are gone. */
    private void startOwnOpenWhisk() {
        LeanOpenWhisk whisk = new LeanOpenWhisk(leanConfig(), packages(), http, metrics, clock);
        CatalogLink link = followed.map(each -> each.link(whisk, parameters)).orElse(CatalogLink.NONE);
        owned = link.owned();
        services.start(whisk);
        instruments.readiness().add("openwhisk", whisk::fault);
        Optional<FeedProvider> feeds = config.catalog().feeds()
                ? Optional.of(fireFeeds(whisk, link))
                : config.catalog().serve() ? Optional.of(recordFeeds(whisk)) : Optional.empty();
        feeds.ifPresent(provider -> {
            if (config.catalog().serve()) {
                services.start(new ServedCatalogue(config, whisk, provider, identities, tls(), http, clock));
            }
            followed.ifPresent(each -> services.start(each.following(whisk, provider)));
        });
    }

    private FeedProvider fireFeeds(LeanOpenWhisk whisk, CatalogLink link) {
        FeedProviderConfig feeds = FeedStage.config(config, guestKey(), ownBroker());
        feeds.declared().stream()
                .filter(feed -> !link.owned().test(feed.trigger().namespace()))
                .forEach(feed -> FeedStage.createTrigger(feed, addresses.apiHost()));
        return services.start(new Street(config, feeds, link, whisk, http, instruments, clock))
                .feeds();
    }

    /** Feeds that run at the sites. */
    private FeedProvider recordFeeds(LeanOpenWhisk whisk) {
        RestEndpoint rest =
                services.own(new RestEndpoint(config.id() + "-relay", ApiHost.of(whisk.apiHost()), CALL_TIMEOUT));
        FeedProvider provider = services.start(new FeedProvider(
                FeedStage.config(config, guestKey(), Optional.empty()),
                whisk,
                whisk,
                new HttpTriggers(rest),
                http,
                metrics,
                instruments::routes,
                CatalogLink.NONE,
                clock));
        whisk.feeds(provider);
        services.own(() -> whisk.feeds(TriggerFeeds.NONE));
        return provider;
    }

    /** Who may use the site's OpenWhisk. */
    private IdentitySource known() {
        return followed.<IdentitySource>map(FollowedCatalogue::identities).orElse(identities);
    }

    private Optional<Broker> ownBroker() {
        return config.externalBroker().isEmpty() ? Optional.of(config.broker()) : Optional.empty();
    }

    private void startFeedsAt(ApiHost elsewhere) {
        services.start(new RemoteFeeds(
                FeedStage.config(config, guestKey(), ownBroker()), elsewhere, http, instruments, clock));
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
