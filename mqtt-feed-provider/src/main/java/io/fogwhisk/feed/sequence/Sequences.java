package io.fogwhisk.feed.sequence;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.feed.registry.FeedListener;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.SequenceSpec;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.feed.sequence.FeedSequence.Stored;
import io.fogwhisk.feed.sequence.FeedSequence.Unsaved;
import io.fogwhisk.feed.sequence.SequenceRows.Found;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the feeds that ask for it count what is missing in the numbers of their messages, and stores it some seconds after
 * it changed and at the end. A provider that ended well goes on where it was, so that it also counts what a broker forgot
 * meanwhile. After a kill it does not know what came in the last seconds before, and says of how many numbers.
 */
public final class Sequences implements FeedListener, Service {

    private static final Logger LOG = LoggerFactory.getLogger(Sequences.class);
    private static final Duration SAVE_AFTER = Duration.ofSeconds(2);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final FeedRegistry registry;
    private final FeedDatabase file;
    private final BiConsumer<Duration, Runnable> later;
    private final Metrics metrics;
    private final Clock clock;
    // Changed by start and the registry's thread alone.
    private final Map<QualifiedName, FeedSequence> sequences = new ConcurrentHashMap<>();
    private final AtomicBoolean toBeSaved = new AtomicBoolean();

    /**
     * Counts that are not read yet.
     *
     * @param file opened before this starts, and closed after it
     * @param later runs a short task after a while
     */
    public Sequences(
            FeedRegistry registry,
            FeedDatabase file,
            BiConsumer<Duration, Runnable> later,
            Metrics metrics,
            Clock clock) {
        this.registry = Objects.requireNonNull(registry, "registry is null");
        this.file = Objects.requireNonNull(file, "file is null");
        this.later = Objects.requireNonNull(later, "later is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** Reads what is stored and looks at the feeds there are; to be called before messages come. */
    @Override
    public void start() {
        Map<QualifiedName, Found> stored;
        try (Connection connection = file.database().openReader()) {
            stored = SequenceRows.all(connection);
        } catch (SQLException e) {
            throw file.database().failure("read", e);
        }
        file.committer()
                .submit(connection -> SequenceRows.mark(connection, false))
                .toCompletableFuture()
                .join();
        for (Feed feed : registry.feeds()) {
            Optional<SequenceSpec> spec = numbers(feed);
            Found found = stored.get(feed.trigger());
            if (spec.isPresent() && found != null && found.about().equals(about(feed))) {
                watch(feed, spec.get(), found.stored());
                stored.remove(feed.trigger());
            } else {
                spec.ifPresent(fresh -> watch(feed, fresh, Stored.NOTHING));
            }
        }
        stored.keySet().forEach(this::delete);
        registry.listen(this);
    }

    @Override
    public void changed(Optional<Feed> before, Optional<Feed> after) {
        QualifiedName trigger = after.or(() -> before).orElseThrow().trigger();
        FeedSequence known = sequences.get(trigger);
        Optional<SequenceSpec> spec = after.flatMap(Sequences::numbers);
        if (spec.isEmpty()) {
            if (known != null) {
                sequences.remove(trigger);
                registry.status(trigger).unwatch();
                delete(trigger);
            }
            return;
        }
        Feed feed = after.orElseThrow();
        if (known == null || !known.about().equals(about(feed))) {
            watch(feed, spec.get(), Stored.NOTHING);
            delete(trigger);
        } else if (before.isEmpty() || !sameSource(before.get(), feed)) {
            known.expectAny();
        }
    }

    private static Optional<SequenceSpec> numbers(Feed feed) {
        return feed.spec() instanceof MqttSpec mqtt ? mqtt.sequence() : Optional.empty();
    }

    /** Whether nothing between the two was not for the feed. */
    private static boolean sameSource(Feed before, Feed after) {
        return before.active() == after.active()
                && before.spec() instanceof MqttSpec old
                && after.spec() instanceof MqttSpec now
                && old.broker().equals(now.broker());
    }

    private static String about(Feed feed) {
        if (!(feed.spec() instanceof MqttSpec mqtt)) {
            throw new IllegalArgumentException("not an mqtt feed: " + feed.trigger());
        }
        return Stream.concat(
                        mqtt.sequence().stream()
                                .flatMap(spec ->
                                        Stream.of(spec.field(), spec.by().orElse(""))),
                        mqtt.topics().stream().map(TopicFilter::text).sorted())
                .collect(Collectors.joining("\n"));
    }

    private void watch(Feed feed, SequenceSpec spec, Stored stored) {
        FeedSequence sequence =
                new FeedSequence(feed.trigger(), spec, about(feed), stored, metrics, clock, this::saveSoon);
        sequences.put(feed.trigger(), sequence);
        registry.status(feed.trigger()).watch(sequence);
    }

    private void delete(QualifiedName trigger) {
        report(file.committer().submit(connection -> {
            SequenceRows.delete(connection, trigger);
            return true;
        }));
    }

    private void saveSoon() {
        if (toBeSaved.compareAndSet(false, true)) {
            later.accept(SAVE_AFTER, this::save);
        }
    }

    private void save() {
        toBeSaved.set(false);
        sequences.values().forEach(sequence -> sequence.unsaved().ifPresent(unsaved -> save(sequence, unsaved)));
    }

    private void save(FeedSequence sequence, Unsaved unsaved) {
        report(file.committer()
                .submit(connection -> {
                    // What it counts may have become another feed's meanwhile; that is decided on this thread.
                    if (sequences.get(unsaved.trigger()) == sequence) {
                        SequenceRows.save(connection, unsaved);
                    }
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        sequence.notSaved();
                    }
                }));
    }

    private static void report(CompletionStage<Boolean> write) {
        write.whenComplete((done, failure) -> report(failure));
    }

    private static void report(@Nullable Throwable failure) {
        if (failure != null) {
            LOG.atWarn().addKeyValue("error", failure.getMessage()).log("counted numbers not stored");
        }
    }

    /** Stores what was counted, and that nothing came after it. */
    @Override
    public void close() {
        if (sequences.isEmpty()) {
            return;
        }
        save();
        file.committer()
                .submit(connection -> SequenceRows.mark(connection, true) > 0)
                .toCompletableFuture()
                .completeOnTimeout(false, CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    report(failure);
                    return false;
                })
                .join();
    }
}
