package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.aggregate.influx.InfluxApi;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.SplitWrite;
import io.fogwhisk.aggregate.influx.WriteAnswer;
import io.fogwhisk.base.lifecycle.Worker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the entries of one database in their order, on a thread of its own, for as long as it takes. The work flag is
 * guarded by the worker's lock; when it last looked for what waits too long is the thread's own.
 */
final class Delivery {

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final int MAX_POINTS_PER_WRITE = 5_000;
    private static final Duration COMMIT_WAIT = Duration.ofSeconds(60);
    private static final WriteAnswer.NotNow FIRST =
            new WriteAnswer.NotNow("earlier points wait in the outbox and are delivered first", false);
    private static final Duration EXPIRY = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Outbox outbox;
    private final InfluxApi api;
    private final int id;
    private final Worker worker;
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger claims = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final DrainPace pace;
    private volatile InfluxTarget target;
    private volatile boolean recorded;
    private volatile WriteAnswer.@Nullable NotNow failure;
    private boolean work = true;
    private @Nullable Instant looked;

    Delivery(Outbox outbox, InfluxApi api, int id, InfluxTarget target) {
        this.outbox = outbox;
        this.api = api;
        this.id = id;
        this.target = target;
        this.pace = new DrainPace(outbox.config().pointsPerSecond(), System.nanoTime());
        this.worker = new Worker(outbox.config().name() + "-outbox-" + id, this::run);
    }

    void start() {
        worker.start();
    }

    int id() {
        return id;
    }

    InfluxTarget target() {
        return target;
    }

    int pending() {
        return pending.get();
    }

    long bytes() {
        return bytes.get();
    }

    /** Says that entries may come, until {@link #release}. */
    void claim() {
        claims.incrementAndGet();
    }

    void release() {
        claims.decrementAndGet();
    }

    /** Whether nothing waits, nor may come. */
    boolean isIdle() {
        return claims.get() == 0 && pending.get() == 0;
    }

    /** Notes that entries came, or left with negative numbers. */
    void changed(int entries, long size) {
        pending.addAndGet(entries);
        bytes.addAndGet(size);
    }

    void arrived(int points) {
        pace.arrived(points);
    }

    Optional<WriteAnswer.NotNow> lastFailure() {
        return Optional.ofNullable(failure);
    }

    /** Uses another address or token from now on. */
    void use(InfluxTarget latest) {
        if (!latest.equals(target)) {
            recorded = false;
            target = latest;
        }
    }

    /** Whether the file holds the target as it is used: without it, a restart would not know whose the entries are. */
    boolean recorded() {
        return recorded;
    }

    void recorded(boolean now) {
        recorded = now;
    }

    /** Why nothing may be written past this delivery: an older value of a point would replace the newer one. */
    Optional<WriteAnswer.NotNow> away() {
        if (pending.get() == 0) {
            return Optional.empty();
        }
        WriteAnswer.NotNow known = failure;
        return Optional.of(known != null ? known : FIRST);
    }

    /** Notes that somebody else found the database away. */
    void failed(WriteAnswer.NotNow found) {
        if (found.equals(FIRST)) {
            return;
        }
        WriteAnswer.NotNow known = failure;
        failure = found;
        if (known == null || known.configuration() != found.configuration()) {
            LOG.atWarn()
                    .addKeyValue("bucket", target)
                    .addKeyValue("error", found.reason())
                    .log(
                            found.configuration()
                                    ? "database refuses points until its settings are right, they wait in the outbox"
                                    : "database is away, its points wait in the outbox");
        }
    }

    void wake() {
        worker.give(() -> work = true);
    }

    void stop() {
        worker.stop();
    }

    void join(Duration grace) {
        worker.join(grace);
    }

    private void run() throws InterruptedException {
        int failures = 0;
        while (!worker.isStopping()) {
            try {
                deliverAll();
            } catch (SQLException | RuntimeException e) {
                // Whatever it is, the entries are still there and nobody else would deliver them.
                failures++;
                LOG.atError().setCause(e).addKeyValue("bucket", target).log("outbox delivery failed, trying again");
                wake();
                await(retryAfter(failures));
            }
        }
    }

