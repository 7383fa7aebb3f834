package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.Backlog;
import io.fogwhisk.aggregate.influx.InfluxApi;
import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.aggregate.influx.WriteAnswer;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Points on durable storage that wait for their database, delivered in order per bucket, tried again for ever, removed
 * when confirmed. What a database refuses for good is set aside and does not hold up the next. After a restart it goes
 * on where it was.
 *
 * <p>Threads: any thread may call; one thread per bucket delivers, one commits.
 *
 * <p>The file holds the tokens of the databases that points wait for, as the latest caller gave them, so that a restart
 * can deliver: protect the data folder.
 */
public final class Outbox implements Service, Backlog {

    private static final int MAX_WRITES = 4_096;
    private static final int MAX_BUCKETS = 64;

    private final OutboxConfig config;
    private final Metrics metrics;
    private final Clock clock;
    private final InfluxApi api;
    private final AtomicInteger depth = new AtomicInteger();
    private final Map<InfluxBucket, Delivery> deliveries = new HashMap<>();
    private @Nullable Opened opened;
    private boolean closed;
    // Only touched by the committer's thread, after start.
    private long lastId;

    /** An outbox that is opened by {@link #start}. */
    public Outbox(OutboxConfig config, Metrics metrics, Clock clock) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.api = new InfluxApi(config.timeout());
    }

    @Override
    public void start() {
        Database database = OutboxStore.open(config.file());
        GroupCommitter committer =
                new GroupCommitter(config.name() + "-outbox-commit", database, config.pace(), MAX_WRITES);
        SetAside setAside = new SetAside(database, committer, config.maxSetAside(), metrics, clock);
        opened = new Opened(database, committer, setAside);
        try (Connection connection = database.openReader()) {
            lastId = OutboxStore.lastId(connection);
            committer.start();
            synchronized (deliveries) {
                for (OutboxStore.Known known : OutboxStore.targets(connection)) {
                    Delivery delivery = new Delivery(this, api, known.id(), known.target());
                    delivery.recorded(true);
                    delivery.pending().set(known.entries());
                    depth.addAndGet(known.entries());
                    deliveries.put(known.target().bucket(), delivery);
                    delivery.start();
                }
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        metrics.queue(config.name() + "-outbox", depth::get);
    }

    /** How many readings and aggregates wait. */
    public int depth() {
        return depth.get();
    }

    /** How many readings and aggregates wait for a bucket. */
    public int depth(InfluxBucket bucket) {
        synchronized (deliveries) {
            Delivery delivery = deliveries.get(bucket);
            return delivery == null ? 0 : delivery.pending().get();
        }
    }

    /** The readings that can never be stored. */
    public SetAside setAside() {
        return opened().setAside;
    }

    @Override
    public Optional<WriteAnswer.NotNow> away(InfluxTarget target) {
        synchronized (deliveries) {
            Delivery delivery = deliveries.get(target.bucket());
            return delivery == null ? Optional.empty() : delivery.away();
        }
    }

    @Override
    public Taken add(InfluxTarget target, List<Points> points, WriteAnswer.NotNow failure) {
        return add(target, points, Optional.of(failure));
    }

    /** Hands over points that nobody tried to deliver yet; otherwise as {@link Backlog#add}. */
    public Taken add(InfluxTarget target, List<Points> points) {
        return add(target, points, Optional.empty());
    }

    private Taken add(InfluxTarget target, List<Points> points, Optional<WriteAnswer.NotNow> failure) {
        Delivery delivery;
        boolean remember;
        synchronized (deliveries) {
            Delivery known = deliveries.get(target.bucket());
            if (closed || (known == null && deliveries.size() == MAX_BUCKETS)) {
                return new Taken(0, CompletableFuture.completedFuture(null));
            }
            delivery = known != null ? known : new Delivery(this, api, deliveries.size() + 1, target);
            delivery.use(target);
            remember = !delivery.recorded();
            if (known == null) {
                deliveries.put(target.bucket(), delivery);
                delivery.start();
            }
        }
        int count = reserve(points.size());
        List<Points> taken = List.copyOf(points.subList(0, count));
        if (taken.isEmpty() && !remember) {
            return new Taken(0, CompletableFuture.completedFuture(null));
        }
        delivery.pending().addAndGet(count);
        failure.ifPresent(delivery::failed);
        CompletionStage<Void> durable = opened().committer
                .submit(connection -> {
                    if (remember) {
                        OutboxStore.putTarget(connection, delivery.id(), target);
                    }
                    OutboxStore.insert(connection, delivery.id(), lastId + 1, taken);
                    lastId += taken.size();
                    return delivery;
                })
                .whenComplete((done, error) -> {
                    if (remember) {
                        delivery.recorded(error == null);
                    }
                    if (error != null) {
                        release(delivery, count);
                    } else {
                        delivery.wake();
                    }
                })
                .thenAccept(done -> {});
        return new Taken(count, durable);
    }

    /** Until where a repeated job has done its work; blocks for the disk. */
    public Optional<Instant> watermark(String job) {
        Database database = opened().database;
        try (Connection connection = database.openReader()) {
            return OutboxStore.watermark(connection, job);
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
    }

    /** Remembers until where a repeated job has done its work, after everything handed over before. */
    public CompletionStage<Void> moveWatermark(String job, Instant until) {
        return opened().committer
                .submit(connection -> {
                    OutboxStore.moveWatermark(connection, job, until);
                    return until;
                })
                .thenAccept(done -> {});
    }

    /** Stops delivering; what waits stays in the file. */
    @Override
    public void close() {
        synchronized (deliveries) {
            closed = true;
            deliveries.values().forEach(Delivery::stop);
        }
        // Most deliveries end by themselves at once; a request that hangs is broken off.
        deliveries.values().forEach(delivery -> delivery.join(Duration.ofMillis(500)));
        api.close();
        deliveries.values().forEach(delivery -> delivery.join(Duration.ofSeconds(5)));
        if (opened != null) {
            opened.committer.close();
        }
    }

    OutboxConfig config() {
        return config;
    }

    Database database() {
        return opened().database;
    }

    /** Removes what the database decided, and keeps what it refused, as one commit. */
    CompletionStage<Void> settle(
            Delivery delivery,
            List<OutboxStore.Entry> decided,
            List<OutboxStore.Entry> confirmed,
            Map<OutboxStore.Entry, String> refused) {
        Instant now = clock.instant();
        long first = decided.get(0).id();
        long last = decided.get(decided.size() - 1).id();
        return opened().committer
                .submit(connection -> {
                    for (Map.Entry<OutboxStore.Entry, String> bad : refused.entrySet()) {
                        OutboxStore.Entry entry = bad.getKey();
                        String source = "outbox-" + entry.id() + "-" + now.toEpochMilli();
                        SetAside.Item item = new SetAside.Item(
                                now, bad.getValue(), entry.points().lines());
                        OutboxStore.setAside(connection, source, item, config.maxSetAside());
                    }
                    return OutboxStore.remove(connection, delivery.id(), first, last);
                })
                .thenAccept(removed -> {
                    if (removed > 0) {
                        release(delivery, removed);
                        count(confirmed, refused.keySet());
                    }
                });
    }

    private void count(List<OutboxStore.Entry> confirmed, Set<OutboxStore.Entry> refused) {
        metrics.count(
                Meter.OUTBOX_DELIVERED,
                confirmed.stream().mapToInt(entry -> entry.points().count()).sum());
        metrics.count(Meter.READINGS_STORED, readings(confirmed));
        metrics.count(Meter.READINGS_SET_ASIDE, readings(refused));
    }

    private static long readings(Collection<OutboxStore.Entry> entries) {
        return entries.stream()
                .filter(entry -> entry.points().kind() == Points.Kind.READING)
                .count();
    }

    private int reserve(int wanted) {
        int before = depth.getAndUpdate(now -> now + room(now, wanted));
        return room(before, wanted);
    }

    /** A file that was filled under a larger limit may hold more than the limit. */
    private int room(int now, int wanted) {
        return Math.max(0, Math.min(wanted, config.maxEntries() - now));
    }

    private void release(Delivery delivery, int count) {
        delivery.pending().addAndGet(-count);
        depth.addAndGet(-count);
    }

    private Opened opened() {
        Opened known = opened;
        if (known == null) {
            throw new AggregateException("the outbox is used before it was started");
        }
        return known;
    }

    private record Opened(Database database, GroupCommitter committer, SetAside setAside) {}
}
