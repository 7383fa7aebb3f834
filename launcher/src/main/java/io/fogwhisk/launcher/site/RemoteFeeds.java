package io.fogwhisk.launcher.site;

import io.fogwhisk.base.health.DurableFolder;
import io.fogwhisk.base.health.Readiness;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.bridge.client.BridgeConfig;
import io.fogwhisk.bridge.client.BridgeOpenWhisk;
import io.fogwhisk.bridge.client.CachedIdentities;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.feed.FeedProvider;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.catalog.CatalogLink;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.client.HttpOpenWhisk;
import io.fogwhisk.wsk.client.HttpTriggers;
import io.fogwhisk.wsk.client.RestEndpoint;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A feed provider whose triggers are those of an OpenWhisk elsewhere; it fires straight at that, or through the router of
 * an edge domain. Whether that one can be reached matters to the
 * delay of messages alone: they wait in the provider's inbox.
 */
public final class RemoteFeeds implements Service {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    private final ServiceGroup services;
    private final String name;
    private final ApiHost apiHost;
    private final Optional<String> router;
    private final FeedProviderConfig config;
    private final HttpHost http;
    private final Instruments instruments;
    private final Clock clock;

    /**
     * A provider that is not started.
     *
     * @param site needs an API host
     * @param http the process's HTTP server, started by the caller and closed after the provider
     */
    RemoteFeeds(SiteConfig site, FeedProviderConfig config, HttpHost http, Instruments instruments, Clock clock) {
        this.router = site.roles().router();
        this.apiHost = site.openwhisk().apiHost().orElseThrow();
        this.config = Objects.requireNonNull(config, "config is null");
        this.http = Objects.requireNonNull(http, "http is null");
        this.instruments = Objects.requireNonNull(instruments, "instruments is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.name = config.name();
        this.services = new ServiceGroup(name + "/remote-feeds");
    }

    /**
     * A provider in a process of its own, with its data folder.
     *
     * @param site needs an API host, and, if it has a slim feed, a broker and a key for that
     */
    public static Service alone(SiteConfig site, HttpHost http, Clock clock) {
        ServiceGroup services = new ServiceGroup(site.id() + "/feed-provider");
        Instruments instruments = Instruments.of(site.id());
        Readiness readiness = instruments.readiness();
        RemoteFeeds feeds = new RemoteFeeds(
                site, FeedStage.config(site, site.openwhisk().auth(), Optional.empty()), http, instruments, clock);
        return new Service() {
            @Override
            public void start() {
                services.own(DataFolder.take(site.data()));
                services.own(readiness);
                readiness.add("disk", new DurableFolder(site.data()));
                services.start(feeds);
                readiness.started();
            }

            @Override
            public void close() {
                readiness.closing();
                services.close();
            }
        };
    }

    @Override
    public void start() {
        RestEndpoint rest = new RestEndpoint(name + "-openwhisk", apiHost, CALL_TIMEOUT);
        HttpOpenWhisk whisk = services.own(new HttpOpenWhisk(rest));
        Identities identities = new CachedIdentities(whisk, System::nanoTime);
        OpenWhisk target = router.<OpenWhisk>map(endpoint -> new BridgeOpenWhisk(
                        new BridgeConfig(endpoint, CALL_TIMEOUT),
                        identities,
                        services.own(new EdgeTransport(name + "-feeds"))))
                .orElse(whisk);
        FeedProvider provider = services.start(new FeedProvider(
                config,
                target,
                identities,
                new HttpTriggers(rest),
                http,
                instruments.metrics(),
                instruments::routes,
                CatalogLink.NONE,
                clock));
        instruments.readiness().add("feeds", provider::fault);
    }

    @Override
    public void close() {
        services.close();
    }
}