    private void deliverAll() throws SQLException, InterruptedException {
        try (Connection reader = outbox.database().openReader()) {
            int failures = 0;
            while (worker.take(() -> work, () -> work = false) && !worker.isStopping()) {
                if (overdue(reader)) {
                    outbox.expire(this);
                }
                List<Parcel.Stored> page = OutboxStore.page(reader, id, MAX_POINTS_PER_WRITE);
                if (page.isEmpty()) {
                    continue;
                }
                long start = System.nanoTime();
                boolean done = deliver(page);
                failures = done ? 0 : failures + 1;
                wake();
                if (done) {
                    int points = page.stream()
                            .mapToInt(stored -> stored.parcel().points())
                            .sum();
                    long now = System.nanoTime();
                    worker.pause(pace.after(points, now - start, now));
                } else {
                    await(retryAfter(failures));
                }
            }
        }
    }

    /** Whether something waits for too long, looked at now and then: to find all of it is work. */
    private boolean overdue(Connection reader) throws SQLException {
        Duration age = outbox.config().bounds().age();
        Instant now = outbox.now();
        Instant last = looked;
        if (age.isZero() || (last != null && !now.isBefore(last) && now.isBefore(last.plus(EXPIRY)))) {
            return false;
        }
        looked = now;
        return OutboxStore.oldest(reader, id)
                .filter(time -> time.isBefore(now.minus(age)))
                .isPresent();
    }

    private Duration retryAfter(int failures) {
        Duration wait = outbox.config().retry().after(failures, ThreadLocalRandom.current()::nextDouble);
        Duration asked = Optional.ofNullable(failure)
                .flatMap(WriteAnswer.NotNow::retryAfter)
                .orElse(Duration.ZERO);
        return asked.compareTo(wait) > 0 ? asked : wait;
    }

    /** Waits, but not for a database that is no longer the one to deliver to. */
    private void await(Duration wait) throws InterruptedException {
        InfluxTarget failed = target;
        long end = System.nanoTime() + wait.toNanos();
        long left = wait.toNanos();
        while (left > 0 && failed.equals(target) && !worker.isStopping()) {
            worker.pause(Duration.ofNanos(Math.min(left, LOOK.toNanos())));
            left = end - System.nanoTime();
        }
    }

    /** Delivers what it can; false if there is a reason to wait. */
    private boolean deliver(List<Parcel.Stored> page) throws InterruptedException {
        List<Parcel.Part> parts = new ArrayList<>();
        page.forEach(stored -> parts.addAll(stored.parcel().parts(stored.id())));
        Map<Parcel.Part, String> refused = new LinkedHashMap<>();
        InfluxTarget to = target;
        SplitWrite.Progress progress =
                new SplitWrite<Parcel.Part>(api, Parcel.Part::points, confirmed -> {}, refused::put).write(to, parts);
        int whole = whole(page, progress.decided());
        Settlement settlement = new Settlement(to, page.subList(0, whole), refused);
        if (progress.decided() > 0 && !settle(settlement)) {
            return false;
        }
        WriteAnswer.NotNow found = progress.failure();
        if (found != null) {
            if (!worker.isStopping()) {
                failed(found);
            }
            return false;
        }
        if (failure != null) {
            failure = null;
            LOG.atInfo().addKeyValue("bucket", target).log("database takes points again");
        }
        return true;
    }

    /** How many parcels were decided as a whole; one that was not is delivered again, which is harmless. */
    private static int whole(List<Parcel.Stored> page, int decided) {
        int entries = 0;
        for (int i = 0; i < page.size(); i++) {
            entries += page.get(i).parcel().entries();
            if (entries > decided) {
                return i;
            }
        }
        return page.size();
    }

    /** Removes what the database decided; if that fails, the same points are delivered again, which is harmless. */
    private boolean settle(Settlement settlement) throws InterruptedException {
        try {
            outbox.settle(this, settlement).toCompletableFuture().get(COMMIT_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atError()
                    .addKeyValue("bucket", target)
                    .addKeyValue("error", e.getMessage())
                    .log("outbox could not remove delivered points and will deliver them again");
            return false;
        }
        return true;
    }
}
