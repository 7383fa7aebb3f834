package io.fogwhisk.feed.alarm;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedListener;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.trigger.TriggerFirer;
import io.fogwhisk.wsk.model.QualifiedName;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;
import org.quartz.CronScheduleBuilder;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the alarm feeds of the registry on a Quartz scheduler of its own. The registry is what lasts; the schedule is
 * made anew at every start, and ticks of the time in between are not made up for.
 *
 * <p>A tick that finds the OpenWhisk unavailable is tried again until the next one. A tick that is refused disables the
 * feed.
 */
public final class AlarmFeeds implements FeedListener, Service {

    private static final Logger LOG = LoggerFactory.getLogger(AlarmFeeds.class);
    private static final Duration LAST_TICK_RETRIES = Duration.ofMinutes(10);
    private static final String EXPIRED = "the stop date has expired";

    private final String name;
    private final FeedRegistry registry;
    private final TriggerFirer firer;
    private final Clock clock;
    private final Map<QualifiedName, Instant> lastTicks = new ConcurrentHashMap<>();
    private @Nullable Scheduler scheduler;

    /**
     * Feeds that do not run yet.
     *
     * @param name of the provider; part of the threads' names
     */
    public AlarmFeeds(String name, FeedRegistry registry, TriggerFirer firer, Clock clock) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.registry = Objects.requireNonNull(registry, "registry is null");
        this.firer = Objects.requireNonNull(firer, "firer is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * Checks that a new alarm will tick.
     *
     * @throws FeedException if a date has passed or no tick lies between the dates
     */
    public static void check(AlarmSpec spec, Instant now) {
        spec.checkAhead(now);
        Date from = Date.from(spec.startDate().orElse(now).minusMillis(1));
        Date first = QuartzCron.expressions(spec.cron()).stream()
                .map(text -> expression(text, spec).getNextValidTimeAfter(from))
                .filter(Objects::nonNull)
                .min(Date::compareTo)
                .orElseThrow(
                        () -> new FeedException("cron pattern '" + spec.cron().text() + "' is not valid"));
        if (spec.stopDate().isPresent()
                && first.toInstant().isAfter(spec.stopDate().get())) {
            throw new FeedException("the first scheduled trigger fire is not until after the stop date");
        }
    }

    /** Schedules the stored feeds. */
    @Override
    public void start() {
        Properties settings = new Properties();
        // Quartz keeps its schedulers in a list of the whole JVM, by name.
        settings.setProperty(StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME, name + "-" + UUID.randomUUID());
        settings.setProperty(StdSchedulerFactory.PROP_SCHED_INSTANCE_ID, name);
        settings.setProperty(StdSchedulerFactory.PROP_SCHED_THREAD_NAME, name + "-feeds-alarms");
        settings.setProperty(StdSchedulerFactory.PROP_SCHED_MAKE_SCHEDULER_THREAD_DAEMON, "true");
        settings.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        settings.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
        settings.setProperty("org.quartz.threadPool.threadCount", "1");
        settings.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
        settings.setProperty("org.quartz.threadPool.threadNamePrefix", name + "-feeds-alarm");
        settings.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
        settings.setProperty("org.quartz.jobStore.misfireThreshold", "5000");
        try {
            Scheduler made = new StdSchedulerFactory(settings).getScheduler();
            scheduler = made;
            made.setJobFactory((bundle, of) -> this::tick);
            registry.listen(this);
            for (Feed feed : registry.feeds()) {
                schedule(made, feed);
            }
            made.start();
        } catch (SchedulerException e) {
            throw new FeedException("cannot start the alarms of " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (scheduler != null) {
            try {
                scheduler.shutdown(true);
            } catch (SchedulerException e) {
                throw new FeedException("cannot stop the alarms of " + name + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void changed(Optional<Feed> before, Optional<Feed> after) {
        Scheduler running = scheduler;
        if (running == null) {
            return;
        }
        try {
            if (before.isPresent()) {
                running.deleteJob(key(before.get().trigger()));
                lastTicks.remove(before.get().trigger());
            }
            if (after.isPresent()) {
                schedule(running, after.get());
            }
        } catch (SchedulerException e) {
            LOG.atError().setCause(e).log("alarm not scheduled");
            after.ifPresent(feed -> registry.status(feed.trigger()).failed(String.valueOf(e.getMessage())));
        }
    }

    /** When an alarm ticks next; empty if never. */
    public Optional<Instant> nextTick(QualifiedName trigger) {
        Scheduler running = scheduler;
        if (running == null) {
            return Optional.empty();
        }
        try {
            return running.getTriggersOfJob(key(trigger)).stream()
                    .map(Trigger::getNextFireTime)
                    .filter(Objects::nonNull)
                    .map(Date::toInstant)
                    .min(Instant::compareTo);
        } catch (SchedulerException e) {
            throw new FeedException("cannot read the schedule of " + trigger + ": " + e.getMessage(), e);
        }
    }

    private void schedule(Scheduler running, Feed feed) throws SchedulerException {
        if (!feed.active() || !(feed.spec() instanceof AlarmSpec spec)) {
            return;
        }
        // Quartz counts the second before the start time in, and that tick has passed.
        Instant soonest = clock.instant().plusSeconds(1);
        Instant start = spec.startDate().filter(soonest::isBefore).orElse(soonest);
        Set<Trigger> triggers = new HashSet<>();
        for (String text : QuartzCron.expressions(spec.cron())) {
            Trigger trigger = TriggerBuilder.newTrigger()
                    .withIdentity(text, feed.trigger().toString())
                    .withSchedule(CronScheduleBuilder.cronSchedule(expression(text, spec))
                            .withMisfireHandlingInstructionDoNothing())
                    .startAt(Date.from(start))
                    .endAt(spec.stopDate().map(Date::from).orElse(null))
                    .build();
            if (trigger.getFireTimeAfter(Date.from(clock.instant())) != null) {
                triggers.add(trigger);
            }
        }
        if (triggers.isEmpty()) {
            expired(feed);
            return;
        }
        JobDetail job =
                JobBuilder.newJob(Job.class).withIdentity(key(feed.trigger())).build();
        running.scheduleJob(job, triggers, true);
    }

    private void tick(JobExecutionContext context) {
        QualifiedName trigger =
                QualifiedName.parse(context.getJobDetail().getKey().getName());
        Optional<Feed> found = registry.find(trigger).filter(Feed::active);
        if (found.isEmpty() || !(found.get().spec() instanceof AlarmSpec spec)) {
            return;
        }
        Instant scheduled = context.getScheduledFireTime().toInstant();
        // A day that satisfies both day fields is in two Quartz triggers.
        if (scheduled.equals(lastTicks.put(trigger, scheduled))) {
            return;
        }
        Feed feed = found.get();
        registry.status(trigger).countReceived();
        Optional<Instant> next = nextTick(trigger);
        Instant until = next.orElse(clock.instant().plus(LAST_TICK_RETRIES));
        firer.fire(new AlarmFire(feed, spec, registry, clock, until));
        if (next.isEmpty()) {
            expired(feed);
        }
    }

    private void expired(Feed feed) {
        registry.disable(feed, FeedState.Disabled.because(EXPIRED)).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.atError()
                        .setCause(failure)
                        .addKeyValue("trigger", feed.trigger())
                        .log("expired alarm not disabled");
            }
        });
    }

    private static CronExpression expression(String text, AlarmSpec spec) {
        try {
            CronExpression expression = new CronExpression(text);
            expression.setTimeZone(TimeZone.getTimeZone(spec.timezone()));
            return expression;
        } catch (ParseException e) {
            throw new FeedException("cron pattern '" + spec.cron().text() + "' is not valid", e);
        }
    }

    private static JobKey key(QualifiedName trigger) {
        return JobKey.jobKey(trigger.toString());
    }
}
