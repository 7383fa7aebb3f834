package io.fogwhisk.feed;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.wsk.TriggerDirectory;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps feeds and triggers together: a feed whose trigger is gone ends, because nobody could see or delete it any more. A
 * declared one is only disabled, and goes on once its trigger is there.
 *
 * <p>Threads: one of its own asks, a few triggers at a time. An OpenWhisk that cannot be asked changes nothing.
 */
final class TriggerWatch implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(TriggerWatch.class);
    private static final String GONE = "The trigger does not exist: create it, and the feed goes on by itself.";
    private static final String REFUSED = "Trigger authentication request failed.";
    private static final int AT_ONCE = 8;
    private static final long AGAIN_SECONDS = 30;
    private static final long ANSWER_SECONDS = 70;

    private final FeedRegistry registry;
    private final TriggerDirectory triggers;
    private final ScheduledThreadPoolExecutor thread;
    private final Semaphore asked = new Semaphore(AT_ONCE);

    TriggerWatch(String name, FeedRegistry registry, TriggerDirectory triggers) {
        this.registry = registry;
        this.triggers = triggers;
        thread = new ScheduledThreadPoolExecutor(1, NamedThreads.single(name));
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Asks after every feed that is stored, in the background. */
    @Override
    public void start() {
        List<Feed> stored = registry.feeds();
        thread.execute(() -> ask(stored));
        if (stored.stream().anyMatch(TriggerWatch::declared)) {
            Future<?> unused = thread.scheduleWithFixedDelay(
                    () -> ask(registry.feeds().stream()
                            .filter(feed -> declared(feed) && waiting(feed))
                            .toList()),
                    AGAIN_SECONDS,
                    AGAIN_SECONDS,
                    TimeUnit.SECONDS);
        }
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

    private void ask(List<Feed> feeds) {
        try {
            for (Feed feed : feeds) {
                // Whoever does not answer at all must not stop the watch for good.
                if (!asked.tryAcquire(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
                find(feed).thenCompose(existence -> settle(feed, existence)).whenComplete((done, failure) -> {
                    asked.release();
                    if (failure != null) {
                        LOG.atError()
                                .setCause(failure)
                                .addKeyValue("trigger", feed.trigger())
                                .log("feed not brought to its trigger");
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
            case FORBIDDEN -> registry.disable(seen, FeedState.Disabled.because(REFUSED));
            case PRESENT ->
                declared(seen) && waiting(seen)
                        ? registry.update(seen.trigger(), seen.key(), seen.spec())
                        : CompletableFuture.completedStage(null);
            case UNKNOWN -> CompletableFuture.completedStage(null);
        };
    }

    private CompletionStage<?> end(Feed feed) {
        LOG.atInfo()
                .addKeyValue("trigger", feed.trigger())
                .addKeyValue("declared", declared(feed))
                .log("trigger is gone, feed ends");
        return declared(feed)
                ? registry.disable(feed, FeedState.Disabled.because(GONE))
                : registry.delete(feed.trigger());
    }

    private static boolean declared(Feed feed) {
        return feed.origin() == Feed.Origin.DECLARED;
    }

    /** Disabled for a reason that may be gone without anybody telling. */
    private static boolean waiting(Feed feed) {
        return feed.state() instanceof FeedState.Disabled disabled
                && (disabled.message().equals(GONE)
                        || disabled.message().equals(REFUSED)
                        || disabled.statusCode().orElse(0) == 404);
    }
}
