package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.FeedProviderConfig.Acceptance;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.DeclaredFeed;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Derives what a feed provider needs to know from a site's configuration. Stateless. */
final class FeedStage {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private FeedStage() {}

    /**
     * The configuration of a site's provider.
     *
     * @param guest the key of the namespace guest, if it is known
     * @param ownBroker the broker of the same site and data folder, if there is one
     * @throws ConfigException if the slim feed has no key
     */
    static FeedProviderConfig config(SiteConfig site, Optional<AuthKey> guest, Optional<Broker> ownBroker) {
        FeedsConfig feeds = site.feeds();
        boolean remote = !site.roles().runs(SiteRole.OPENWHISK);
        return new FeedProviderConfig(
                site.id(),
                site.host(),
                site.ports().feeds(),
                site.data(),
                remote ? Acceptance.BY_INBOX : Acceptance.BY_OPENWHISK,
                feeds.bounds(site.limits().firesInFlight()),
                feeds.mqtt(),
                feeds.alarms(),
                declared(site, guest),
                ownBroker,
                feeds.triggerCheck(),
                site.feedsOpen(),
                remote || site.catalog().feeds());
    }

    /** Makes the trigger of a slim feed at the site's own OpenWhisk, unless it is there. */
    static void createTrigger(DeclaredFeed feed, String apiHost) {
        try (WskEntities whisk = new WskEntities(apiHost, feed.key(), TIMEOUT)) {
            String name = feed.trigger().name();
            if (whisk.get(WskEntities.Collection.TRIGGERS, QualifiedName.of(QualifiedName.DEFAULT_NAMESPACE, name))
                    .isEmpty()) {
                whisk.putTrigger(name, List.of(), List.of(), false);
            }
        }
    }

    private static List<DeclaredFeed> declared(SiteConfig site, Optional<AuthKey> guest) {
        if (site.feeds().slim().isEmpty()) {
            return List.of();
        }
        SlimFeed slim = site.feeds().slim().get();
        AuthKey key = slim.auth()
                .or(() -> slim.trigger().namespace().equals(SiteIdentities.GUEST) ? guest : Optional.empty())
                .orElseThrow(() -> new ConfigException(List.of("feeds.slim.auth is needed: the key of the namespace "
                        + slim.trigger().namespace() + ", of the form uuid:key")));
        return List.of(slim.declared(site.broker(), key));
    }
}
