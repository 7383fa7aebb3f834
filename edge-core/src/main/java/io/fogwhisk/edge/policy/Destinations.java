package io.fogwhisk.edge.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All destinations of one lambda in one table. Finds those that nothing is known about without looking at each of them:
 * newcomers and lost ones wait in a queue of which each call sees one, and each call looks at one more of all in turn.
 * Not thread-safe.
 */
public final class Destinations implements Candidates {

    private final List<Destination> members = new ArrayList<>();
    private final Map<String, Destination> byEndpoint = new HashMap<>();
    private final ArrayDeque<Destination> unmeasured = new ArrayDeque<>();
    private int turn;

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
            unmeasured.addFirst(destination);
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
        Destination first = unmeasured.poll();
        if (first != null) {
            if (first.measured()) {
                first.queued = false;
            } else {
                unmeasured.addLast(first);
                if (first.awaited(now)) {
                    return first;
                }
            }
        }
        if (members.isEmpty()) {
            return null;
        }
        turn = turn + 1 < members.size() ? turn + 1 : 0;
        Destination next = members.get(turn);
        return next.awaited(now) ? next : null;
    }
}
