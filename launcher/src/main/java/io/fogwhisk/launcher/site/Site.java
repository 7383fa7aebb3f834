package io.fogwhisk.launcher.site;

import io.fogwhisk.aggregate.Aggregator;
import io.fogwhisk.aggregate.AggregatorConfig;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.Tls;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Exposition;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.bridge.client.BridgeConfig;
import io.fogwhisk.bridge.client.BridgeOpenWhisk;
import io.fogwhisk.bridge.computer.WhiskComputer;
import io.fogwhisk.bridge.computer.WhiskSite;
import io.fogwhisk.bridge.proxy.Callers;
import io.fogwhisk.bridge.proxy.WskProxy;
import io.fogwhisk.bridge.proxy.WskProxyConfig;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.controller.EdgeControllerConfig;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.router.EdgeRouterConfig;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.table.RoutingTables;
import io.fogwhisk.feed.FeedProvider;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.action.FeedPackages;
import io.fogwhisk.influx.LeanInflux;
import io.fogwhisk.influx.LeanInfluxConfig;
import io.fogwhisk.launcher.broker.EmbeddedBroker;
import io.fogwhisk.launcher.dashboard.Dashboard;
import io.fogwhisk.launcher.edge.EdgeReadings;
import io.fogwhisk.lean.LeanConfig;
import io.fogwhisk.lean.LeanOpenWhisk;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentityFile;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One data centre's stack, in this process: the broker, the feed provider, the edge domain, the OpenWhisk, the database,
 * each behind the protocol that its grown-up counterpart speaks. Several sites live in one JVM.
 */
