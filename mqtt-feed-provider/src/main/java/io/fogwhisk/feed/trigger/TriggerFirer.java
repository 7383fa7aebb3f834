package io.fogwhisk.feed.trigger;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires triggers until they are accepted or refused for good. A fire that finds the OpenWhisk unavailable waits by
 * itself and keeps no other waiting.
 *
 * <p>Threads: {@link #fire} may be called by any thread and makes the first attempt on it; further attempts run on the
 * firer's own. The caller bounds how many fires are under way.
 */
public final class TriggerFirer implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(TriggerFirer.class);
    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final OpenWhisk target;
    private final Metrics metrics;
    private final ScheduledThreadPoolExecutor timer;

    /**
     * A firer without anything under way.
     *
     * @param name of its thread
     */
    public TriggerFirer(String name, OpenWhisk target, Metrics metrics) {
        this.target = Objects.requireNonNull(target, "target is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        timer = new ScheduledThreadPoolExecutor(1, NamedThreads.single(name));
        // What waits for another attempt when the provider stops is not acknowledged, so it comes back.
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void start() {}

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Fires until done. */
    public void fire(Fire fire) {
        attempt(fire, 0);
    }

    /** Refuses without an attempt what can't be fired, until its owner is done with it. */
    public void refuse(Fire fire, Outcome.Rejected reason) {
        refuseAgain(fire, 0, reason);
    }

    private void refuseAgain(Fire fire, int failures, Outcome.Rejected reason) {
        refused(fire, failures, reason, more -> refuseAgain(fire, more, reason));
    }

    private void attempt(Fire fire, int failures) {
        CompletionStage<Outcome> stage;
        try {
            stage = target.fire(fire.feed().key(), fire.feed().trigger(), fire.payload());
        } catch (RuntimeException e) {
            broken(fire, failures, e);
            return;
        }
        stage.whenComplete((outcome, failure) -> answered(fire, failures, outcome, failure));
    }

    private void answered(Fire fire, int failures, @Nullable Outcome outcome, @Nullable Throwable failure) {
        if (outcome instanceof Outcome.Accepted) {
            fire.status().countFired();
            metrics.count(fire.feed().spec() instanceof AlarmSpec ? Meter.ALARM_FIRED : Meter.FEED_FIRED);
            fire.accepted();
        } else if (outcome instanceof Outcome.Rejected rejected) {
            refused(fire, failures, rejected, more -> attempt(fire, more));
        } else if (outcome instanceof Outcome.Unavailable unavailable) {
            again(fire, failures + 1, unavailable.message(), more -> attempt(fire, more));
        } else {
            broken(fire, failures, failure);
        }
    }

    private void refused(Fire fire, int failures, Outcome.Rejected reason, IntConsumer next) {
        fire.rejected(reason).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.atError()
                        .setCause(failure)
                        .addKeyValue("trigger", fire.feed().trigger())
                        .log("cannot set a refused message aside");
            }
            if (failure != null || !done) {
                again(fire, failures + 1, reason.message(), next);
            }
        });
    }

    /** The OpenWhisk broke its contract: a bug there must not lose a message here. */
    private void broken(Fire fire, int failures, @Nullable Throwable failure) {
        LOG.atError()
                .setCause(failure)
                .addKeyValue("trigger", fire.feed().trigger())
                .log("fire ended without an outcome");
        again(fire, failures + 1, "the OpenWhisk failed: " + failure, more -> attempt(fire, more));
    }

    private void again(Fire fire, int failures, String error, IntConsumer next) {
        fire.status().countRetried(error);
        metrics.count(Meter.FEED_RETRIED);
        LOG.atDebug()
                .addKeyValue("trigger", fire.feed().trigger())
                .addKeyValue("attempt", failures)
                .addKeyValue("error", error)
                .log("fire will be tried again");
        long millis = BACKOFF.after(failures, () -> ThreadLocalRandom.current().nextDouble())
                .toMillis();
        Future<?> unused = timer.schedule(() -> next(fire, failures, next), millis, TimeUnit.MILLISECONDS);
    }

    private static void next(Fire fire, int failures, IntConsumer next) {
        try {
            if (fire.wanted()) {
                next.accept(failures);
            } else {
                fire.abandoned();
            }
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("trigger", fire.feed().trigger())
                    .log("fire broke off");
        }
    }
}
