package io.fogwhisk.launcher.site;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.Tls;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.feed.FeedProvider;
import io.fogwhisk.lean.LeanOpenWhisk;
import io.fogwhisk.lean.catalog.IdentityDocuments;
import io.fogwhisk.lean.couch.CouchConfig;
import io.fogwhisk.lean.couch.CouchServer;
import io.fogwhisk.lean.couch.DocumentLog;
import io.fogwhisk.lean.follow.CatalogFollower;
import io.fogwhisk.lean.identity.IdentityFile;
import io.fogwhisk.lean.identity.SiteTokens;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** What is declared at the centre, served to the sites as a CouchDB. */
final class ServedCatalogue implements Service {

    private final SiteConfig config;
    private final LeanOpenWhisk whisk;
    private final FeedProvider feeds;
    private final IdentityFile identities;
    private final Optional<Tls> tls;
    private final HttpHost http;
    private final Clock clock;
    private final ServiceGroup services;

    /**
     * A catalogue that is not served yet.
     *
     * @param whisk whose entities are served; it and what else is given are started before and closed after this
     * @param feeds whose feeds are served
     * @param identities that are served, but for the system's
     */
    ServedCatalogue(
            SiteConfig config,
            LeanOpenWhisk whisk,
            FeedProvider feeds,
            IdentityFile identities,
            Optional<Tls> tls,
            HttpHost http,
            Clock clock) {
        this.config = config;
        this.whisk = whisk;
        this.feeds = feeds;
        this.identities = identities;
        this.tls = tls;
        this.http = http;
        this.clock = clock;
        this.services = new ServiceGroup(config.id() + "/catalogue");
    }

    @Override
    public void start() {
        SiteTokens tokens = services.start(new SiteTokens(
                config.id(), config.data(), config.catalog().sites().byName(), clock));
        DocumentLog log = services.start(new DocumentLog(
                config.id(),
                config.data().resolve("catalog.db"),
                Map.of(
                        CatalogFollower.WHISKS, whisk.declarations(),
                        CatalogFollower.SUBJECTS, new IdentityDocuments(identities, tokens),
                        CatalogFollower.TOPIC_LISTENERS, feeds.recorded().mqtt(),
                        CatalogFollower.ALARMS, feeds.recorded().alarms()),
                config.limits().commitPace()));
        services.start(new CouchServer(
                new CouchConfig(config.id(), config.host(), config.ports().catalog(), tls), log, tokens, http, clock));
    }

    @Override
    public void close() {
        services.close();
    }
}
