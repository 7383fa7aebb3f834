package io.fogwhisk.feed;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.wsk.TriggerDirectory;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps feeds and triggers together: a feed whose trigger is gone ends, because nobody could see or delete it any more. One
 * that the configuration or the catalogue wants is only disabled, and goes on once its trigger is there. Asks after every
 * trigger until there is an answer, and then now and then, because a remote OpenWhisk tells nobody when a trigger is
 * deleted.
 *
 * <p>Threads: one of its own asks, a few triggers at a time. An OpenWhisk that cannot be asked changes nothing.
 */
final class TriggerWatch implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(TriggerWatch.class);
    private static final String GONE = "The trigger does not exist: create it, and the feed goes on by itself.";
    private static final String REFUSED = "Trigger authentication request failed.";
    private static final int AT_ONCE = 8;
    private static final long ANSWER_SECONDS = 70;

    private final FeedRegistry registry;
    private final TriggerDirectory triggers;
    private final Predicate<Feed> lapses;
    private final WatchPlan plan;
    private final ScheduledThreadPoolExecutor thread;
    private final Semaphore asked = new Semaphore(AT_ONCE);

    /**
     * A watch that does not ask yet.
     *
     * @param name of its thread
     * @param check how often, about, a trigger that is there is asked after again
     * @param lapses whether a feed is disabled when its key is refused; not if it fires with none, or if others say when
     *     its key is good no more
     */
    TriggerWatch(
            String name, FeedRegistry registry, TriggerDirectory triggers, Duration check, Predicate<Feed> lapses) {
        this.registry = registry;
        this.lapses = lapses;
        this.triggers = triggers;
        plan = new WatchPlan(check, () -> ThreadLocalRandom.current().nextDouble());
        thread = new ScheduledThreadPoolExecutor(1, NamedThreads.single(name));
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Begins to ask, in the background. */
    @Override
    public void start() {
        thread.execute(this::round);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** A trigger was deleted; completes with whether there was a feed. */
    CompletionStage<Boolean> gone(QualifiedName trigger) {
        Optional<Feed> feed = registry.find(trigger);
        return feed.isEmpty()
                ? CompletableFuture.completedStage(false)
                : end(feed.get()).thenApply(done -> true);
    }

    private void round() {
        try {
            ask(plan.due(registry.feeds(), now()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("round after the triggers broke off");
        }
        Future<?> unused = thread.schedule(this::round, plan.pause(now()).toMillis(), TimeUnit.MILLISECONDS);
    }

    private void ask(List<Feed> feeds) throws InterruptedException {
        for (Feed feed : feeds) {
            // Whoever does not answer at all must not stop the watch for good.
            if (plan.silent(now()) || !asked.tryAcquire(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
            plan.asked(feed, now());
            find(feed)
                    .thenCompose(existence -> {
                        plan.answered(feed, existence, now());
                        return settle(feed, existence);
                    })
                    .whenComplete((done, failure) -> {
                        asked.release();
                        if (failure != null) {
                            LOG.atError()
                                    .setCause(failure)
                                    .addKeyValue("trigger", feed.trigger())
                                    .log("feed not brought to its trigger");
                        }
                    });
        }
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** What goes wrong with one trigger must not keep the watch from the others. */
    private CompletionStage<Existence> find(Feed feed) {
        try {
            return triggers.find(feed.key(), feed.trigger());
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private CompletionStage<?> settle(Feed seen, Existence existence) {
        boolean changed = registry.find(seen.trigger())
                .filter(now -> now.revision() == seen.revision())
                .isEmpty();
        if (changed) {
            return CompletableFuture.completedStage(null);
        }
        return switch (existence) {
            case ABSENT -> end(seen);
            case FORBIDDEN ->
                lapses.test(seen)
                        ? registry.disable(seen, FeedState.Disabled.because(REFUSED))
                        : CompletableFuture.completedStage(null);
            case PRESENT ->
                stays(seen) && waiting(seen) ? registry.retry(seen) : CompletableFuture.completedStage(null);
            case UNKNOWN -> CompletableFuture.completedStage(null);
        };
    }

    private CompletionStage<?> end(Feed feed) {
        LOG.atInfo()
                .addKeyValue("trigger", feed.trigger())
                .addKeyValue("origin", feed.origin())
                .log("trigger is gone, feed ends");
        return stays(feed) ? registry.disable(feed, FeedState.Disabled.because(GONE)) : registry.delete(feed.trigger());
    }

    /** Whether the configuration or the catalogue wants it, also while it has no trigger. */
    static boolean stays(Feed feed) {
        return feed.origin() != Feed.Origin.CREATED;
    }

    /** Disabled for a reason that may be gone without anybody telling. */
    static boolean waiting(Feed feed) {
        return feed.state() instanceof FeedState.Disabled disabled
                && (disabled.message().equals(GONE)
                        || disabled.message().equals(REFUSED)
                        || disabled.statusCode().orElse(0) == 404);
    }

    /** Disabled because its key was refused. */
    static boolean keyRefused(Feed feed) {
        return feed.state() instanceof FeedState.Disabled disabled
                && (disabled.message().equals(REFUSED) || disabled.statusCode().orElse(0) == 401);
    }

    /** Disabled for want of its trigger, or of a key that is good for it. */
    static boolean lockedOut(Feed feed) {
        return waiting(feed)
                || keyRefused(feed)
                || (feed.state() instanceof FeedState.Disabled disabled
                        && disabled.statusCode().orElse(0) == 403);
    }
}
