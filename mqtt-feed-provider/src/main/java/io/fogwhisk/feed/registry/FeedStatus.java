package io.fogwhisk.feed.registry;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What happened to a feed since the provider started. Thread-safe. */
public final class FeedStatus {

    private static final long SLOT_MILLIS = 16;

    private final Clock clock;
    private final Supplier<Lag> elsewhere;
    private final LongAdder received = new LongAdder();
    private final LongAdder fired = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder setAside = new LongAdder();
    // How many wait, by when they were received; no more than there are messages under way.
    private final Map<Long, Long> waiting = new ConcurrentHashMap<>();
    private volatile @Nullable Failure lastError;
    private volatile @Nullable SequenceWatch sequence;

    /**
     * A feed that nothing happened to.
     *
     * @param elsewhere tells what waits in the inbox
     */
    FeedStatus(Clock clock, Supplier<Lag> elsewhere) {
        this.clock = clock;
        this.elsewhere = elsewhere;
    }

    private record Failure(Instant at, String error) {}

    /** A message or a tick arrived. */
    public void countReceived() {
        received.increment();
    }

    /** Has somebody look at the numbers of messages from now on. */
    public void watch(SequenceWatch numbers) {
        sequence = numbers;
    }

    /** Has nobody look at the numbers of messages any more. */
    public void unwatch() {
        sequence = null;
    }

    /** A message arrived that may have a number; costs nothing unless somebody looks at it. */
    public void look(String topic, byte[] payload) {
        SequenceWatch watch = sequence;
        if (watch != null) {
            watch.received(topic, payload);
        }
    }

    /** What the numbers of messages tell; empty if nobody looks at them. */
    public Optional<SequenceCounts> sequence() {
        return Optional.ofNullable(sequence).map(SequenceWatch::counts);
    }

    /** A message is under way until it {@link #arrived}. */
    public void underWay(long receivedAt) {
        waiting.merge(receivedAt / SLOT_MILLIS, 1L, Long::sum);
    }

    /** A message that was under way is settled, whatever became of it. */
    public void arrived(long receivedAt) {
        waiting.computeIfPresent(receivedAt / SLOT_MILLIS, (slot, count) -> count == 1 ? null : count - 1);
    }

    /** A fire of so many messages was accepted. */
    public void countFired(int messages) {
        fired.add(messages);
    }

    /** A fire found the OpenWhisk unavailable and will be tried again. */
    public void countRetried(String error) {
        retried.increment();
        failed(error);
    }

    /** A message was set aside. */
    public void countSetAside(String reason) {
        setAside.increment();
        failed(reason);
    }

    /** Something else went wrong. */
    public void failed(String error) {
        lastError = new Failure(clock.instant(), error);
    }

    /** Messages or ticks that arrived. */
    public long received() {
        return received.sum();
    }

    /** Messages or ticks whose fire was accepted. */
    public long fired() {
        return fired.sum();
    }

    /** Attempts that found the OpenWhisk unavailable. */
    public long retried() {
        return retried.sum();
    }

    /** Messages set aside. */
    public long setAside() {
        return setAside.sum();
    }

    /** The last thing that went wrong. */
    public Optional<String> lastError() {
        return Optional.ofNullable(lastError).map(Failure::error);
    }

    /** When the last thing went wrong. */
    public Optional<Instant> lastErrorAt() {
        return Optional.ofNullable(lastError).map(Failure::at);
    }

    /** What was received and is not settled yet. */
    public Lag lag() {
        long messages = 0;
        long oldest = Long.MAX_VALUE;
        for (Map.Entry<Long, Long> slot : waiting.entrySet()) {
            messages += slot.getValue();
            oldest = Math.min(oldest, slot.getKey());
        }
        Lag here =
                messages == 0 ? Lag.NONE : new Lag(messages, Optional.of(Instant.ofEpochMilli(oldest * SLOT_MILLIS)));
        return here.and(elsewhere.get());
    }
}
