package io.fogwhisk.feed.registry;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What happened to a feed since the provider started. Thread-safe. */
public final class FeedStatus {

    private final LongAdder received = new LongAdder();
    private final LongAdder fired = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder setAside = new LongAdder();
    private volatile @Nullable String lastError;

    FeedStatus() {}

    /** A message or a tick arrived. */
    public void countReceived() {
        received.increment();
    }

    /** A fire was accepted. */
    public void countFired() {
        fired.increment();
    }

    /** A fire found the OpenWhisk unavailable and will be tried again. */
    public void countRetried(String error) {
        retried.increment();
        lastError = error;
    }

    /** A message was set aside. */
    public void countSetAside(String reason) {
        setAside.increment();
        lastError = reason;
    }

    /** Something else went wrong. */
    public void failed(String error) {
        lastError = error;
    }

    /** Messages or ticks that arrived. */
    public long received() {
        return received.sum();
    }

    /** Fires accepted. */
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
        return Optional.ofNullable(lastError);
    }
}
