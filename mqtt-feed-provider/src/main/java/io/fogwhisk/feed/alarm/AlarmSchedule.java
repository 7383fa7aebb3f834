package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.impl.jdbcjobstore.JobStoreSupport;
import org.quartz.listeners.SchedulerListenerSupport;
import org.quartz.listeners.TriggerListenerSupport;
import org.quartz.simpl.RAMJobStore;
import org.quartz.spi.JobStore;
import org.quartz.spi.ThreadExecutor;

/**
 * The alarms of a provider in Quartz: a job for each, with one trigger while it is active. Thread-safe once started.
 *
 * <p>Life cycle: {@link #open} makes it, {@link #run} has it fire, {@link #close} waits a few seconds for the ticks
 * under way.
 */
final class AlarmSchedule implements AutoCloseable {

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration DATABASE_RETRY = Duration.ofSeconds(5);

    private final Scheduler scheduler;
    private final AlarmThreads threads;

    private AlarmSchedule(Scheduler scheduler, AlarmThreads threads) {
        this.scheduler = scheduler;
        this.threads = threads;
    }

    /** Who is told. Called by Quartz's threads; must be short. */
    interface Owner {
        /** A tick is due. */
        void tick(JobExecutionContext context);

        /** A tick was not fired in time; the schedule still stands at it. */
        void missed(AlarmTrigger schedule);

        /** An alarm ended because its last ticks were missed. */
        void endedUnfired(QualifiedName trigger);
    }

    /** A schedule in memory. */
    static JobStore inMemory() {
        RAMJobStore store = new RAMJobStore();
        store.setMisfireThreshold(Ticks.TOLERANCE.toMillis());
        return store;
    }

    /**
     * A schedule that does not fire yet.
     *
     * @param name of the provider; part of the threads' names
     * @param unanswered how many fires wait for their answer now
     */
    static AlarmSchedule open(String name, JobStore store, IntSupplier unanswered, Owner owner) {
        // Quartz keeps its schedulers in a list of the whole JVM, by name.
        String unique = name + "-" + UUID.randomUUID();
        NamedExecutor executor = new NamedExecutor(name + "-feeds-alarms");
        if (store instanceof JobStoreSupport shared) {
            shared.setThreadExecutor(executor);
        }
        AlarmThreads threads = new AlarmThreads(name + "-feeds-alarm", unanswered);
        try {
            DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
            factory.createScheduler(
                    unique,
                    unique,
                    threads,
                    executor,
                    store,
                    Map.of(),
                    null,
                    0,
                    IDLE.toMillis(),
                    DATABASE_RETRY.toMillis(),
                    false,
                    null,
                    AlarmThreads.BATCH,
                    0L);
            Scheduler made = factory.getScheduler(unique);
            made.setJobFactory((bundle, of) -> owner::tick);
            made.getListenerManager().addSchedulerListener(new SchedulerListenerSupport() {
                @Override
                public void triggerFinalized(Trigger trigger) {
                    if (trigger instanceof AlarmTrigger alarm && alarm.endedUnfired()) {
                        owner.endedUnfired(QualifiedName.parse(alarm.getName()));
                    }
                }
            });
            made.getListenerManager().addTriggerListener(new TriggerListenerSupport() {
                @Override
                public String getName() {
                    return unique;
                }

                @Override
                public void triggerMisfired(Trigger trigger) {
                    if (trigger instanceof AlarmTrigger alarm) {
                        owner.missed(alarm);
                    }
                }
            });
            return new AlarmSchedule(made, threads);
        } catch (SchedulerException e) {
            throw new FeedException("cannot start the alarms of " + name + ": " + e.getMessage(), e);
        }
    }

    /** Begins to fire. */
    void run() throws SchedulerException {
        scheduler.start();
    }

    /**
     * Schedules an alarm, instead of what it was scheduled for before.
     *
     * @param data what whoever fires it needs to know
     * @param note a short text that can be read without the data
     * @param recovers whether a tick under way when its provider dies is fired by another
     * @param trigger when; empty for not at all
     * @return whether it is scheduled; false if there was a trigger and it has no tick left
     */
    boolean put(QualifiedName name, JobDataMap data, String note, boolean recovers, Optional<? extends Trigger> trigger)
            throws SchedulerException {
        JobDetail job = JobBuilder.newJob(Job.class)
                .withIdentity(key(name))
                .withDescription(note)
                .usingJobData(data)
                .requestRecovery(recovers)
                .storeDurably()
                .build();
        boolean ticks = trigger.isPresent() && ((AlarmTrigger) trigger.get()).computeFirstFireTime(null) != null;
        if (ticks) {
            scheduler.scheduleJob(job, Set.of(trigger.get()), true);
            return true;
        }
        scheduler.addJob(job, true);
        for (Trigger old : List.copyOf(scheduler.getTriggersOfJob(key(name)))) {
            scheduler.unscheduleJob(old.getKey());
        }
        return trigger.isEmpty();
    }

    /** Forgets an alarm. */
    void remove(QualifiedName name) throws SchedulerException {
        scheduler.deleteJob(key(name));
    }

    /** The data of an alarm; null if it is not scheduled. */
    @Nullable
    JobDetail find(QualifiedName name) throws SchedulerException {
        return scheduler.getJobDetail(key(name));
    }

    @Override
    public void close() {
        threads.release();
        try {
            scheduler.shutdown(true);
        } catch (SchedulerException e) {
            throw new FeedException("cannot stop the alarms: " + e.getMessage(), e);
        }
    }

    private static JobKey key(QualifiedName name) {
        return JobKey.jobKey(name.toString());
    }

    /** Names the threads that Quartz makes for itself. */
    private static final class NamedExecutor implements ThreadExecutor {
        private final String name;

        NamedExecutor(String name) {
            this.name = name;
        }

        @Override
        public void execute(Thread thread) {
            int kind = thread.getName().lastIndexOf('_');
            thread.setName(
                    name + (kind < 0 ? "" : thread.getName().substring(kind).replace('_', '-')));
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void initialize() {}
    }
}
