package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.Backlog;
import io.fogwhisk.aggregate.influx.InfluxApi;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.aggregate.influx.WriteAnswer;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Level;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Points on durable storage that wait for their database, delivered in order per database, tried again for ever, removed
 * when confirmed. What a database refuses for good is set aside and does not hold up the next. After a restart it goes
 * on where it was.
 *
 * <p>A database is known by its name, if it has one, or else by its address and the namespace that writes to it. What
 * waits for a name is delivered to the address, with the token, that it was located at, or else that the latest caller
 * gave that name.
 *
 * <p>Threads: any thread may call; one thread per database delivers, one commits.
 *
 * <p>The file holds the tokens of the databases that points wait for, as the latest caller gave them, so that a restart
 * can deliver: protect the data folder.
 */
public final class Outbox implements Service, Backlog {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final int MAX_WRITES = 4_096;
    private static final int MAX_DATABASES = 64;

    private final OutboxConfig config;
    private final Metrics metrics;
    private final Clock clock;
    private final InfluxApi api;
    private final AtomicInteger depth = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Deliveries deliveries = new Deliveries();
    private final LostAggregates lost = new LostAggregates();
    private @Nullable Opened opened;
    private Metrics.@Nullable Shown shown;
    private final Map<String, InfluxTarget> located = new HashMap<>();
    private int lastId;
    private boolean closed;

