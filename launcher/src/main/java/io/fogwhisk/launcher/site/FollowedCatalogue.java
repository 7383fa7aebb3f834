package io.fogwhisk.launcher.site;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.FeedProvider;
import io.fogwhisk.feed.catalog.CatalogLink;
import io.fogwhisk.launcher.site.CatalogConfig.Upstream;
import io.fogwhisk.lean.LeanOpenWhisk;
import io.fogwhisk.lean.follow.CatalogFollower;
import io.fogwhisk.lean.follow.CatalogGuard;
import io.fogwhisk.lean.follow.FollowConfig;
import io.fogwhisk.lean.follow.FollowedIdentities;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentityFile;
import io.fogwhisk.lean.identity.SealedKey;
import io.fogwhisk.lean.parameters.SiteParameters;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * The catalogue of a centre, as a site follows it: its identities stand before the site's own, its entities and feeds
 * are the site's. With the centre away, the site goes on with its copy.
 */
final class FollowedCatalogue {

    private final SiteConfig config;
    private final Upstream upstream;
    private final FollowedIdentities identities;
    private final IntSupplier outbox;
    private final Metrics metrics;
    private final Clock clock;

    /**
     * A catalogue that is not followed yet.
     *
     * @param own the identities of the site itself
     * @param outbox how many aggregates and readings wait, for the report to the centre
     */
    FollowedCatalogue(
            SiteConfig config, Upstream upstream, IdentityFile own, IntSupplier outbox, Metrics metrics, Clock clock) {
        this.config = config;
        this.upstream = upstream;
        this.outbox = outbox;
        this.metrics = metrics;
        this.clock = clock;
        this.identities = identities(upstream, own, clock);
    }

    private static FollowedIdentities identities(Upstream upstream, IdentityFile own, Clock clock) {
        return new FollowedIdentities(
                own,
                (text, owner) -> SealedKey.open(upstream.password().orElse(""), text, owner),
                upstream.namespaces(),
                upstream.keysValid(),
                clock);
    }

    /** The key that a site which may be running has from its catalogue for a namespace; empty if it has none. */
    static Optional<AuthKey> key(SiteConfig config, String namespace) {
        return config.catalog().upstream().flatMap(upstream -> {
            FollowedIdentities known = identities(upstream, SiteIdentities.of(config), Clock.systemUTC());
            if (Files.exists(CatalogFollower.file(config.data()))) {
                CatalogFollower.recall(config.data(), CatalogFollower.SUBJECTS, known);
            }
            return Optional.ofNullable(known.byNamespace(namespace)).map(Identity::key);
        });
    }

    /** Who may use the site's OpenWhisk: whom the catalogue knows, and the site's own. */
    FollowedIdentities identities() {
        return identities;
    }

    /**
     * Knows the identities of an earlier life again. What is in the queue of the OpenWhisk runs as them, so it must not
     * start before.
     */
    void recall() {
        CatalogFollower.recall(config.data(), CatalogFollower.SUBJECTS, identities);
        Optional<Instant> last = CatalogFollower.lastContact(config.data(), CatalogFollower.SUBJECTS);
        identities.contact(() -> last);
    }

    /** What the feed provider of the site is to know. */
    CatalogLink link(LeanOpenWhisk whisk, SiteParameters parameters) {
        CatalogGuard guard = whisk.guard(upstream.url(), upstream.namespaces(), identities::isFollowed);
        return new CatalogLink(
                upstream.url().toString(),
                whisk::triggers,
                namespace ->
                        Optional.ofNullable(identities.byNamespace(namespace)).map(Identity::key),
                parameters,
                guard::owns,
                namespace ->
                        upstream.namespaces().isEmpty() || upstream.namespaces().contains(namespace));
    }

    /**
     * Follows from its start on.
     *
     * @param whisk that the entities go to; started before, and closed after
     * @param feeds that the feeds go to; the same
     */
    Service following(LeanOpenWhisk whisk, FeedProvider feeds) {
        ServiceGroup services = new ServiceGroup(config.id() + "/catalogue");
        return new Service() {
            @Override
            public void start() {
                CatalogFollower follower = new CatalogFollower(
                        followConfig(),
                        Map.of(
                                CatalogFollower.SUBJECTS, identities,
                                CatalogFollower.WHISKS, whisk.follow(upstream.namespaces()),
                                CatalogFollower.TOPIC_LISTENERS,
                                        feeds.followed().mqtt(),
                                CatalogFollower.ALARMS, feeds.followed().alarms()),
                        FollowedCatalogue.this::report,
                        metrics,
                        clock);
                // Before anything is followed: a feed may wait for the trigger or the key that comes first.
                services.own(whisk.onChange(feeds.followed()::refresh));
                services.own(whisk.onChange(follower::retry));
                services.own(identities.onChange(feeds.followed()::refresh));
                services.start(follower);
                identities.contact(() -> follower.lastContact(CatalogFollower.SUBJECTS));
                feeds.followed().settled();
            }

            @Override
            public void close() {
                services.close();
            }
        };
    }

    private FollowConfig followConfig() {
        return new FollowConfig(
                config.id(),
                upstream.url(),
                // With a password alone, the user is the site.
                upstream.user().or(() -> upstream.password().map(password -> config.id())),
                upstream.password(),
                upstream.databases(),
                config.data(),
                upstream.namespaces(),
                upstream.keysValid(),
                upstream.authority(),
                FollowConfig.DEFAULT_POLL);
    }

    private ObjectNode report() {
        return JsonNodeFactory.instance.objectNode().put("outbox", outbox.getAsInt());
    }
}
