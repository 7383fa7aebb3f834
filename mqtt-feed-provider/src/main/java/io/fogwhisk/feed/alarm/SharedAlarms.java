package io.fogwhisk.feed.alarm;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.registry.Misfire;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.quartz.JobDetail;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the alarms of a registry and those of a schedule that several providers share in line. For each alarm it
 * remembers, durably, the state in which both last were the same, and so knows which side has changed since, also while
 * the other could not be reached. When both have, the later change counts, and the shared schedule when there is no
 * telling. It also remembers how far the schedule had come: one that is older than that was restored from a backup, and
 * is compared anew, so that what was changed since is not taken for deleted.
 *
 * <p>Threads: all work is done on one of its own.
 */
final class SharedAlarms implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedAlarms.class);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration WRITTEN = Duration.ofSeconds(30);
    private static final int MOST_ASKED = 10_000;
    private static final Base NONE = new Base(0, "");
    private static final int LONGEST_CHAIN = 10;
    /** The row of what is remembered that is no alarm's: the schedule's own. */
    private static final String SCHEDULE = "";

    private final SharedStore store;
    private final FeedRegistry registry;
    private final FeedDatabase file;
    private final AlarmSchedule schedule;
    private final AlarmPlan plan;
    private final AlarmLog log;
    private final Consumer<Feed> over;
    private final ScheduledThreadPoolExecutor thread;
    private final Map<QualifiedName, Base> bases = new ConcurrentHashMap<>();
    private final Set<QualifiedName> changed = ConcurrentHashMap.newKeySet();
    /** What is asked for and not begun yet, so that many questions while the database is away become one. */
    private final Map<QualifiedName, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();

    private final Map<QualifiedName, Integer> ticks = new ConcurrentHashMap<>();
    private volatile @Nullable String trouble;
    // Set at start, then the own thread's.
    private Base newest = NONE;

    /**
     * What both sides had when they were the same.
     *
     * @param stamp of the alarm, behind the identity of the schedule: see {@link #seen}
     */
    private record Base(long revision, String stamp) {}

    /** Alarms that are not in line yet; {@code over} is told of those that have no tick left. */
    SharedAlarms(
            String name,
            SharedStore store,
            FeedRegistry registry,
            FeedDatabase file,
            AlarmSchedule schedule,
            AlarmPlan plan,
            AlarmLog log,
            Consumer<Feed> over) {
        this.store = store;
        this.registry = registry;
        this.file = file;
        this.schedule = schedule;
        this.plan = plan;
        this.log = log;
        this.over = over;
        thread = new ScheduledThreadPoolExecutor(1, NamedThreads.single(name + "-feeds-alarms-share"));
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Begins; from now on everything is brought in line again and again. */
    void start(Duration pace) {
        try (Connection connection = file.database().openReader();
                PreparedStatement select =
                        connection.prepareStatement("select trigger, revision, stamp from alarm_shared");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Base base = new Base(rows.getLong(2), rows.getString(3));
                if (rows.getString(1).equals(SCHEDULE)) {
                    newest = base;
                } else {
                    bases.put(QualifiedName.parse(rows.getString(1)), base);
                }
            }
        } catch (SQLException e) {
            throw file.database().failure("read", e);
        }
        Future<?> unused = thread.scheduleWithFixedDelay(this::all, 0, pace.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** An alarm of the registry has changed. Returns at once. */
    void changed(QualifiedName trigger) {
        if (changed.add(trigger)) {
            thread.execute(() -> {
                changed.remove(trigger);
                one(trigger);
            });
        }
    }

    /** Brings one alarm in line; completes when that is done, or could not be done within a few seconds. */
    CompletionStage<Void> current(QualifiedName trigger) {
        boolean other = registry.find(trigger)
                .filter(feed -> !(feed.spec() instanceof AlarmSpec))
                .isPresent();
        if (other || asked.size() >= MOST_ASKED) {
            return CompletableFuture.completedStage(null);
        }
        return asked.computeIfAbsent(trigger, name -> {
            CompletableFuture<Void> done = new CompletableFuture<>();
            thread.execute(() -> {
                asked.remove(name);
                one(name);
                done.complete(null);
            });
            return done.completeOnTimeout(null, ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    /** Why the shared schedule can not be used; empty if it can, as far as was seen last. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** How many ticks an alarm had, as was seen last; 0 if that is not counted. */
    int count(QualifiedName trigger) {
        return ticks.getOrDefault(trigger, 0);
    }

    /** The alarm that a tick is of, as the registry has it if that is the same. */
    Feed feed(SharedAlarm alarm) {
        return registry.find(alarm.feed().trigger())
                .filter(known ->
                        known.active() && known.spec().equals(alarm.feed().spec()))
                .orElse(alarm.feed());
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void all() {
        try {
            SharedStore.Content content = notOlder(store.content());
            ticks.keySet().retainAll(content.ticks().keySet());
            ticks.putAll(content.ticks());
            Map<QualifiedName, String> stamps = content.stamps();
            Set<QualifiedName> names = new HashSet<>(stamps.keySet());
            names.addAll(bases.keySet());
            registry.feeds().stream()
                    .filter(feed -> feed.spec() instanceof AlarmSpec)
                    .forEach(feed -> names.add(feed.trigger()));
            for (QualifiedName name : names) {
                Base base = base(name);
                if (base.revision != revision(registry.find(name))
                        || !base.stamp.equals(seen(stamps.getOrDefault(name, "")))) {
                    one(name);
                }
            }
            if (trouble != null) {
                LOG.atInfo().log("shared schedule is back");
            }
            trouble = null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | RuntimeException | ExecutionException | TimeoutException e) {
            trouble = reason(e);
            LOG.atWarn().addKeyValue("error", reason(e)).log("shared alarms not in line");
        }
    }

    /** A schedule from a backup gets a new identity, by which all providers know that they can not go by their memory. */
    private SharedStore.Content notOlder(SharedStore.Content content)
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        SharedStore.Content now = content;
        if (now.identity().id().equals(newest.stamp) && now.identity().version() < newest.revision) {
            LOG.atWarn()
                    .addKeyValue("version", now.identity().version())
                    .addKeyValue("seen", newest.revision)
                    .log("shared schedule is older than it was, alarms are compared anew");
            store.renew(now.identity());
            now = store.content();
        }
        Base seen = new Base(now.identity().version(), now.identity().id());
        if (!seen.equals(newest)) {
            write(SCHEDULE, seen);
            newest = seen;
        }
        return now;
    }

    /** What a pool of connections or Quartz says last is why it all began. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; depth < LONGEST_CHAIN && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private void one(QualifiedName trigger) {
        try {
            reconcile(trigger);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | SchedulerException | RuntimeException | ExecutionException | TimeoutException e) {
            LOG.atWarn()
                    .addKeyValue("trigger", trigger)
                    .addKeyValue("error", reason(e))
                    .log("shared alarm not in line");
        }
    }

    private void reconcile(QualifiedName trigger)
            throws SQLException, SchedulerException, InterruptedException, ExecutionException, TimeoutException {
        store.prepare();
        Optional<Feed> here = registry.find(trigger);
        if (here.isPresent() && !(here.get().spec() instanceof AlarmSpec)) {
            return;
        }
        JobDetail job = schedule.find(trigger);
        Optional<SharedAlarm> there = job == null ? Optional.empty() : Optional.of(SharedAlarm.of(job.getJobDataMap()));
        String stamp = seen(there.map(SharedAlarm::stamp).orElse(""));
        Base base = base(trigger);
        boolean changedHere = revision(here) != base.revision;
        boolean changedThere = !stamp.equals(base.stamp);
        if (changedThere && (!changedHere || isLater(there, here))) {
            adopt(trigger, there);
        } else if (changedHere) {
            share(trigger, here, there);
        }
        if (here.filter(SharedAlarms::limited).isPresent()) {
            store.ticks(trigger).ifPresent(count -> ticks.put(trigger, count));
        }
    }

    private static boolean limited(Feed feed) {
        return feed.spec() instanceof AlarmSpec spec && spec.options().maxTriggers() >= 0;
    }

    /** An alarm that an earlier schedule had and a new one has not is not deleted, but yet to be shared. */
    private Base base(QualifiedName trigger) {
        Base base = bases.getOrDefault(trigger, NONE);
        return base.stamp.startsWith(store.id()) ? base : NONE;
    }

    /** A stamp together with the identity of the schedule that has it now: that may have got another one since. */
    private String seen(String stamp) {
        return stamp.isEmpty() ? "" : store.id() + "/" + stamp;
    }

    /** A change counts more than a deletion, which has no time. */
    private static boolean isLater(Optional<SharedAlarm> there, Optional<Feed> here) {
        return here.isEmpty()
                || (there.isPresent()
                        && !there.get().feed().changed().isBefore(here.get().changed()));
    }

    private void adopt(QualifiedName trigger, Optional<SharedAlarm> there)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (there.isPresent()) {
            Feed adopted = done(registry.adopt(there.get().feed()));
            remember(trigger, new Base(adopted.revision(), seen(there.get().stamp())));
        } else {
            Optional<Feed> deleted = done(registry.delete(trigger));
            remember(trigger, NONE);
            deleted.ifPresent(feed -> LOG.atInfo()
                    .addKeyValue("trigger", trigger)
                    .addKeyValue("kind", feed.spec().kind())
                    .addKeyValue("changed", feed.changed())
                    .log("alarm deleted elsewhere"));
        }
    }

    private void share(QualifiedName trigger, Optional<Feed> here, Optional<SharedAlarm> there)
            throws SQLException, SchedulerException, InterruptedException, ExecutionException, TimeoutException {
        // Before the change: who takes this version for seen must not miss it.
        store.change();
        if (here.isEmpty() || !(here.get().spec() instanceof AlarmSpec spec)) {
            schedule.remove(trigger);
            store.forget(trigger);
            remember(trigger, NONE);
            return;
        }
        Feed feed = here.get();
        String stamp = UUID.randomUUID().toString();
        Optional<AlarmTrigger> times = feed.active()
                ? Optional.of(plan.trigger(feed, spec, log.handled(feed), count(feed, there)))
                : Optional.empty();
        boolean recovers = spec.options().misfire() != Misfire.SKIP;
        boolean scheduled = schedule.put(trigger, new SharedAlarm(feed, stamp).data(), stamp, recovers, times);
        remember(trigger, new Base(feed.revision(), seen(stamp)));
        if (!scheduled) {
            over.accept(feed);
        }
    }

    /** Ticks count from the last time that an alarm was made, changed, or disabled; a pause ends no count. */
    private AlarmPlan.Count count(Feed feed, Optional<SharedAlarm> there) throws SQLException {
        if (there.isEmpty()) {
            return new AlarmPlan.Count(log.count(feed.trigger()), false);
        }
        Feed before = there.get().feed();
        boolean goesOn = before.spec().equals(feed.spec()) && !(before.state() instanceof FeedState.Disabled);
        return goesOn
                ? new AlarmPlan.Count(store.ticks(feed.trigger()).orElse(0), true)
                : new AlarmPlan.Count(0, false);
    }

    private void remember(QualifiedName trigger, Base base)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (base.equals(NONE)) {
            bases.remove(trigger);
        } else {
            bases.put(trigger, base);
        }
        write(trigger.toString(), base);
    }

    private void write(String row, Base base) throws InterruptedException, ExecutionException, TimeoutException {
        Object unused = done(file.committer().submit(connection -> {
            try (PreparedStatement write = connection.prepareStatement(
                    base.equals(NONE)
                            ? "delete from alarm_shared where trigger = ?"
                            : "insert or replace into alarm_shared(trigger, revision, stamp) values (?, ?, ?)")) {
                write.setString(1, row);
                if (!base.equals(NONE)) {
                    write.setLong(2, base.revision);
                    write.setString(3, base.stamp);
                }
                return write.executeUpdate();
            }
        }));
    }

    private static long revision(Optional<Feed> feed) {
        return feed.filter(known -> known.spec() instanceof AlarmSpec)
                .map(Feed::revision)
                .orElse(0L);
    }

    private static <T> T done(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(WRITTEN.toMillis(), TimeUnit.MILLISECONDS);
    }
}
