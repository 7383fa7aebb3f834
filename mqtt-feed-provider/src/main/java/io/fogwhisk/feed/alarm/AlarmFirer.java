package io.fogwhisk.feed.alarm;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.registry.FeedKeys;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires alarms by the rules of the OpenWhisk alarms package: ten attempts, a second apart or, when the OpenWhisk asks
 * for less, the square of how often it did in a row; ten times in a row is a refusal. But nothing is tried any more when
 * the next tick is due. A key that is refused while somebody keeps another one for the feed is one more attempt, with
 * that key and at once.
 *
 * <p>Threads: {@link #fire} may be called by any thread and makes the first attempt on it; further ones run on the
 * firer's own.
 */
final class AlarmFirer implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(AlarmFirer.class);
    private static final int ATTEMPTS = 10;
    private static final int UNAUTHORIZED = 401;
    private static final int THROTTLES = 10;
    private static final int MOST_WAITING = 20_000;

    private final OpenWhisk target;
    private final FeedRegistry registry;
    private final FeedKeys keys;
    private final Metrics metrics;
    private final Clock clock;
    private final AlarmFire.Owner owner;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<QualifiedName, Integer> throttles = new ConcurrentHashMap<>();
    private final AtomicInteger unanswered = new AtomicInteger();

    /** A firer with nothing under way; {@code name} is its thread's. */
    AlarmFirer(
            String name,
            OpenWhisk target,
            FeedRegistry registry,
            FeedKeys keys,
            Metrics metrics,
            Clock clock,
            AlarmFire.Owner owner) {
        this.target = target;
        this.registry = registry;
        this.keys = keys;
        this.metrics = metrics;
        this.clock = clock;
        this.owner = owner;
        timer = new ScheduledThreadPoolExecutor(1, NamedThreads.single(name));
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void start() {}

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** How many attempts wait for their answer. */
    int unanswered() {
        return unanswered.get();
    }

    /** Forgets what it knows of a trigger that has no alarm any more. */
    void forget(QualifiedName trigger) {
        throttles.remove(trigger);
    }

    /** Fires until the end. */
    void fire(AlarmFire fire) {
        attempt(
                new Course(fire, Instant.ofEpochMilli(clock.millis())),
                fire.feed().key(),
                1);
    }

    private record Course(AlarmFire fire, Instant tried) {}

    private void attempt(Course course, AuthKey key, int attempt) {
        AlarmFire fire = course.fire;
        CompletionStage<Outcome> stage;
        unanswered.incrementAndGet();
        try {
            stage = target.fire(key, fire.feed().trigger(), fire.payload());
        } catch (RuntimeException e) {
            unanswered.decrementAndGet();
            broken(course, key, attempt, e);
            return;
        }
        stage.whenComplete((outcome, failure) -> {
            unanswered.decrementAndGet();
            try {
                answered(course, key, attempt, outcome, failure);
            } catch (RuntimeException e) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("trigger", fire.feed().trigger())
                        .log("fire of an alarm broke off");
            }
        });
    }

    private void answered(
            Course course, AuthKey key, int attempt, @Nullable Outcome outcome, @Nullable Throwable failure) {
        AlarmFire fire = course.fire;
        QualifiedName trigger = fire.feed().trigger();
        if (outcome instanceof Outcome.Unavailable unavailable) {
            int throttled = 0;
            if (unavailable.statusCode() == Outcome.TOO_MANY_REQUESTS) {
                throttled = throttles.merge(trigger, 1, Integer::sum);
            } else {
                throttles.remove(trigger);
            }
            if (throttled >= THROTTLES) {
                throttles.remove(trigger);
                owner.ended(
                        fire,
                        course.tried,
                        new AlarmFire.End.Refused(
                                new Outcome.Rejected(Outcome.TOO_MANY_REQUESTS, unavailable.message())));
                return;
            }
            again(course, key, attempt, Math.max(1L, (long) throttled * throttled), unavailable.message());
            return;
        }
        throttles.remove(trigger);
        if (outcome instanceof Outcome.Accepted) {
            status(fire).countFired(1);
            metrics.count(Meter.ALARM_FIRED);
            owner.ended(fire, course.tried, new AlarmFire.End.Accepted());
        } else if (outcome instanceof Outcome.Rejected rejected) {
            rejected(course, key, attempt, rejected);
        } else {
            broken(course, key, attempt, failure);
        }
    }

    private void rejected(Course course, AuthKey key, int attempt, Outcome.Rejected reason) {
        Optional<AuthKey> kept = reason.statusCode() == UNAUTHORIZED && attempt < ATTEMPTS
                ? keys.after(course.fire.feed(), key)
                : Optional.empty();
        if (kept.isPresent() && owner.wants(course.fire)) {
            attempt(course, kept.get(), attempt + 1);
        } else {
            owner.ended(course.fire, course.tried, new AlarmFire.End.Refused(reason));
        }
    }

    /** The OpenWhisk broke its contract: a bug there must not end an alarm here. */
    private void broken(Course course, AuthKey key, int attempt, @Nullable Throwable failure) {
        LOG.atError()
                .setCause(failure)
                .addKeyValue("trigger", course.fire.feed().trigger())
                .log("fire of an alarm ended without an outcome");
        again(course, key, attempt, 1, "the OpenWhisk failed: " + failure);
    }

    private void again(Course course, AuthKey key, int attempt, long seconds, String error) {
        AlarmFire fire = course.fire;
        status(fire).countRetried(error);
        metrics.count(Meter.FEED_RETRIED);
        boolean late = !clock.instant().plusSeconds(seconds).isBefore(fire.until());
        if (attempt >= ATTEMPTS || late || timer.getQueue().size() >= MOST_WAITING) {
            owner.ended(fire, course.tried, new AlarmFire.End.Missed(error));
            return;
        }
        Future<?> unused = timer.schedule(
                () -> {
                    if (owner.wants(fire)) {
                        attempt(course, key, attempt + 1);
                    } else {
                        owner.ended(fire, course.tried, new AlarmFire.End.Missed(error));
                    }
                },
                Duration.ofSeconds(seconds).toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private FeedStatus status(AlarmFire fire) {
        return registry.status(fire.feed().trigger());
    }
}
