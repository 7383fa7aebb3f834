package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The places for activations, shared out among lanes: one lane per namespace and action, so that an action that is slow
 * or in trouble takes no more than its share and the others go on. Within a lane order is kept: nothing enters before
 * what waits.
 *
 * <p>A lane may hold at most four times as many places as are free at the moment. So one lane alone gets four fifths of
 * all, several in trouble get less each, and some places always stay free for the next.
 *
 * <p>What waits is held in memory up to a share of a bound of its own, found the same way, and beyond it only its place in
 * the queue, eight bytes. Thread-safe.
 */
final class Lanes {

    private static final int TIMES_FREE = 4;
    private static final int CHUNK = 64;

    private final int places;
    private final int maxHeld;
    private final Map<Key, Lane> lanes = new HashMap<>();
    private final Set<Lane> waiting = new HashSet<>();
    private int taken;
    private int held;

    /** Whose activations of which action. */
    record Key(String namespace, QualifiedName action) {}

    /** The activations of one key. Fields belong to the lock of the lanes. */
    static final class Lane {
        private final Key key;
        private final Deque<Entry> inMemory = new ArrayDeque<>();
        private final LongFifo aside = new LongFifo();
        private int running;
        private int weight;
        private int heaviestAside = 1;

        private Lane(Key key) {
            this.key = key;
        }

        Key key() {
            return key;
        }
    }

    /**
     * Lanes.
     *
     * @param places activations at a time, at least 1
     * @param maxHeld the weight of the waiting entries in memory
     */
    Lanes(int places, int maxHeld) {
        this.places = places;
        this.maxHeld = maxHeld;
    }

    /** Takes a place in each of some lanes, or none if one of them has none or something waits there. */
    synchronized boolean enter(List<Key> keys) {
        int entered = 0;
        while (entered < keys.size() && enter(keys.get(entered))) {
            entered++;
        }
        if (entered == keys.size()) {
            return true;
        }
        for (int i = 0; i < entered; i++) {
            leave(keys.get(i));
        }
        return false;
    }

    /** Takes a place, if there is one and nothing waits for it. */
    synchronized boolean enter(Key key) {
        Lane lane = lanes.get(key);
        if (lane == null) {
            if (places - taken < 1) {
                return false;
            }
            lane = new Lane(key);
            lanes.put(key, lane);
        } else if (waiting.contains(lane) || !hasPlace(lane)) {
            return false;
        }
        lane.running++;
        taken++;
        return true;
    }

    /** Gives a place back; true if something waits for one. */
    synchronized boolean leave(Key key) {
        Lane lane = lanes.get(key);
        if (lane == null || lane.running == 0) {
            throw new IllegalStateException("nothing runs in the lane of " + key.action());
        }
        lane.running--;
        taken--;
        forgetIfIdle(lane);
        if (taken == 0) {
            notifyAll();
        }
        return !waiting.isEmpty();
    }

    /** Has an entry wait for a place; false if it is not held in memory, and is to be set aside by the caller. */
    synchronized boolean await(Key key, Entry entry) {
        Lane lane = lanes.computeIfAbsent(key, Lane::new);
        waiting.add(lane);
        if (lane.aside.size() == 0 && lane.weight + entry.weight() <= share()) {
            hold(lane, entry);
            return true;
        }
        lane.aside.add(entry.seq());
        lane.heaviestAside = Math.max(lane.heaviestAside, entry.weight());
        return false;
    }

    /** The lanes in which something waits. */
    synchronized List<Lane> waiting() {
        return waiting.isEmpty() ? List.of() : new ArrayList<>(waiting);
    }

    /** The entry that waits longest in a lane that has a place, or null if there is none in memory or no place. */
    synchronized @Nullable Entry first(Lane lane) {
        return hasPlace(lane) ? lane.inMemory.peekFirst() : null;
    }

    /** Takes a place for the entry that {@link #first} gave. */
    synchronized void enterFirst(Lane lane) {
        lane.running++;
        taken++;
        dropFirst(lane);
    }

    /** Has the entry that {@link #first} gave wait no longer. */
    synchronized void dropFirst(Lane lane) {
        int weight = lane.inMemory.removeFirst().weight();
        lane.weight -= weight;
        held -= weight;
        endWait(lane);
    }

    /**
     * The entries to be read for a lane that has places and holds nothing in memory any more, within its share; one at
     * least, or it would never go on. Empty if there are none, or no place.
     */
    synchronized long[] toRead(Lane lane) {
        return lane.inMemory.isEmpty() && hasPlace(lane)
                ? lane.aside.first(Math.max(1, Math.min(CHUNK, share() / lane.heaviestAside)))
                : new long[0];
    }

    /** Holds what was read for a lane, as many as {@link #toRead} gave or fewer if some are gone. */
    synchronized void read(Lane lane, int asked, List<Entry> entries) {
        lane.aside.remove(asked);
        entries.forEach(entry -> hold(lane, entry));
        endWait(lane);
    }

    /** Waits until nothing runs; false if the time is over first. */
    synchronized boolean awaitIdle(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (taken > 0) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(Math.max(1, left / 1_000_000));
        }
        return true;
    }

    private void endWait(Lane lane) {
        if (lane.inMemory.isEmpty() && lane.aside.size() == 0) {
            waiting.remove(lane);
            forgetIfIdle(lane);
        }
    }

    private void hold(Lane lane, Entry entry) {
        lane.inMemory.add(entry);
        lane.weight += entry.weight();
        held += entry.weight();
    }

    /** The weight of what one lane may hold in memory now. */
    private int share() {
        return (maxHeld - held) / 2;
    }

    private boolean hasPlace(Lane lane) {
        int free = places - taken;
        return free > 0 && lane.running < TIMES_FREE * free;
    }

    private void forgetIfIdle(Lane lane) {
        if (lane.running == 0 && !waiting.contains(lane)) {
            lanes.remove(lane.key);
        }
    }
}
