package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.identity.NamespaceLimits;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much a namespace does: activations and fires in this calendar minute, what is in flight, and what of that runs.
 * Each activation that is accepted is either given up or started and ended. Thread-safe.
 */
final class NamespaceUse {

    private static final int COUNT_BITS = 32;
    private static final long MILLIS_PER_MINUTE = 60_000;

    // The minute above, the count below: one atomic step to count, and none to begin a minute.
    private final AtomicLong invocations = new AtomicLong();
    private final AtomicLong fires = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    // What waits looks at these alone: what is accepted may wait behind it.
    private final AtomicInteger running = new AtomicInteger();

    /** The use of every namespace. */
    static final class Of {
        private final Map<String, NamespaceUse> byName = new ConcurrentHashMap<>();

        NamespaceUse namespace(String name) {
            NamespaceUse known = byName.get(name);
            return known == null ? byName.computeIfAbsent(name, made -> new NamespaceUse()) : known;
        }
    }

    /** Counts an invocation, also one that is too many; how many there are in this minute. */
    long countInvocation(long millis) {
        return count(invocations, 1, millis);
    }

    /** Counts a fire, also one that is too many; how many there are in this minute. */
    long countFire(long millis) {
        return count(fires, 1, millis);
    }

    /** Accepts an activation; how many were in flight before. */
    int accept() {
        return inFlight.getAndIncrement();
    }

    /** Gives up an activation that was accepted and will not be started. */
    void giveUp() {
        inFlight.decrementAndGet();
    }

    /** Starts an activation that was accepted. */
    void start() {
        running.incrementAndGet();
    }

    /** Starts an activation that was accepted; false if it has to wait for those that run. */
    boolean tryStart(NamespaceLimits limits) {
        if (running.get() >= limits.concurrentInvocations()) {
            return false;
        }
        start();
        return true;
    }

    /** Ends an activation that was started. */
    void end() {
        running.decrementAndGet();
        inFlight.decrementAndGet();
    }

    /** Counts, accepts and starts activations that wait rather than being refused: all, or none if they must. */
    boolean tryBegin(int activations, NamespaceLimits limits, long millis) {
        if (running.get() + activations > limits.concurrentInvocations()) {
            return false;
        }
        if (count(invocations, activations, millis) > limits.invocationsPerMinute()) {
            invocations.addAndGet(-activations);
            return false;
        }
        running.addAndGet(activations);
        inFlight.addAndGet(activations);
        return true;
    }

    private static long count(AtomicLong counter, int more, long millis) {
        long minute = millis / MILLIS_PER_MINUTE;
        while (true) {
            long known = counter.get();
            long next = known >>> COUNT_BITS == minute ? known + more : (minute << COUNT_BITS) + more;
            if (counter.compareAndSet(known, next)) {
                return next & ((1L << COUNT_BITS) - 1);
            }
        }
    }
}
