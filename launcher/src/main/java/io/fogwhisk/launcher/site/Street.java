package io.fogwhisk.launcher.site;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.ServiceGroup;
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
import io.fogwhisk.feed.catalog.CatalogLink;
import io.fogwhisk.launcher.edge.EdgeReadings;
import io.fogwhisk.lean.LeanOpenWhisk;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.TriggerFeeds;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.client.HttpTriggers;
import io.fogwhisk.wsk.client.RestEndpoint;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way of a message within a site: the feed provider, and the edge domain between it and the site's OpenWhisk. Either
 * may run in another process: the feeds then fire through the router of an edge domain elsewhere, or straight at the
 * OpenWhisk.
 */
final class Street implements Service {

    private static final Duration EDGE_LEASE = Duration.ofSeconds(15);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(65);

    private final SiteConfig config;
    private final Optional<FeedProviderConfig> feeds;
    private final CatalogLink link;
    private final LeanOpenWhisk whisk;
    private final HttpHost http;
    private final Instruments instruments;
    private final Clock clock;
    private final ServiceGroup services;
    private @Nullable FeedProvider provider;

    /**
     * A street that is not started.
     *
     * @param feeds what its feed provider is told; empty if another process has that
     * @param link what the feeds are to know of the catalogue that the site follows
     * @param whisk started by the caller before the street, and closed after it
     */
    Street(
            SiteConfig config,
            Optional<FeedProviderConfig> feeds,
            CatalogLink link,
            LeanOpenWhisk whisk,
            HttpHost http,
            Instruments instruments,
            Clock clock) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.feeds = Objects.requireNonNull(feeds, "feeds is null");
        this.link = Objects.requireNonNull(link, "link is null");
        this.whisk = Objects.requireNonNull(whisk, "whisk is null");
        this.http = Objects.requireNonNull(http, "http is null");
        this.instruments = Objects.requireNonNull(instruments, "instruments is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.services = new ServiceGroup(config.id() + "/street");
    }

    @Override
    public void start() {
        RestEndpoint rest =
                services.own(new RestEndpoint(config.id() + "-relay", ApiHost.of(whisk.apiHost()), CALL_TIMEOUT));
        OpenWhisk target = whisk;
        if (config.roles().runs(SiteRole.EDGE)) {
            EdgeTransport transport = services.own(new EdgeTransport(config.id()));
            startDomain(transport, rest);
            BridgeOpenWhisk bridge = bridge(config.host() + ":" + config.ports().router(), transport);
            services.start(new WskProxy(
                    new WskProxyConfig(config.host(), config.ports().wskproxy(), CALL_TIMEOUT, whisk.apiHost()),
                    bridge,
                    Callers.knownTo(whisk),
                    http,
                    instruments.readiness()::routes));
            target = bridge;
        } else if (config.roles().router().isPresent()) {
            target = bridge(config.roles().router().get(), services.own(new EdgeTransport(config.id())));
        }
        if (feeds.isPresent()) {
            startFeeds(feeds.get(), config.openwhisk().direct() ? whisk : target, rest);
        }
    }

    private BridgeOpenWhisk bridge(String router, EdgeTransport transport) {
        return new BridgeOpenWhisk(new BridgeConfig(router, CALL_TIMEOUT), whisk, transport);
    }

    private void startFeeds(FeedProviderConfig told, OpenWhisk target, RestEndpoint rest) {
        FeedProvider started = services.start(new FeedProvider(
                told,
                target,
                whisk,
                new HttpTriggers(rest),
                http,
                instruments.metrics(),
                instruments::routes,
                link,
                clock));
        provider = started;
        whisk.feeds(started);
        services.own(() -> whisk.feeds(TriggerFeeds.NONE));
    }

    /** The feeds, after the start; empty if another process has them. */
    Optional<FeedProvider> feeds() {
        return Optional.ofNullable(provider);
    }

    @Override
    public void close() {
        services.close();
    }

    private void startDomain(EdgeTransport transport, RestEndpoint rest) {
        Metrics metrics = instruments.metrics();
        Ports ports = config.ports();
        String host = config.host();
        String controller = host + ":" + ports.controller();
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
        services.own(metrics.show(EdgeReadings.of(router)));
        services.start(new WhiskComputer(
                new EdgeComputerConfig(host, ports.computer(), controller, EDGE_LEASE.dividedBy(3)),
                new WhiskSite(whisk, whisk, Optional.of(rest), Optional.empty()),
                transport,
                metrics));
    }
}
