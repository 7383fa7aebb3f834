package io.fogwhisk.feed.catalog;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.Worker;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedListener;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FollowedFeed;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSink;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feeds that a site follows: it has those of the catalogue's documents in its registry, with the site's own keys and
 * values, for as long as their triggers are there and a key for them is known. Those that have to wait are remembered,
 * and come within a second. Feeds that the site has of its own in the catalogue's namespaces get the catalogue's keys,
 * because no others are good there.
 *
 * <p>Life cycle: after each {@link #start} the sinks are told every document again, in any order with what is new; then
 * {@link #settled} says that this was all, and the feeds that nobody told of end. Until then they go on as they are.
 *
 * <p>Threads: one of its own changes the registry; every method may be called by any thread and never waits.
 */
public final class FollowedFeeds implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedFeeds.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);
    // Many changes at a time cost little more than one.
    private static final Duration PACE = Duration.ofMillis(20);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final long WRITE_SECONDS = 60;

    private final FeedRegistry registry;
    private final CatalogLink link;
    private final FeedCheck check;
    private final Predicate<Feed> again;
    private final Predicate<Feed> keyRefused;
    private final Worker worker;
    private final FeedListener listener = this::changed;
    private final Wishes wishes = new Wishes();
    // Guarded by the worker.
    private final Set<QualifiedName> stale = new HashSet<>();
    private boolean allStale;
    private boolean settled;

    /**
     * Feeds that are not brought to the registry yet.
     *
     * @param name of its thread
     * @param again whether a followed feed that is disabled is to be tried again when a trigger or a key changed
     * @param keyRefused the same for a feed of the site in a namespace of the catalogue
     */
    public FollowedFeeds(
            String name,
            FeedRegistry registry,
            CatalogLink link,
            FeedCheck check,
            Predicate<Feed> again,
            Predicate<Feed> keyRefused) {
        this.registry = Objects.requireNonNull(registry, "registry is null");
        this.link = Objects.requireNonNull(link, "link is null");
        this.check = Objects.requireNonNull(check, "check is null");
        this.again = Objects.requireNonNull(again, "again is null");
        this.keyRefused = Objects.requireNonNull(keyRefused, "keyRefused is null");
        worker = new Worker(name, this::work);
    }

    /** Begins to bring feeds to the registry, which has started before. */
    @Override
    public void start() {
        registry.listen(listener);
        worker.start();
    }

    @Override
    public void close() {
        registry.ignore(listener);
        worker.stop();
        worker.join(CLOSE_WAIT);
    }

    /** Takes the documents of the database {@code topic_listeners}. */
    public DocumentSink mqtt() {
        return new Sink(FeedFamily.MQTT);
    }

    /** Takes the documents of the database {@code alarmservice}. */
    public DocumentSink alarms() {
        return new Sink(FeedFamily.ALARMS);
    }

    /** The triggers, the keys or the values of the site changed. */
    public void refresh() {
        boolean unused = worker.give(() -> allStale = true);
    }

    /** Both sinks were told all that there was: followed feeds of which they were not told end. */
    public void settled() {
        boolean unused = worker.give(() -> {
            settled = true;
            allStale = true;
        });
    }

    private Optional<String> put(Wishes.Source source, CatalogDocument document) {
        if (source.id().startsWith("_design/")) {
            return Optional.empty();
        }
        Wish wish;
        try {
            if (!link.wants(FeedDocuments.trigger(source.id(), document.body()).namespace())) {
                // Also of a document whose trigger was wanted once.
                remove(source);
                return Optional.empty();
            }
            wish = Wish.of(FeedDocuments.read(source.family(), source.id(), document.body()), link.values());
            check.check(wish.trigger(), wish.spec());
        } catch (RuntimeException e) {
            // Whatever is wrong with one document must keep nobody from the next.
            keep(source, document);
            return Optional.of("the feed can't be read: " + reason(e));
        }
        QualifiedName trigger = wish.trigger();
        Optional<QualifiedName> left = wishes.put(source, wish);
        stale(trigger);
        left.ifPresent(this::stale);
        if (!wishes.first(source, trigger)) {
            return Optional.of("trigger " + trigger + " has another feed in the catalogue: delete one of the two");
        }
        Optional<Feed.Origin> other =
                registry.find(trigger).map(Feed::origin).filter(origin -> origin != Feed.Origin.FOLLOWED);
        return other.map(origin -> "trigger " + trigger + " has a feed that "
                + (origin == Feed.Origin.DECLARED ? "this site's configuration declares" : "was made at this site")
                + ": it takes the place of the catalogue's until it is gone");
    }

    private void remove(Wishes.Source source) {
        wishes.remove(source).ifPresent(this::stale);
    }

    /** What an earlier revision made stays, also after a restart that brings the later one alone. */
    private void keep(Wishes.Source source, CatalogDocument document) {
        if (wishes.has(source)) {
            return;
        }
        try {
            registry.find(FeedDocuments.trigger(source.id(), document.body()))
                    .filter(feed -> feed.origin() == Feed.Origin.FOLLOWED
                            && source.family().holds(feed.spec()))
                    .ifPresent(feed -> wishes.put(source, Wish.kept(feed)));
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("document of the catalogue names no trigger");
        }
    }

    private static String reason(RuntimeException failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private void stale(QualifiedName trigger) {
        boolean unused = worker.give(() -> stale.add(trigger));
    }

    /** Where a feed of the site made way, the catalogue's takes its place. */
    private void changed(Optional<Feed> before, Optional<Feed> after) {
        if (after.isEmpty()) {
            before.filter(feed -> wishes.of(feed.trigger()).isPresent()).ifPresent(feed -> stale(feed.trigger()));
        }
    }

    /** What the site has, asked for once per namespace: a site may have many feeds. */
    private record Now(Set<QualifiedName> triggers, Map<String, Optional<AuthKey>> keys, Map<String, Boolean> owned) {}

    private record Work(Set<QualifiedName> triggers, boolean all, boolean settled) {}

    private void work() throws InterruptedException {
        List<Work> taken = new ArrayList<>();
        while (worker.take(() -> allStale || !stale.isEmpty(), () -> taken.add(take())) && !worker.isStopping()) {
            Set<QualifiedName> failed = bring(taken.remove(0));
            if (failed.isEmpty()) {
                worker.pause(PACE);
            } else {
                worker.pause(AGAIN);
                boolean unused = worker.give(() -> stale.addAll(failed));
            }
        }
    }

    private Work take() {
        Work work = new Work(Set.copyOf(stale), allStale, settled);
        stale.clear();
        allStale = false;
        return work;
    }

    /** Brings feeds to the registry; returns those that it did not take. */
    private Set<QualifiedName> bring(Work work) {
        Set<QualifiedName> names = new HashSet<>(work.triggers);
        if (work.all) {
            wishes.renew(this::renewed);
            names.addAll(wishes.triggers());
            registry.feeds().stream()
                    .filter(feed -> work.settled || feed.origin() != Feed.Origin.FOLLOWED)
                    .forEach(feed -> names.add(feed.trigger()));
        }
        Set<QualifiedName> failed = new HashSet<>();
        Map<QualifiedName, CompletableFuture<?>> changes = new HashMap<>();
        try {
            Now site = new Now(link.triggers().get(), new HashMap<>(), new HashMap<>());
            for (QualifiedName name : names) {
                change(name, site).ifPresent(change -> changes.put(name, change.toCompletableFuture()));
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("feeds of the catalogue not brought up to date");
            return names;
        }
        changes.forEach((name, change) -> {
            try {
                Object unused =
                        change.orTimeout(WRITE_SECONDS, TimeUnit.SECONDS).join();
            } catch (CompletionException e) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("trigger", name)
                        .log("feed of the catalogue not brought up to date");
                failed.add(name);
            }
        });
        return failed;
    }

    private Optional<CompletionStage<?>> change(QualifiedName name, Now site) {
        Optional<Feed> now = registry.find(name);
        if (now.isPresent() && now.get().origin() != Feed.Origin.FOLLOWED) {
            return rekey(now.get(), site);
        }
        Optional<FollowedFeed> wanted = wishes.of(name)
                .filter(wish -> site.triggers.contains(name))
                .flatMap(wish -> site.keys
                        .computeIfAbsent(name.namespace(), link.keys())
                        .map(key -> new FollowedFeed(name, key, wish.spec(), wish.active())));
        if (wanted.isEmpty()) {
            return now.map(feed -> {
                LOG.atInfo().addKeyValue("trigger", name).log("feed of the catalogue ends");
                return registry.unfollow(name);
            });
        }
        if (now.isPresent() && wanted.get().is(now.get()) && !again.test(now.get())) {
            return Optional.empty();
        }
        LOG.atInfo()
                .addKeyValue("trigger", name)
                .addKeyValue("kind", wanted.get().spec().kind())
                .log("feed of the catalogue created or changed");
        return Optional.of(registry.follow(wanted.get(), again));
    }

    private Optional<CompletionStage<?>> rekey(Feed feed, Now site) {
        String namespace = feed.trigger().namespace();
        if (!site.owned.computeIfAbsent(namespace, link.owned()::test)) {
            return Optional.empty();
        }
        return site.keys
                .computeIfAbsent(namespace, link.keys())
                .filter(key -> !key.equals(feed.key()) || keyRefused.test(feed))
                .map(key -> {
                    LOG.atInfo().addKeyValue("trigger", feed.trigger()).log("feed gets the key of the catalogue");
                    return registry.rekey(feed.trigger(), key, keyRefused);
                });
    }

    private Wish renewed(Wish wish) {
        try {
            Wish now = wish.renewed(link.values());
            if (!now.equals(wish)) {
                check.check(now.trigger(), now.spec());
            }
            return now;
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).addKeyValue("trigger", wish.trigger()).log("values of the site do not fit");
            return wish;
        }
    }

    private final class Sink implements DocumentSink {

        private final FeedFamily family;

        Sink(FeedFamily family) {
            this.family = family;
        }

        @Override
        public Optional<String> put(String id, CatalogDocument document) {
            return FollowedFeeds.this.put(new Wishes.Source(family, id), document);
        }

        @Override
        public void remove(String id) {
            FollowedFeeds.this.remove(new Wishes.Source(family, id));
        }
    }
}
