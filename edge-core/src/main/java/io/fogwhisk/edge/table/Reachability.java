package io.fogwhisk.edge.table;

import io.fogwhisk.base.retry.Backoff;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * The destinations that could not be reached, and until when they are left alone. Bounded by the number of destinations
 * that the tables know. Thread-safe.
 */
public final class Reachability {

    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final ConcurrentHashMap<String, Absence> absent = new ConcurrentHashMap<>();
    private final LongSupplier nanoClock;

    /** Everything can be reached. */
    Reachability(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * A call could not be sent: leave the destination alone for a while, longer each time in a row.
     *
     * @return true for the first time in a row
     */
    public boolean unreachable(String endpoint, String cause) {
        Absence now = absent.compute(endpoint, (key, known) -> {
            int failures = known == null ? 1 : known.failures + 1;
            Duration wait =
                    BACKOFF.after(failures, () -> ThreadLocalRandom.current().nextDouble());
            return new Absence(failures, nanoClock.getAsLong() + wait.toNanos(), cause);
        });
        return now.failures == 1;
    }

    /**
     * A call arrived, or the destination is announced anew: it may be used.
     *
     * @return true if it was thought unreachable before
     */
    public boolean reachable(String endpoint) {
        return !absent.isEmpty() && absent.remove(endpoint) != null;
    }

    /** Nothing is known any more. */
    public void clear() {
        absent.clear();
    }

    /** Why the destination must not be tried now, or empty if it may. */
    public Optional<String> absence(String endpoint) {
        if (absent.isEmpty()) {
            return Optional.empty();
        }
        Absence known = absent.get(endpoint);
        if (known == null || nanoClock.getAsLong() - known.until >= 0) {
            return Optional.empty();
        }
        return Optional.of(known.cause);
    }

    boolean allReachable() {
        return absent.isEmpty();
    }

    private record Absence(int failures, long until, String cause) {}
}
