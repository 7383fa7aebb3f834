package io.fogwhisk.edge.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All destinations of one lambda in one table. Finds those that nothing is known about without looking at each of them:
 * each call looks at a few of the newcomers and lost ones, and some calls at one of all. Their order is drawn, as many
 * routers that explored in the same order would all send to the same destination. Not thread-safe.
 */
public final class Destinations implements Candidates {

    /**
     * Of so many calls at most one goes to a destination only because nothing new is known of it: with more destinations
     * than calls in a few seconds nearly every call would.
     */
    private static final int STALE_SHARE = 10;

    /** At how many newcomers a call looks. */
    private static final int LOOKS = 4;

    private final List<Destination> members = new ArrayList<>();
    private final Map<String, Destination> byEndpoint = new HashMap<>();
    private final Supplier<RandomGenerator> random;
    private final List<Destination> unmeasured = new ArrayList<>();
    private int turn;
    private int sinceStale;

    /**
     * No destinations.
     *
     * @param random where they are drawn from; called for each draw
     */
    public Destinations(Supplier<RandomGenerator> random) {
        this.random = Objects.requireNonNull(random, "random is null");
    }

    @Override
    public int size() {
        return members.size();
    }

    @Override
    public Destination get(int index) {
        return members.get(index);
    }

    /** The destination of that endpoint. */
    public Optional<Destination> find(String endpoint) {
        return Optional.ofNullable(byEndpoint.get(endpoint));
    }

    /** Adds one that is not there. */
    public void add(Destination destination) {
        members.add(destination);
        byEndpoint.put(destination.endpoint(), destination);
        watch(destination);
    }

    /** Removes one. */
    public Optional<Destination> remove(String endpoint) {
        Destination removed = byEndpoint.remove(endpoint);
        if (removed == null) {
            return Optional.empty();
        }
        members.remove(removed);
        if (removed.queued) {
            unmeasured.remove(removed);
        }
        return Optional.of(removed);
    }

    /** Removes all. */
    public List<Destination> clear() {
        List<Destination> removed = List.copyOf(members);
        members.clear();
        byEndpoint.clear();
        unmeasured.clear();
        return removed;
    }

    /** What was known of a destination no longer holds: the next call that may go there does. */
    public void watch(Destination destination) {
        if (!destination.queued) {
            destination.queued = true;
            unmeasured.add(destination);
            Collections.swap(unmeasured, random.get().nextInt(unmeasured.size()), unmeasured.size() - 1);
        }
    }

    /** Those that come into question. */
    public List<Destination> those(Predicate<Destination> rule) {
        List<Destination> some = new ArrayList<>(members.size());
        for (int i = 0; i < members.size(); i++) {
            if (rule.test(members.get(i))) {
                some.add(members.get(i));
            }
        }
        return some;
    }

    @Override
    public @Nullable Destination awaited(long now) {
        for (int i = 0; i < LOOKS && !unmeasured.isEmpty(); i++) {
            turn = turn + 1 < unmeasured.size() ? turn + 1 : 0;
            Destination newcomer = unmeasured.get(turn);
            if (newcomer.measured()) {
                newcomer.queued = false;
                Destination last = unmeasured.remove(unmeasured.size() - 1);
                if (turn < unmeasured.size()) {
                    unmeasured.set(turn, last);
                }
            } else if (newcomer.awaited(now)) {
                return newcomer;
            }
        }
        if (++sinceStale < STALE_SHARE || members.isEmpty()) {
            return null;
        }
        sinceStale = 0;
        Destination any = members.get(random.get().nextInt(members.size()));
        return any.awaited(now) ? any : null;
    }
}
