package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.identity.NamespaceLimits;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How much a namespace does: activations and fires in this calendar minute, and what is in flight. Thread-safe. */
final class NamespaceUse {

    private static final int COUNT_BITS = 32;
    private static final long MILLIS_PER_MINUTE = 60_000;

    // The minute above, the count below: one atomic step to count, and none to begin a minute.
    private final AtomicLong invocations = new AtomicLong();
    private final AtomicLong fires = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();

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
        return count(invocations, millis);
    }

    /** Counts a fire, also one that is too many; how many there are in this minute. */
    long countFire(long millis) {
        return count(fires, millis);
    }

    /** Begins an activation that is in flight; how many there were before. */
    int begin() {
        return inFlight.getAndIncrement();
    }

    void end() {
        inFlight.decrementAndGet();
    }

    /** Counts and begins an activation that waits rather than being refused; false, and nothing counted, if it must. */
    boolean tryBegin(NamespaceLimits limits, long millis) {
        if (inFlight.get() >= limits.concurrentInvocations()) {
            return false;
        }
        if (countInvocation(millis) > limits.invocationsPerMinute()) {
            invocations.decrementAndGet();
            return false;
        }
        inFlight.incrementAndGet();
        return true;
    }

    private static long count(AtomicLong counter, long millis) {
        long minute = millis / MILLIS_PER_MINUTE;
        while (true) {
            long known = counter.get();
            long next = known >>> COUNT_BITS == minute ? known + 1 : (minute << COUNT_BITS) + 1;
            if (counter.compareAndSet(known, next)) {
                return next & ((1L << COUNT_BITS) - 1);
            }
        }
    }
}
