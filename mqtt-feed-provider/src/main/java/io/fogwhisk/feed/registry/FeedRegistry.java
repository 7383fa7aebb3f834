package io.fogwhisk.feed.registry;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feeds that exist, durable in {@code feeds.db} and whole in memory. The database's committer is the one writer of
 * both: memory and listeners follow each commit, in order. Reading is thread-safe and never waits.
 */
public final class FeedRegistry implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(FeedRegistry.class);

    private final FeedDatabase file;
    private final Clock clock;
    private final Optional<Broker> ownBroker;
    private final List<DeclaredFeed> declared;
    private final Map<QualifiedName, Feed> feeds = new ConcurrentHashMap<>();
    private final Map<QualifiedName, FeedStatus> statuses = new ConcurrentHashMap<>();
    private final Map<Long, Retired> retired = new ConcurrentHashMap<>();
    private final List<FeedListener> listeners = new CopyOnWriteArrayList<>();
    // Set at start, then the committer's own. Never reused while the process runs: it tells a feed from its successor.
    private long lastRevision;
    private volatile Function<QualifiedName, Lag> backlog = trigger -> Lag.NONE;

    /** A registry in a database that is opened before this one starts. */
    public FeedRegistry(FeedDatabase file, Clock clock) {
        this(file, clock, Optional.empty(), List.of());
    }

    /**
     * A registry of a site.
     *
     * @param ownBroker where the site's own broker is now, if it has one: feeds follow it when it was elsewhere before
     * @param declared the feeds that there are by configuration, each trigger once
     */
    public FeedRegistry(FeedDatabase file, Clock clock, Optional<Broker> ownBroker, List<DeclaredFeed> declared) {
        this.ownBroker = Objects.requireNonNull(ownBroker, "ownBroker is null");
        this.file = Objects.requireNonNull(file, "file is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.declared = List.copyOf(declared);
    }

    /** Reads what is stored and brings it to what is declared. */
    @Override
    public void start() {
        ownBroker.ifPresent(broker -> file.committer()
                .submit(connection -> OwnBroker.move(connection, broker))
                .toCompletableFuture()
                .join());
        try (Connection connection = file.database().openReader()) {
            for (Feed feed : FeedRows.all(connection)) {
                feeds.put(feed.trigger(), feed);
                lastRevision = Math.max(lastRevision, feed.revision());
            }
            FeedRows.retired(connection).forEach(old -> retired.put(old.id(), old));
        } catch (SQLException e) {
            throw file.database().failure("read", e);
        }
        declare();
    }

    @Override
    public void close() {
        listeners.clear();
    }

    /** Tells a listener of every change from now on. */
    public void listen(FeedListener listener) {
        listeners.add(listener);
    }

    /** Tells a listener of no further change. */
    public void ignore(FeedListener listener) {
        listeners.remove(listener);
    }

    /** The broker that shares the site. */
    public Optional<Broker> ownBroker() {
        return ownBroker;
    }

    /** The feed of a trigger. */
    public Optional<Feed> find(QualifiedName trigger) {
        return Optional.ofNullable(feeds.get(trigger));
    }

    /** Every feed, by the name of its trigger. */
    public List<Feed> feeds() {
        return feeds.values().stream()
                .sorted(Comparator.comparing(feed -> feed.trigger().toString()))
                .toList();
    }

    /** What happened to a trigger's feed; of one that is gone, nothing that anybody will see. */
    public FeedStatus status(QualifiedName trigger) {
        FeedStatus known = statuses.get(trigger);
        if (known != null) {
            return known;
        }
        FeedStatus status = statuses.computeIfAbsent(trigger, name -> new FeedStatus(clock, () -> backlog.apply(name)));
        if (!feeds.containsKey(trigger)) {
            // A late answer must not bring it back for ever.
            statuses.remove(trigger, status);
        }
        return status;
    }

    /** Has every {@link FeedStatus#lag} count what waits in the inbox as well. */
    public void countBacklog(Function<QualifiedName, Lag> measure) {
        backlog = measure;
    }

    /** The subscriptions that brokers may still keep. */
    public List<Retired> retired() {
        return List.copyOf(retired.values());
    }

    /** Creates a feed, or replaces it and makes it active again; completes when it is durable and listeners know. */
    public CompletionStage<Feed> put(QualifiedName trigger, AuthKey key, FeedSpec spec) {
        return put(trigger, key, spec, Feed.Origin.CREATED);
    }

    /**
     * Takes over a feed as another provider has it, with its state; its revision becomes one of this registry. What is
     * followed here stays so.
     */
    public CompletionStage<Feed> adopt(Feed feed) {
        return file.committer()
                .submit(
                        connection -> {
                            Optional<Feed> before = FeedRows.find(connection, feed.trigger());
                            Feed after = new Feed(
                                    feed.trigger(),
                                    feed.key(),
                                    feed.spec(),
                                    feed.state(),
                                    before.map(Feed::origin)
                                            .filter(Feed.Origin.FOLLOWED::equals)
                                            .orElse(feed.origin()),
                                    feed.changed(),
                                    ++lastRevision);
                            return store(connection, before, after);
                        },
                        change -> publish(change).orElseThrow());
    }

    private CompletionStage<Feed> put(QualifiedName trigger, AuthKey key, FeedSpec spec, Feed.Origin origin) {
        return file.committer()
                .submit(
                        connection -> {
                            Optional<Feed> before = FeedRows.find(connection, trigger);
                            Feed after =
                                    new Feed(trigger, key, spec, new FeedState.Active(), origin, now(), ++lastRevision);
                            return store(connection, before, after);
                        },
                        change -> publish(change).orElseThrow());
    }

    /**
     * Changes what makes a feed fire. A paused feed stays paused; a disabled one is active again.
     *
     * @return completes when the change is durable and listeners know, with the feed as it is now; empty if there is
     *     none
     */
    public CompletionStage<Optional<Feed>> update(QualifiedName trigger, AuthKey key, FeedSpec spec) {
        return change(
                trigger,
                feed -> new Feed(
                        trigger,
                        key,
                        spec,
                        feed.state() instanceof FeedState.Paused ? feed.state() : new FeedState.Active(),
                        feed.origin(),
                        now(),
                        ++lastRevision));
    }

    /** Has an active feed fire no more until it is resumed; else without effect. Completes as {@link #update} does. */
    public CompletionStage<Optional<Feed>> pause(QualifiedName trigger) {
        return change(trigger, feed -> feed.active() ? inState(feed, new FeedState.Paused()) : feed);
    }

    /** Has a paused feed fire again; else without effect. Completes as {@link #update} does. */
    public CompletionStage<Optional<Feed>> resume(QualifiedName trigger) {
        return change(
                trigger,
                feed -> feed.state() instanceof FeedState.Paused ? inState(feed, new FeedState.Active()) : feed);
    }

    /**
     * Disables a feed, unless it has changed or is disabled already.
     *
     * @param seen the feed as the caller knows it
     * @return completes when the change is durable and listeners know, with the feed as it is now
     */
    public CompletionStage<Optional<Feed>> disable(Feed seen, FeedState.Disabled state) {
        return change(
                seen.trigger(),
                feed -> feed.revision() == seen.revision() && feed.active() ? inState(feed, state) : feed);
    }

    /**
     * Has a disabled feed be tried again, unless it has changed; else without effect.
     *
     * @param seen the feed as the caller knows it
     * @return completes when the change is durable and listeners know, with the feed as it is now
     */
    public CompletionStage<Optional<Feed>> retry(Feed seen) {
        return change(
                seen.trigger(),
                feed -> feed.revision() == seen.revision() && feed.state() instanceof FeedState.Disabled
                        ? inState(feed, new FeedState.Active())
                        : feed);
    }

    /**
     * Has a feed fire with another key, and go on from where it is.
     *
     * @param again whether a feed that is disabled is to be tried again
     * @return completes when the change is durable and listeners know, with the feed as it is now; empty if there is
     *     none
     */
    public CompletionStage<Optional<Feed>> rekey(QualifiedName trigger, AuthKey key, Predicate<Feed> again) {
        return change(trigger, feed -> {
            boolean retried = feed.state() instanceof FeedState.Disabled && again.test(feed);
            if (!retried && feed.key().equals(key)) {
                return feed;
            }
            return new Feed(
                    trigger,
                    key,
                    feed.spec(),
                    retried ? new FeedState.Active() : feed.state(),
                    feed.origin(),
                    retried ? now() : feed.changed(),
                    ++lastRevision);
        });
    }

    /**
     * Has a feed be as the catalogue says. One that somebody made at the site stays as it is.
     *
     * @param again whether a feed that is disabled is to be tried again
     * @return completes when it is durable and listeners know, with the feed as it is now
     */
    public CompletionStage<Feed> follow(FollowedFeed wish, Predicate<Feed> again) {
        return file.committer()
                .submit(
                        connection -> {
                            Optional<Feed> before = FeedRows.find(connection, wish.trigger());
                            Feed after = before.map(feed -> feed.origin() == Feed.Origin.FOLLOWED
                                            ? wish.over(feed, again.test(feed), now(), lastRevision + 1)
                                            : feed)
                                    .orElseGet(() -> wish.made(now(), lastRevision + 1));
                            if (before.isPresent() && before.get().equals(after)) {
                                return new Change(before, before, List.of());
                            }
                            lastRevision++;
                            return store(connection, before, after);
                        },
                        change -> publish(change).orElseThrow());
    }

    /** Deletes a feed that the catalogue has no more; any other stays. Completes as {@link #delete} does. */
    public CompletionStage<Optional<Feed>> unfollow(QualifiedName trigger) {
        return delete(trigger, feed -> feed.origin() == Feed.Origin.FOLLOWED);
    }

    /** Deletes a feed; completes when that is durable and listeners know, with what was deleted. */
    public CompletionStage<Optional<Feed>> delete(QualifiedName trigger) {
        return delete(trigger, feed -> true);
    }

    private CompletionStage<Optional<Feed>> delete(QualifiedName trigger, Predicate<Feed> which) {
        return file.committer()
                .submit(
                        connection -> {
                            Optional<Feed> before = FeedRows.find(connection, trigger);
                            if (before.isPresent() && !which.test(before.get())) {
                                return new Change(before, before, List.of());
                            }
                            FeedRows.delete(connection, trigger);
                            return new Change(before, Optional.empty(), FeedRows.retire(connection, before));
                        },
                        change -> {
                            if (publish(change).isPresent()) {
                                return Optional.empty();
                            }
                            statuses.remove(trigger);
                            return change.before;
                        });
    }

    /** Forgets subscriptions that the broker confirmed to be gone. */
    public CompletionStage<Void> forget(Collection<Retired> gone) {
        List<Retired> list = List.copyOf(gone);
        return file.committer()
                .submit(connection -> {
                    FeedRows.forget(connection, list);
                    return list;
                })
                .thenAccept(deleted -> deleted.forEach(old -> retired.remove(old.id())));
    }

    /**
     * A declared feed that was disabled is tried again with each start, because whoever starts the provider anew has
     * changed something; one that a user paused stays so.
     */
    private void declare() {
        Set<QualifiedName> names = new HashSet<>();
        for (DeclaredFeed wish : declared) {
            names.add(wish.trigger());
            Feed known = feeds.get(wish.trigger());
            if (known != null && known.origin() == Feed.Origin.CREATED) {
                LOG.atWarn().addKeyValue("trigger", wish.trigger()).log("declared feed replaces the one created");
            }
            boolean same = known != null
                    && known.origin() == Feed.Origin.DECLARED
                    && known.spec().equals(wish.spec())
                    && known.key().equals(wish.key())
                    && !(known.state() instanceof FeedState.Disabled);
            if (!same) {
                put(wish.trigger(), wish.key(), wish.spec(), Feed.Origin.DECLARED)
                        .toCompletableFuture()
                        .join();
            }
        }
        for (Feed feed : feeds()) {
            if (feed.origin() == Feed.Origin.DECLARED && !names.contains(feed.trigger())) {
                delete(feed.trigger()).toCompletableFuture().join();
            }
        }
    }

    private record Change(Optional<Feed> before, Optional<Feed> after, List<Retired> left) {}

    private CompletionStage<Optional<Feed>> change(QualifiedName trigger, UnaryOperator<Feed> how) {
        return file.committer()
                .submit(
                        connection -> {
                            Optional<Feed> before = FeedRows.find(connection, trigger);
                            Optional<Feed> after = before.map(how);
                            return after.isEmpty() || after.equals(before)
                                    ? new Change(before, before, List.of())
                                    : store(connection, before, after.get());
                        },
                        this::publish);
    }

    private Feed inState(Feed feed, FeedState state) {
        return new Feed(feed.trigger(), feed.key(), feed.spec(), state, feed.origin(), now(), ++lastRevision);
    }

    private Optional<Feed> publish(Change change) {
        change.left.forEach(old -> retired.put(old.id(), old));
        if (change.after.isPresent()) {
            feeds.put(change.after.get().trigger(), change.after.get());
        } else {
            change.before.ifPresent(feed -> feeds.remove(feed.trigger()));
        }
        if (!change.before.equals(change.after)) {
            listeners.forEach(listener -> listener.changed(change.before, change.after));
        }
        return change.after;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private static Change store(Connection connection, Optional<Feed> before, Feed after) throws SQLException {
        FeedRows.put(connection, after);
        return new Change(before, Optional.of(after), FeedRows.retire(connection, before));
    }
}
