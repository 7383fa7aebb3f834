package io.fogwhisk.feed.trigger;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedKeys;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerDirectory;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires triggers until they are accepted or refused for good. A fire that finds the OpenWhisk unavailable waits by
 * itself and keeps no other waiting.
 *
 * <p>An OpenWhisk that is away or busy (429, 502, 503, 504) is asked until it is back; after every five such answers its
 * directory is asked whether the trigger is still there, because a way to it may end before an OpenWhisk that could say
 * so. One that failed on the very call (500) as often as the fire allows is asked no more.
 *
 * <p>A key that is refused while somebody keeps another one for the feed is no refusal: that one is tried instead.
 *
 * <p>Threads: {@link #fire} may be called by any thread and makes the first attempt on it; further attempts run on the
 * firer's own. The caller bounds how many fires are under way.
 */
public final class TriggerFirer implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(TriggerFirer.class);
    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final int ASK_AFTER = 5;
    private static final int FAILED = 500;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;

    private final OpenWhisk target;
    private final TriggerDirectory directory;
    private final FeedKeys keys;
    private final Metrics metrics;
    private final Backoff backoff;
    private final ScheduledThreadPoolExecutor timer;
    // One question at a time per feed, shared by its fires; so no more than there are feeds.
    private final Map<Feed, CompletionStage<Existence>> questions = new ConcurrentHashMap<>();

    /**
     * A firer without anything under way.
     *
     * @param name of its thread
     * @param keys those that others keep for feeds
     */
    public TriggerFirer(String name, OpenWhisk target, TriggerDirectory directory, FeedKeys keys, Metrics metrics) {
        this(name, target, directory, keys, metrics, BACKOFF);
    }

    /** A firer with a back-off of its own. */
    public TriggerFirer(
            String name,
            OpenWhisk target,
            TriggerDirectory directory,
            FeedKeys keys,
            Metrics metrics,
            Backoff backoff) {
        this.target = Objects.requireNonNull(target, "target is null");
        this.directory = Objects.requireNonNull(directory, "directory is null");
        this.keys = Objects.requireNonNull(keys, "keys is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        this.backoff = Objects.requireNonNull(backoff, "backoff is null");
        timer = new ScheduledThreadPoolExecutor(1, NamedThreads.single(name));
        // What waits for another attempt when the provider stops is not acknowledged, so it comes back.
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** How a fire went so far. Each step hands it to the next. */
    private static final class Course {
        private final Fire fire;
        private int failures;
        private int unavailable;
        private int broken;
        private AuthKey key;
        // The feed itself may still have the one that was refused.
        private boolean kept;

        Course(Fire fire) {
            this.fire = fire;
            key = fire.feed().key();
        }
    }

    @Override
    public void start() {}

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Fires until done. */
    public void fire(Fire fire) {
        attempt(new Course(fire));
    }

    /** Refuses without an attempt what can't be fired, until its owner is done with it. */
    public void refuse(Fire fire, Outcome.Rejected reason) {
        refused(new Course(fire), reason);
    }

    /** Makes one attempt; never completes exceptionally. */
    public CompletionStage<Outcome> once(Feed feed, JsonObject payload) {
        return call(feed.key(), feed, payload).handle((outcome, failure) -> {
            if (outcome != null) {
                return outcome;
            }
            LOG.atError()
                    .setCause(failure)
                    .addKeyValue("trigger", feed.trigger())
                    .log("fire ended without an outcome");
            return new Outcome.Unavailable(FAILED, "the OpenWhisk failed: " + failure);
        });
    }

    /** Runs a short task on the firer's thread after a while, unless the firer is closed by then. */
    public void later(Duration wait, Runnable task) {
        Future<?> unused = timer.schedule(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.atError().setCause(e).log("delayed task broke off");
                    }
                },
                wait.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private CompletionStage<Outcome> call(AuthKey key, Feed feed, JsonObject payload) {
        try {
            return target.fire(key, feed.trigger(), payload);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private void attempt(Course course) {
        Fire fire = course.fire;
        Feed feed = fire.feed();
        course.key = course.kept ? keys.of(feed).orElse(feed.key()) : feed.key();
        call(course.key, feed, fire.payload()).whenComplete((outcome, failure) -> answered(course, outcome, failure));
    }

    private void answered(Course course, @Nullable Outcome outcome, @Nullable Throwable failure) {
        Fire fire = course.fire;
        if (outcome instanceof Outcome.Accepted) {
            fire.status().countFired(fire.messages());
            metrics.count(Meter.FEED_FIRED, fire.messages());
            fire.accepted();
        } else if (outcome instanceof Outcome.Rejected rejected) {
            rejected(course, rejected);
        } else if (outcome instanceof Outcome.Unavailable unavailable) {
            if (unavailable.statusCode() == FAILED) {
                broken(course, unavailable.message());
            } else {
                unavailable(course, unavailable.message());
            }
        } else {
            // The OpenWhisk broke its contract: a bug there must not lose a message here.
            LOG.atError()
                    .setCause(failure)
                    .addKeyValue("trigger", fire.feed().trigger())
                    .log("fire ended without an outcome");
            broken(course, "the OpenWhisk failed: " + failure);
        }
    }

    private void rejected(Course course, Outcome.Rejected reason) {
        boolean outdated = reason.statusCode() == UNAUTHORIZED
                && keys.after(course.fire.feed(), course.key).isPresent();
        if (outdated) {
            course.kept = true;
            again(course, reason.message(), () -> attempt(course));
        } else {
            refused(course, reason);
        }
    }

    private void broken(Course course, String error) {
        course.unavailable = 0;
        course.broken++;
        if (course.broken < course.fire.tries()) {
            again(course, error, () -> attempt(course));
            return;
        }
        String reason = "failed " + course.broken + " times, last: " + error;
        until(course, reason, () -> course.fire.failed(reason));
    }

    private void unavailable(Course course, String error) {
        course.unavailable++;
        if (course.unavailable % ASK_AFTER != 0) {
            again(course, error, () -> attempt(course));
            return;
        }
        Feed feed = course.fire.feed();
        CompletionStage<Existence> question = questions.computeIfAbsent(feed, this::ask);
        question.whenComplete((existence, failure) -> {
            questions.remove(feed, question);
            if (existence == Existence.ABSENT) {
                refused(course, new Outcome.Rejected(NOT_FOUND, "there is no trigger " + feed.trigger()));
            } else if (existence == Existence.FORBIDDEN && keys.of(feed).isPresent()) {
                // Who keeps the key says when it is good no more; this door may be closed to it for a while.
                course.kept = true;
                again(course, error, () -> attempt(course));
            } else if (existence == Existence.FORBIDDEN) {
                refused(
                        course,
                        new Outcome.Rejected(UNAUTHORIZED, "the key of the feed is not valid for " + feed.trigger()));
            } else {
                again(course, error, () -> attempt(course));
            }
        });
    }

    private CompletionStage<Existence> ask(Feed feed) {
        try {
            return directory.find(feed.key(), feed.trigger());
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private void refused(Course course, Outcome.Rejected reason) {
        until(course, reason.message(), () -> course.fire.rejected(reason));
    }

    /** Tells the owner until it is done. */
    private void until(Course course, String reason, Supplier<CompletionStage<Boolean>> tell) {
        tell.get().whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.atError()
                        .setCause(failure)
                        .addKeyValue("trigger", course.fire.feed().trigger())
                        .log("cannot set a refused message aside");
            }
            if (failure != null || !done) {
                again(course, reason, () -> until(course, reason, tell));
            }
        });
    }

    private void again(Course course, String error, Runnable next) {
        Fire fire = course.fire;
        course.failures++;
        fire.status().countRetried(error);
        metrics.count(Meter.FEED_RETRIED);
        LOG.atDebug()
                .addKeyValue("trigger", fire.feed().trigger())
                .addKeyValue("attempt", course.failures)
                .addKeyValue("error", error)
                .log("fire will be tried again");
        Duration wait =
                backoff.after(course.failures, () -> ThreadLocalRandom.current().nextDouble());
        later(wait, () -> {
            if (fire.wanted()) {
                next.run();
            } else {
                fire.abandoned();
            }
        });
    }
}