public final class Site implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(Site.class);
    private static final Duration EDGE_LEASE = Duration.ofSeconds(15);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(65);

    private final SiteConfig config;
    private final HttpHost http;
    private final Clock clock;
    private final Exposition exposition;
    private final Metrics metrics;
    private final ServiceGroup services;
    private final SiteAddresses addresses;
    private final Aggregator aggregator;
    private final IdentityFile identities;

    /**
     * A site that is not started.
     *
     * @param http the process's HTTP server, started by the caller and closed after the site
     */
    public Site(SiteConfig config, HttpHost http, Clock clock) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.http = Objects.requireNonNull(http, "http is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.exposition = new Exposition(config.id());
        this.metrics = exposition.metrics();
        this.services = new ServiceGroup(config.id());
        this.addresses = SiteAddresses.of(config, InfluxToken.of(config.data()));
        this.aggregator = new Aggregator(aggregatorConfig(), metrics, clock);
        this.identities = SiteIdentities.of(config);
    }

    @Override
    public void start() {
        services.own(DataFolder.take(config.data()));
        services.startTogether(independents().toArray(Service[]::new));
        services.start(aggregator);
        LeanOpenWhisk whisk = services.start(new LeanOpenWhisk(leanConfig(), packages(), http, metrics, clock));
        if (!config.central()) {
            startStreet(whisk);
        }
        services.start(new Dashboard(config, addresses, exposition, aggregator, http));
        installSample();
    }

    /** Finishes what is in flight and stops; nothing that was acknowledged is lost. */
    @Override
    public void close() {
        services.close();
    }

    /** What the site counted since it started. */
    public Metrics metrics() {
        return metrics;
    }

    /** The key of the namespace {@code guest}; empty if the user deleted it. */
    public Optional<AuthKey> guestKey() {
        return Optional.ofNullable(identities.byNamespace(SiteIdentities.GUEST)).map(Identity::key);
    }

    /** How to reach the site. */
    public SiteAddresses addresses() {
        return addresses;
    }

    /** What the site was told. */
    public SiteConfig config() {
        return config;
    }

    /** What needs nothing of this site: the slowest to start, beside each other. */
    private List<Service> independents() {
        Ports ports = config.ports();
        List<Service> independents = new ArrayList<>();
        independents.add(SiteIdentities.prepared(identities, config));
        independents.add(new LeanInflux(
                new LeanInfluxConfig(
                        config.host(),
                        ports.influx(),
                        config.data(),
                        config.influxOrg(),
                        List.of(config.local().bucket(), config.centre().bucket()),
                        addresses.embeddedToken(),
                        config.limits().commitPace()),
                http,
                metrics));
        if (!config.central() && config.externalBroker().isEmpty()) {
            independents.add(new EmbeddedBroker(
                    config.id(), config.host(), ports.mqtt(), config.data().resolve("broker")));
        }
        return independents;
    }

    private void startStreet(LeanOpenWhisk whisk) {
        Ports ports = config.ports();
        String host = config.host();
        String controller = host + ":" + ports.controller();
        EdgeTransport transport = services.own(new EdgeTransport(config.id()));
        EdgeController known = services.start(
                new EdgeController(new EdgeControllerConfig(host, ports.controller(), EDGE_LEASE), transport));
        services.own(metrics.show(EdgeReadings.of(known)));
        EdgeRouter router = services.start(new EdgeRouter(
                new EdgeRouterConfig(
                        host,
                        ports.router(),
                        ports.routerTable(),
                        controller,
                        new EdgeRouterConfig.Bounds(2 * config.limits().firesInFlight(), 0, CALL_TIMEOUT)),
                RoutingTables.of("type=" + config.policy(), "type=async,alpha=0.95", 0, System::nanoTime),
                transport,
                metrics));
        RestEndpoint rest =
                services.own(new RestEndpoint(config.id() + "-relay", ApiHost.of(whisk.apiHost()), CALL_TIMEOUT));
        services.own(metrics.show(EdgeReadings.of(router)));
        services.start(new WhiskComputer(
                new EdgeComputerConfig(host, ports.computer(), controller, EDGE_LEASE.dividedBy(3)),
                new WhiskSite(whisk, whisk, Optional.of(rest), Optional.empty()),
                transport,
                metrics));
        BridgeOpenWhisk bridge =
                new BridgeOpenWhisk(new BridgeConfig(host + ":" + ports.router(), CALL_TIMEOUT), whisk, transport);
        services.start(new FeedProvider(feedConfig(), bridge, whisk, new HttpTriggers(rest), http, metrics, clock));
        services.start(new WskProxy(
                new WskProxyConfig(host, ports.wskproxy(), CALL_TIMEOUT, whisk.apiHost()),
                bridge,
                Callers.knownTo(whisk),
                http));
    }

    private FeedProviderConfig feedConfig() {
        FeedProviderConfig defaults =
                FeedProviderConfig.defaults(config.id(), config.ports().feeds(), config.data());
        FeedProviderConfig.Bounds bounds = defaults.bounds();
        return new FeedProviderConfig(
                config.id(),
                config.host(),
                defaults.port(),
                config.data(),
                defaults.acceptance(),
                new FeedProviderConfig.Bounds(
                        config.limits().firesInFlight(), bounds.inboxMessages(), bounds.inboxBytes()),
                defaults.mqtt(),
                defaults.alarms(),
                defaults.declared(),
                config.externalBroker().isEmpty() ? Optional.of(config.broker()) : Optional.empty(),
                defaults.open());
    }

    private void installSample() {
        if (config.sample().isEmpty()) {
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
                config.limits().outboxEntries(),
                defaults.maxSetAside(),
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
                identities,
                config.limits().commitPace(),
                new LeanConfig.Bounds(
                        config.limits().queuedInvocations(),
                        defaults.bounds().maxInMemory(),
                        config.limits().runningActivations()),
                defaults.blockingLimit(),
                config.openwhisk().retention(),
                config.openwhisk().runtimes(),
                tls());
    }

    private List<BuiltInPackage> packages() {
        List<BuiltInPackage> packages = new ArrayList<>();
        packages.add(aggregator.builtInPackage());
        packages.add(FeedPackages.mqtt(addresses.feedsUrl()));
        packages.add(FeedPackages.alarms(addresses.feedsUrl()));
        return packages;
    }
}
