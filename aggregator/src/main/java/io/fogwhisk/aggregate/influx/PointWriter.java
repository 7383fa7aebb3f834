package io.fogwhisk.aggregate.influx;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes many callers' readings to their databases, and keeps each caller's result apart: what arrived while the last
 * request was under way goes with the next one, at once and without lingering.
 *
 * <p>Threads: {@link #write} may be called by any thread and does not block. Each target that is written to has one
 * thread, named {@code <name>-points-<n>}; stages complete on it, or on the thread of the backlog, so callbacks must be
 * short. A thread that had nothing to write for a minute ends; so does the one that had nothing for longest when more
 * than {@value #MAX_TARGETS} targets want one.
 *
 * <p>Failure: a database that is away is tried again for {@code patience}; then its points go to the {@link Backlog},
 * and so do those that follow, without a wait, until the backlog says that the database is back. While the backlog is
 * full too, callers are held until their deadline and then refused.
 */
public final class PointWriter implements Service {

    private static final int MAX_TARGETS = 64;
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(1);

    private final PointWriterConfig config;
    private final InfluxApi api;
    private final Backlog backlog;
    private final Metrics metrics;
    private final Clock clock;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<InfluxTarget, WriterLane> lanes = new HashMap<>();
    private int lastLane;
    private boolean closed;

    /** A writer that is ready at once: threads start with the first points of a target. */
    public PointWriter(PointWriterConfig config, Backlog backlog, Metrics metrics, Clock clock) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.api = new InfluxApi(config.timeout(), false);
        this.backlog = Objects.requireNonNull(backlog, "backlog is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    @Override
    public void start() {
        metrics.queue(config.name() + "-points", inFlight::get);
    }

    /**
     * Writes the points of one reading.
     *
     * @param deadline when the caller gives up; only a full backlog lets a write take that long
     * @return completes when the points are stored, queued, rejected or refused; never exceptionally
     */
    public CompletionStage<WriteOutcome> write(InfluxTarget target, Points points, Instant deadline) {
        return write(target, List.of(points), deadline).thenApply(outcomes -> outcomes.get(0));
    }

    /**
     * Writes the points of several readings, each of which comes to an outcome of its own.
     *
     * @param readings at least one; more points than may wait are taken if others leave half of the room
     * @param deadline when the caller gives up; only a full backlog lets a write take that long
     * @return completes with an outcome for each, in their order; never exceptionally
     */
    public CompletionStage<List<WriteOutcome>> write(InfluxTarget target, List<Points> readings, Instant deadline) {
        int count = 0;
        for (Points each : readings) {
            count += each.count();
        }
        int others = inFlight.getAndAdd(count);
        if (others + count > config.maxPointsInFlight() && !leavesRoom(others)) {
            inFlight.addAndGet(-count);
            return refused(readings, "more than " + config.maxPointsInFlight() + " points wait to be written");
        }
        Waiting.Caller caller = new Waiting.Caller(readings.size());
        List<Waiting> waiting = new ArrayList<>(readings.size());
        for (int i = 0; i < readings.size(); i++) {
            waiting.add(new Waiting(readings.get(i), deadline, caller, i));
        }
        String refusal = hand(target, waiting);
        if (refusal != null) {
            inFlight.addAndGet(-count);
            return refused(readings, refusal);
        }
        return caller.all();
    }

    /** Whether no more than half of the points wait that may, so that a caller with many readings can begin with them. */
    public boolean hasRoom() {
        return leavesRoom(inFlight.get());
    }

    private boolean leavesRoom(int points) {
        return points <= config.maxPointsInFlight() / 2;
    }

    /** How many points wait for an answer of a database. */
    int pointsInFlight() {
        return inFlight.get();
    }

    /** Makes one more attempt for what was handed over, moves the rest to the backlog, and stops within two seconds. */
    @Override
    public void close() {
        List<WriterLane> all;
        synchronized (lanes) {
            closed = true;
            all = List.copyOf(lanes.values());
        }
        all.forEach(WriterLane::stop);
        long end = System.nanoTime() + CLOSE_GRACE.toNanos();
        all.forEach(lane -> lane.join(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()))));
        // Breaks off the requests that a silent database never answers; their points go to the backlog.
        api.close();
        all.forEach(lane -> lane.join(CLOSE_GRACE));
    }

    /** How many targets have a thread. */
    int lanes() {
        synchronized (lanes) {
            return lanes.size();
        }
    }

    /** Notes that a lane writes nothing any more. */
    void ended(WriterLane lane) {
        synchronized (lanes) {
            lanes.remove(lane.target(), lane);
        }
    }

    void settle(Waiting waiting, WriteOutcome outcome) {
        inFlight.addAndGet(-waiting.points().count());
        if (outcome instanceof WriteOutcome.Stored) {
            metrics.count(Meter.READINGS_STORED);
        }
        waiting.settle(outcome);
    }

    PointWriterConfig config() {
        return config;
    }

    InfluxApi api() {
        return api;
    }

    Backlog backlog() {
        return backlog;
    }

    Instant now() {
        return clock.instant();
    }

    /** Gives points to the lane of their target, a new one if the last has ended; returns why that cannot be done. */
    private @Nullable String hand(InfluxTarget target, List<Waiting> waiting) {
        synchronized (lanes) {
            WriterLane known = lanes.get(target);
            if (known != null && known.add(waiting)) {
                return null;
            }
            if (closed) {
                return "the writer is closed";
            }
            lanes.remove(target);
            if (lanes.size() >= MAX_TARGETS && !endLongestIdle()) {
                return "more than " + MAX_TARGETS + " databases are written to at this moment";
            }
            WriterLane lane = new WriterLane(this, target, config.name() + "-points-" + ++lastLane);
            lanes.put(target, lane);
            lane.add(waiting);
            lane.start();
            return null;
        }
    }

    private boolean endLongestIdle() {
        // The times are read once: they change while others write.
        Map<WriterLane, Instant> used = new HashMap<>();
        lanes.values().forEach(lane -> used.put(lane, lane.lastUsed()));
        return used.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .filter(WriterLane::endIfIdle)
                .findFirst()
                .map(lane -> lanes.remove(lane.target(), lane))
                .isPresent();
    }

    private static CompletionStage<List<WriteOutcome>> refused(List<Points> readings, String reason) {
        return CompletableFuture.completedFuture(
                Collections.nCopies(readings.size(), new WriteOutcome.Refused(reason)));
    }
}