    /** An outbox that is opened by {@link #start}. */
    public Outbox(OutboxConfig config, Metrics metrics, Clock clock) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.api = new InfluxApi(config.timeout(), true);
    }

    @Override
    public void start() {
        Database database = OutboxStore.open(config.file());
        GroupCommitter committer =
                new GroupCommitter(config.name() + "-outbox-commit", database, config.pace(), MAX_WRITES);
        SetAside setAside = new SetAside(database, committer, config.bounds().setAside(), metrics, clock);
        opened = new Opened(database, committer, setAside);
        try (Connection connection = database.openReader()) {
            committer.start();
            synchronized (deliveries) {
                lastId = OutboxStore.lastId(connection);
                for (OutboxStore.Known known : OutboxStore.targets(connection)) {
                    Delivery delivery = new Delivery(this, api, known.id(), known.target());
                    delivery.recorded(true);
                    changed(delivery, known.entries(), known.bytes());
                    deliveries.put(delivery);
                }
                located.values().forEach(this::move);
                deliveries.all().forEach(Delivery::start);
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        metrics.queue(config.name() + "-outbox", depth::get);
        shown = metrics.show(this::levels);
    }

    /** Whether it is open and its file not lost. */
    public boolean isWritable() {
        Opened known = opened;
        return known != null && !known.committer.isEnded();
    }

    /** How many readings and aggregates wait. */
    public int depth() {
        return depth.get();
    }

    /**
     * How many readings and aggregates wait for a database, under whichever name; without those of other namespaces
     * that it refuses because of their settings.
     */
    public int depth(InfluxTarget target) {
        synchronized (deliveries) {
            return deliveries.pending(target);
        }
    }

    /** The readings that can never be stored. */
    public SetAside setAside() {
        return opened().setAside;
    }

    /** What waits, by database; blocks for the disk. */
    public List<Backlogged> backlog() {
        List<Delivery> all = all();
        Database database = opened().database;
        List<Backlogged> backlog = new ArrayList<>();
        try (Connection connection = database.openReader()) {
            for (Delivery delivery : all) {
                InfluxTarget target = delivery.target();
                backlog.add(new Backlogged(
                        target.namespace(),
                        target.name(),
                        target.bucket(),
                        delivery.pending(),
                        delivery.bytes(),
                        OutboxStore.oldest(connection, delivery.id()),
                        delivery.lastFailure()));
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        return backlog;
    }

    /**
     * Has what waits for a name delivered to this address from now on, whatever later callers say; before the start, so
     * that nothing goes to an earlier address.
     */
    public void locate(InfluxTarget target) {
        synchronized (deliveries) {
            located.put(target.key(), target);
            move(target);
        }
    }

    private void move(InfluxTarget target) {
        Delivery delivery = deliveries.take(target);
        if (delivery != null) {
            delivery.use(target);
            if (!delivery.recorded()) {
                record(delivery, target);
            }
        }
    }

    @Override
    public Optional<WriteAnswer.NotNow> away(InfluxTarget target) {
        synchronized (deliveries) {
            return deliveries.away(target);
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

    private Taken add(InfluxTarget asked, List<Points> points, Optional<WriteAnswer.NotNow> failure) {
        InfluxTarget target;
        Delivery delivery;
        boolean remember;
        Optional<Delivery> idle;
        synchronized (deliveries) {
            InfluxTarget latest = located.getOrDefault(asked.key(), asked);
            Delivery known = deliveries.take(latest);
            boolean full = known == null && deliveries.all().size() >= MAX_DATABASES;
            idle = full && !closed ? deliveries.removeIdle(located.keySet()) : Optional.empty();
            if (closed || (full && idle.isEmpty())) {
                return new Taken(0, CompletableFuture.completedFuture(null));
            }
            // One who knows it by its address alone does not take its name away.
            target = known != null && latest.name().isEmpty() ? known.target().withToken(latest.token()) : latest;
            delivery = known != null ? known : new Delivery(this, api, ++lastId, target);
            delivery.use(target);
            delivery.claim();
            remember = !delivery.recorded();
            if (known == null) {
                deliveries.put(delivery);
                delivery.start();
            }
        }
        try {
            idle.ifPresent(this::forget);
            return add(delivery, target, remember, points, failure);
        } finally {
            delivery.release();
        }
    }

    private void forget(Delivery idle) {
        idle.stop();
        opened().committer
                .submit(connection -> OutboxStore.removeTarget(connection, idle.id()))
                .exceptionally(failure -> {
                    LOG.atWarn()
                            .addKeyValue("bucket", idle.target())
                            .addKeyValue("error", failure.getMessage())
                            .log("outbox could not forget a database that nothing waits for");
                    return false;
                });
    }

    private Taken add(
            Delivery delivery,
            InfluxTarget target,
            boolean remember,
            List<Points> points,
            Optional<WriteAnswer.NotNow> failure) {
        int wanted = reserve(points.size());
        List<Parcel> parcels = new ArrayList<>();
        int count = 0;
        int taken = 0;
        long size = 0;
        for (Parcel parcel : Parcel.pack(points.subList(0, wanted))) {
            if (bytes.get() + size + parcel.body().length > config.bounds().bytes()) {
                break;
            }
            parcels.add(parcel);
            count += parcel.entries();
            taken += parcel.points();
            size += parcel.body().length;
        }
        depth.addAndGet(count - wanted);
        if (parcels.isEmpty()) {
            if (remember) {
                record(delivery, target);
            }
            return new Taken(0, CompletableFuture.completedFuture(null));
        }
        bytes.addAndGet(size);
        delivery.changed(count, size);
        delivery.arrived(taken);
        failure.ifPresent(delivery::failed);
        Instant now = clock.instant();
        int entries = count;
        long room = size;
        CompletionStage<Void> durable = opened().committer
                .submit(connection -> {
                    if (remember) {
                        OutboxStore.putTarget(connection, delivery.id(), target);
                    }
                    OutboxStore.insert(connection, delivery.id(), now, parcels);
                    return delivery;
                })
                .whenComplete((done, error) -> {
                    if (remember) {
                        delivery.recorded(error == null);
                    }
                    if (error != null) {
                        changed(delivery, -entries, -room);
                    } else {
                        delivery.wake();
                    }
                })
                .thenAccept(done -> {});
        return new Taken(count, durable);
    }

    private void record(Delivery delivery, InfluxTarget target) {
        opened().committer
                .submit(connection -> {
                    OutboxStore.putTarget(connection, delivery.id(), target);
                    return delivery;
                })
                .whenComplete((done, error) -> delivery.recorded(error == null));
    }

    /** The aggregates handed over that were refused or dropped since the last call; for one caller. */
    public LostAggregates.Lost takeLost() {
        return lost.take();
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
        List<Delivery> all;
        synchronized (deliveries) {
            closed = true;
            all = List.copyOf(deliveries.all());
        }
        if (shown != null) {
            shown.close();
        }
        all.forEach(Delivery::stop);
        // Most deliveries end by themselves at once; a request that hangs is broken off.
        all.forEach(delivery -> delivery.join(Duration.ofMillis(500)));
        api.close();
        all.forEach(delivery -> delivery.join(Duration.ofSeconds(5)));
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
    CompletionStage<Void> settle(Delivery delivery, Settlement settlement) {
        Instant now = clock.instant();
        int maxSetAside = config.bounds().setAside();
        return opened().committer
                .submit(connection -> settlement.apply(connection, delivery.id(), now, maxSetAside))
                .thenAccept(removed -> {
                    settlement.tell(lost);
                    if (removed.entries() > 0) {
                        changed(delivery, -removed.entries(), -removed.bytes());
                        settlement.count(metrics);
                    }
                });
    }

    Instant now() {
        return clock.instant();
    }

    /** Drops what waited longer than the limit; whoever delivers need not wait for it. */
    void expire(Delivery delivery) {
        Instant before = clock.instant().minus(config.bounds().age());
        opened().committer
                .submit(connection -> OutboxStore.removeBefore(connection, delivery.id(), before))
                .thenAccept(expired -> {
                    lost.add(expired);
                    OutboxStore.Removed removed = expired.removed();
                    if (removed.entries() > 0) {
                        changed(delivery, -removed.entries(), -removed.bytes());
                        metrics.count(Meter.OUTBOX_EXPIRED, removed.entries());
                        LOG.atWarn()
                                .addKeyValue("bucket", delivery.target())
                                .addKeyValue("entries", removed.entries())
                                .log("entries that waited too long were dropped from the outbox");
                    }
                });
    }

    private List<Delivery> all() {
        synchronized (deliveries) {
            return List.copyOf(deliveries.all());
        }
    }

    private List<Level.Reading> levels() {
        List<Level.Reading> levels = new ArrayList<>();
        for (Delivery delivery : all()) {
            InfluxTarget target = delivery.target();
            String name = target.name().isEmpty() ? target.key() : target.name();
            levels.add(Level.OUTBOX_ENTRIES.reading(delivery.pending(), name));
            levels.add(Level.OUTBOX_BYTES.reading((double) delivery.bytes(), name));
            boolean away = delivery.pending() > 0 && delivery.lastFailure().isPresent();
            levels.add(Level.OUTBOX_AWAY.reading(away ? 1 : 0, name));
        }
        return levels;
    }

    private int reserve(int wanted) {
        int before = depth.getAndUpdate(now -> now + room(now, wanted));
        return room(before, wanted);
    }

    /** A file that was filled under a larger limit may hold more than the limit. */
    private int room(int now, int wanted) {
        return Math.max(0, Math.min(wanted, config.bounds().entries() - now));
    }

    private void changed(Delivery delivery, int entries, long size) {
        delivery.changed(entries, size);
        depth.addAndGet(entries);
        bytes.addAndGet(size);
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
