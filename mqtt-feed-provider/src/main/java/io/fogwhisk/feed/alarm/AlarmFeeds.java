package io.fogwhisk.feed.alarm;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.feed.registry.FeedKeys;
import io.fogwhisk.feed.registry.FeedListener;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.TriggerDirectory;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the alarm feeds of the registry on a Quartz scheduler. Alone, the registry is what lasts; the schedule is made
 * anew at every start, and what passed in between is missed, or made up for as the alarm says. With a database that
 * several providers share, the schedule lasts there, each tick is fired by one of them, and the registries follow.
 *
 * <p>Threads: Quartz's own, and the firer's. Reading never waits.
 */
public final class AlarmFeeds implements FeedListener, Service {

    private static final Logger LOG = LoggerFactory.getLogger(AlarmFeeds.class);
    private static final Duration LAST_TICK_RETRIES = Duration.ofMinutes(10);
    private static final String NOBODY = "no provider was running";

    private final String name;
    private final AlarmSettings settings;
    private final FeedDatabase database;
    private final FeedRegistry registry;
    private final Clock clock;
    private final AlarmPlan plan;
    private final AlarmLog log;
    private final AlarmFirer firer;
    private final AlarmEnds ends;
    private final Callbacks callbacks = new Callbacks();
    private @Nullable AlarmSchedule schedule;
    private @Nullable SharedStore store;
    private @Nullable SharedAlarms shared;

    /**
     * Feeds that do not run yet.
     *
     * @param name of the provider; part of the threads' names
     * @param keys those that others keep for feeds
     * @param database where the last ticks are kept; open before this starts
     */
    public AlarmFeeds(
            String name,
            AlarmSettings settings,
            FeedRegistry registry,
            FeedKeys keys,
            FeedDatabase database,
            OpenWhisk target,
            TriggerDirectory triggers,
            Metrics metrics,
            Clock clock) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.database = Objects.requireNonNull(database, "database is null");
        this.registry = Objects.requireNonNull(registry, "registry is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        plan = new AlarmPlan(settings);
        log = new AlarmLog(database);
        ends = new AlarmEnds(
                registry, triggers, log, settings.cluster().isPresent() ? this::current : AlarmEnds.NOT_SHARED);
        firer = new AlarmFirer(name + "-feeds-alarm-retry", target, registry, keys, metrics, clock, ends);
    }

    /**
     * Checks that a new or changed alarm may be, and will tick.
     *
     * @param which of its dates must lie ahead, by the name of the parameter
     * @throws FeedException if not
     */
    public void check(QualifiedName trigger, AlarmSpec spec, Predicate<String> which) {
        plan.check(trigger, spec, clock.instant(), which);
    }

