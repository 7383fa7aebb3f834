package io.fogwhisk.influx.retention;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Catalog;
import io.fogwhisk.influx.store.PointStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.simpl.RAMJobStore;
import org.quartz.spi.ThreadExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what keeps the data within bounds, on a schedule: expired points are deleted every {@link #EXPIRY}, windows are
 * downsampled every {@link #DOWNSAMPLING}, and both once at the start.
 *
 * <p>Threads: one for the clock and one for the work, so that nothing overlaps. A run that fails is logged, and the next
 * one does what it left.
 */
public final class Maintenance implements Service {

    /** How often expired points are deleted, as in InfluxDB. */
    static final Duration EXPIRY = Duration.ofMinutes(30);

    /** How often it is seen whether a window is complete. */
    static final Duration DOWNSAMPLING = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
    private static final String EXPIRY_JOB = "expiry";
    private static final long IDLE_MILLIS = 30_000;

    private final String name;
    private final Expiry expiry;
    private final Downsampler downsampler;
    private final List<Downsampling> rules;
    private @Nullable Scheduler scheduler;
    private @Nullable WorkThread thread;

    /**
     * A schedule that does not run yet.
     *
     * @param name part of the threads' names
     * @param disk beyond which nothing is downsampled until there is room
     */
    public Maintenance(
            String name, Catalog catalog, PointStore store, DiskLimit disk, List<Downsampling> rules, Clock clock) {
        this.name = name;
        this.expiry = new Expiry(catalog, store, clock);
        this.downsampler = new Downsampler(catalog, store, disk, clock);
        this.rules = List.copyOf(rules);
    }

    /** A job of which no second one begins before the first ends. */
    @DisallowConcurrentExecution
    private record Alone(Runnable work) implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            work.run();
        }
    }

    @Override
    public void start() {
        WorkThread work = new WorkThread(name + "-maintenance");
        thread = work;
        // Quartz keeps its schedulers in a list of the whole JVM, by name.
        String unique = name + "-" + UUID.randomUUID();
        try {
            DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
            factory.createScheduler(
                    unique,
                    unique,
                    work,
                    new NamedClock(name + "-maintenance-clock"),
                    new RAMJobStore(),
                    Map.of(),
                    null,
                    0,
                    IDLE_MILLIS,
                    0,
                    false,
                    null,
                    1,
                    0L);
            Scheduler made = factory.getScheduler(unique);
            scheduler = made;
            made.setJobFactory((bundle, of) -> new Alone(
                    bundle.getJobDetail().getKey().getName().equals(EXPIRY_JOB) ? this::expire : this::downsample));
            schedule(made, EXPIRY_JOB, EXPIRY);
            if (!rules.isEmpty()) {
                schedule(made, "downsampling", DOWNSAMPLING);
            }
            made.start();
        } catch (SchedulerException e) {
            throw new InfluxException(
                    ErrorCode.INTERNAL, "cannot start the schedule of " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        Scheduler running = scheduler;
        scheduler = null;
        if (running == null) {
            return;
        }
        if (thread != null) {
            thread.release();
        }
        try {
            running.shutdown(true);
        } catch (SchedulerException e) {
            LOG.atWarn().addKeyValue("error", e.getMessage()).log("maintenance did not stop cleanly");
        }
    }

    private static void schedule(Scheduler scheduler, String job, Duration every) throws SchedulerException {
        JobDetail detail = JobBuilder.newJob(Alone.class).withIdentity(job).build();
        scheduler.scheduleJob(
                detail,
                TriggerBuilder.newTrigger()
                        .withIdentity(job)
                        .startNow()
                        .withSchedule(SimpleScheduleBuilder.simpleSchedule()
                                .withIntervalInMilliseconds(every.toMillis())
                                .repeatForever()
                                .withMisfireHandlingInstructionNextWithRemainingCount())
                        .build());
    }

    private void expire() {
        guarded("expiry", expiry::run);
    }

    private void downsample() {
        for (Downsampling rule : rules) {
            guarded(rule.id(), () -> downsampler.run(rule));
        }
    }

    private static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("work", what)
                    .addKeyValue("error", e.getMessage())
                    .log("maintenance failed, the next run tries again");
            LOG.atDebug().setCause(e).log("maintenance failed");
        }
    }

    /** Gives Quartz's thread a name of ours. */
    private record NamedClock(String name) implements ThreadExecutor {
        @Override
        public void execute(Thread thread) {
            thread.setName(name);
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void initialize() {}
    }
}
