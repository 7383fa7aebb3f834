package io.fogwhisk.lean.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which actions have children or want some, and how much of the memory is given away. Guarded by the pool's lock. */
final class ChildLedger {

    /** A callback may outlive its activation; after so long it is not waited for. */
    static final Duration LINGER = Duration.ofSeconds(10);

    private final int totalMb;
    private final Map<ChildKey, ActionChildren> homes = new LinkedHashMap<>();
    private int usedMb;

    /** Nobody has a child. */
    ChildLedger(int totalMb) {
        this.totalMb = totalMb;
    }

    Collection<ActionChildren> homes() {
        return homes.values();
    }

    void forget(ActionChildren home) {
        homes.remove(home.key());
    }

    /** A child starts. */
    void reserve(ActionChildren home) {
        usedMb += home.key().memoryMb();
        home.childStarts();
    }

    /** A child is gone. */
    void free(ActionChildren home, boolean wasStarting) {
        usedMb -= home.key().memoryMb();
        home.childIsGone(wasStarting);
    }

    /** The children of what requests have in common. */
    ActionChildren home(ChildKey key) {
        ActionChildren known = homes.get(key);
        if (known != null) {
            return known;
        }
        ActionChildren home = new ActionChildren(key);
        for (ActionChildren other : homes.values()) {
            if (key.replaces(other.key())) {
                other.replace();
            } else if (other.key().replaces(key)) {
                home.replace();
            }
        }
        homes.put(key, home);
        return home;
    }

    /** Who should get the next child, if anyone wants another. */
    @Nullable
    ActionChildren neediest(long now, Duration patience) {
        ActionChildren best = null;
        for (ActionChildren home : homes.values()) {
            if (home.wantsAnother(now, patience.toNanos()) && (best == null || home.before(best))) {
                best = home;
            }
        }
        return best;
    }

    /**
     * Which idle children have to go, so that there is memory for another one.
     *
     * @return empty if not even that would do
     */
    Optional<List<PooledChild>> whoMakesRoom(ActionChildren home) {
        int missing = usedMb + home.key().memoryMb() - totalMb;
        if (missing <= 0) {
            return Optional.of(List.of());
        }
        long now = System.nanoTime();
        List<PooledChild> candidates = homes.values().stream()
                .flatMap(other -> other.idle().stream())
                .filter(child -> mayGo(child, home, now))
                .sorted((one, two) -> inOrder(one, two, now))
                .toList();
        if (candidates.stream().mapToInt(child -> child.home().key().memoryMb()).sum() < missing) {
            return Optional.empty();
        }
        List<PooledChild> leaving = new ArrayList<>();
        for (PooledChild child : candidates) {
            if (missing > 0) {
                missing -= child.home().key().memoryMb();
                leaving.add(child);
            }
        }
        return Optional.of(leaving);
    }

    /** The first child of an action is worth any idle one; a further one only those that are hardly used. */
    private static boolean mayGo(PooledChild child, ActionChildren needing, long now) {
        return needing.alive() == 0
                || child.home().replaced()
                || child.idleFor(now) > LINGER.toNanos()
                || child.home().alive() > needing.alive() + 1;
    }

    /** Those of replaced actions first, then those idle longest; so a callback that still runs is disturbed last. */
    private static int inOrder(PooledChild one, PooledChild two, long now) {
        if (one.home().replaced() != two.home().replaced()) {
            return one.home().replaced() ? -1 : 1;
        }
        return Long.compare(two.idleFor(now), one.idleFor(now));
    }
}