    /** Schedules the stored feeds. */
    @Override
    public void start() {
        log.start();
        firer.start();
        settings.cluster().ifPresent(cluster -> store = SharedStore.open(name, cluster));
        SharedStore together = store;
        AlarmSchedule made = AlarmSchedule.open(
                name, together == null ? AlarmSchedule.inMemory() : together.jobStore(), firer::unanswered, callbacks);
        schedule = made;
        List<Feed> alarms =
                registry.feeds().stream().filter(AlarmFeeds::isAlarm).toList();
        if (together != null) {
            shared = new SharedAlarms(
                    name, together, registry, database, made, plan, log, feed -> ends.endedUnfired(feed.trigger()));
        }
        registry.listen(this);
        try {
            if (shared == null) {
                for (Feed feed : alarms) {
                    schedule(made, feed);
                }
            } else {
                shared.start(settings.cluster().orElseThrow().checkin());
            }
            made.run();
        } catch (SchedulerException e) {
            throw new FeedException("cannot start the alarms of " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (shared != null) {
            shared.close();
        }
        if (schedule != null) {
            schedule.close();
        }
        firer.close();
        log.close();
        if (store != null) {
            store.close();
        }
    }

    /**
     * Has what is known of a trigger's alarm be what all providers of a shared schedule know; completes when it is, or
     * could not be made so within a few seconds, and at once where nothing is shared.
     */
    public CompletionStage<Void> current(QualifiedName trigger) {
        return shared == null ? CompletableFuture.completedStage(null) : shared.current(trigger);
    }

    @Override
    public void changed(Optional<Feed> before, Optional<Feed> after) {
        AlarmSchedule running = schedule;
        Optional<Feed> old = before.filter(AlarmFeeds::isAlarm);
        Optional<Feed> now = after.filter(AlarmFeeds::isAlarm);
        if (running == null || (old.isEmpty() && now.isEmpty())) {
            return;
        }
        QualifiedName trigger = now.or(() -> old).orElseThrow().trigger();
        if (now.isEmpty()) {
            log.forget(trigger);
            firer.forget(trigger);
        } else if (old.isPresent()
                && (!old.get().spec().equals(now.get().spec()) || old.get().state() instanceof FeedState.Disabled)) {
            log.restart(trigger);
        }
        if (shared != null) {
            shared.changed(trigger);
            return;
        }
        try {
            if (now.isPresent()) {
                schedule(running, now.get());
            } else {
                running.remove(trigger);
            }
        } catch (SchedulerException e) {
            LOG.atError().setCause(e).addKeyValue("trigger", trigger).log("alarm not scheduled");
            registry.status(trigger).failed(String.valueOf(e.getMessage()));
        }
    }

    /** When an alarm ticks next; empty if never, or if the trigger has no active alarm. */
    public Optional<Instant> nextTick(QualifiedName trigger) {
        return registry.find(trigger)
                .filter(Feed::active)
                .flatMap(feed -> next(feed, 1).stream().findFirst());
    }

    /** When an alarm ticks next, jitter aside; at most so many times, and empty if the feed is none or not active. */
    public List<Instant> next(Feed feed, int count) {
        if (!feed.active() || !(feed.spec() instanceof AlarmSpec spec)) {
            return List.of();
        }
        int most = spec.options().maxTriggers();
        int left = most < 0 ? count : Math.min(count, Math.max(0, most - count(feed.trigger())));
        return plan.times(feed.trigger(), spec, feed.changed()).after(clock.instant(), left);
    }

    /**
     * When an alarm would tick if it were made now, jitter aside; at most so many times.
     *
     * @throws FeedException if it may not be, or would never tick
     */
    public List<Instant> preview(QualifiedName trigger, AlarmSpec spec, int count) {
        Instant now = clock.instant();
        plan.check(trigger, spec, now, date -> true);
        int most = spec.options().maxTriggers();
        return plan.times(trigger, spec, now).after(now, most < 0 ? count : Math.min(count, most));
    }

    /** Whether an alarm has come to its end: it fired as often as it was to, or has no time left to fire at. */
    public boolean isOver(Feed feed) {
        if (!(feed.spec() instanceof AlarmSpec spec)) {
            return false;
        }
        int most = spec.options().maxTriggers();
        boolean counted = most >= 0 && count(feed.trigger()) >= most;
        return counted
                || plan.times(feed.trigger(), spec, feed.changed())
                        .after(clock.instant())
                        .isEmpty();
    }

    /** Why no alarm fires although there may be some; empty if all is well. */
    public Optional<String> problem() {
        SharedAlarms together = shared;
        return together == null
                ? Optional.empty()
                : together.trouble()
                        .map(why -> "alarms wait for the shared schedule at "
                                + settings.cluster().map(Object::toString).orElse("") + ": " + why);
    }

    /**
     * One tick of an alarm and how it ended.
     *
     * @param fired when it was tried first, or when it was found to be skipped
     * @param reason why it did not fire; empty if it did
     */
    public record Tick(Instant scheduled, Instant fired, String outcome, long lateMillis, String reason) {}

    /** The last ticks of an alarm that this provider fired or found skipped, the newest first. */
    public List<Tick> history(QualifiedName trigger) {
        return log.entries(trigger).stream()
                .map(entry -> new Tick(
                        entry.scheduled(),
                        entry.fired(),
                        entry.ending().name().toLowerCase(Locale.ROOT),
                        entry.lateMillis(),
                        entry.reason()))
                .toList();
    }

    /** How many ticks an alarm had, at whichever provider. */
    private int count(QualifiedName trigger) {
        SharedAlarms together = shared;
        return together == null ? log.count(trigger) : together.count(trigger);
    }

    private void schedule(AlarmSchedule running, Feed feed) throws SchedulerException {
        if (!feed.active() || !(feed.spec() instanceof AlarmSpec spec)) {
            running.remove(feed.trigger());
            return;
        }
        AlarmTrigger trigger =
                plan.trigger(feed, spec, log.handled(feed), new AlarmPlan.Count(log.count(feed.trigger()), false));
        boolean scheduled = running.put(feed.trigger(), new JobDataMap(), "", false, Optional.of(trigger));
        log.skip(feed.trigger(), trigger.skippedBefore(), clock.instant(), NOBODY);
        if (!scheduled) {
            ends.over(feed, spec, false);
        }
    }

    private static boolean isAlarm(Feed feed) {
        return feed.spec() instanceof AlarmSpec;
    }

    /** What Quartz calls. */
    private final class Callbacks implements AlarmSchedule.Owner {

        @Override
        public void tick(JobExecutionContext context) {
            Optional<Feed> found = feed(context).filter(Feed::active);
            if (found.isEmpty() || !(found.get().spec() instanceof AlarmSpec spec)) {
                return;
            }
            Feed feed = found.get();
            if (context.getTrigger() instanceof AlarmTrigger schedule) {
                if (schedule.exhausted()) {
                    ends.over(feed, spec, false);
                    return;
                }
                registry.status(feed.trigger()).countReceived();
                Ticks.Tick tick = schedule.firing();
                log.skip(feed.trigger(), schedule.skippedByFiring(), clock.instant(), "the tick before was late");
                firer.fire(new AlarmFire(
                        feed, payload(spec, tick), tick, until(tick, schedule), !schedule.mayFireAgain()));
            } else if (context.isRecovering()) {
                registry.status(feed.trigger()).countReceived();
                Instant at = Instant.ofEpochMilli(Long.parseLong(context.getMergedJobDataMap()
                        .getString(Scheduler.FAILED_JOB_ORIGINAL_TRIGGER_SCHEDULED_FIRETIME_IN_MILLISECONDS)));
                Ticks.Tick tick = new Ticks.Tick(at, at);
                Instant until = clock.instant().plus(LAST_TICK_RETRIES);
                firer.fire(new AlarmFire(feed, payload(spec, tick), tick, until, false));
            }
        }

        private Optional<Feed> feed(JobExecutionContext context) {
            if (shared != null) {
                return Optional.of(
                        shared.feed(SharedAlarm.of(context.getJobDetail().getJobDataMap())));
            }
            return registry.find(
                    QualifiedName.parse(context.getJobDetail().getKey().getName()));
        }

        /** A tick that is made up for is not given up because others follow at once. */
        private Instant until(Ticks.Tick tick, AlarmTrigger schedule) {
            Date next = schedule.getNextFireTime();
            boolean late = tick.nominal().plus(Ticks.TOLERANCE).isBefore(tick.due());
            return next == null || late ? clock.instant().plus(LAST_TICK_RETRIES) : next.toInstant();
        }

        private JsonObject payload(AlarmSpec spec, Ticks.Tick tick) {
            return spec.options().time()
                    ? JsonObject.adopt(spec.payload()
                            .copy()
                            .put("scheduled", tick.nominal().toEpochMilli()))
                    : spec.payload();
        }

        @Override
        public void missed(AlarmTrigger schedule) {
            QualifiedName trigger = QualifiedName.parse(schedule.getName());
            if (registry.find(trigger).isPresent()) {
                Duration tolerance = shared == null ? Ticks.TOLERANCE : Ticks.SHARED_TOLERANCE;
                log.skip(
                        trigger,
                        schedule.skippedByMisfire(),
                        clock.instant(),
                        "no provider could fire it within " + tolerance.toSeconds() + " s");
            }
        }

        @Override
        public void endedUnfired(QualifiedName trigger) {
            ends.endedUnfired(trigger);
        }
    }
}
