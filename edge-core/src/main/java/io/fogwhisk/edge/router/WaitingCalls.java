package io.fogwhisk.edge.router;

import io.fogwhisk.edge.rpc.ControlThread;
import io.fogwhisk.edge.rpc.Retcode;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The lambdas that wait because every destination of theirs is busy: first come, first served, one lambda after the
 * other. Bounded; who waits longer than its call may take is refused. Thread-safe; calls are resumed without a lock.
 */
final class WaitingCalls {

    /** What becomes of a call that found no place. */
    enum Admission {
        /** It will be resumed or refused. */
        WAITS,
        /** A place may have become free since it looked. */
        LOOK_AGAIN,
        /** Too many wait. */
        REFUSED
    }

    private final int limit;
    private final ControlThread control;
    // In the order in which lambdas have their turn; guarded by this.
    private final Map<String, ArrayDeque<Entry>> queues = new LinkedHashMap<>();
    // Written before endings is read and read after endings is written: else a place that becomes free while a call
    // begins to wait would go unnoticed.
    private volatile int size;
    private final AtomicInteger endings = new AtomicInteger();
    private final AtomicInteger rounds = new AtomicInteger();

    WaitingCalls(int limit, ControlThread control) {
        this.limit = limit;
        this.control = control;
    }

    int limit() {
        return limit;
    }

    int size() {
        return size;
    }

    /** How many calls have ended so far; to be read before looking for a place. */
    int endings() {
        return endings.get();
    }

    /**
     * Lets a call wait that found no place.
     *
     * @param seen {@link #endings} before it looked
     * @param first true for a call that has waited before, and thus goes before all others of its lambda
     */
    Admission add(Forwarding call, int seen, boolean first) {
        Entry entry = new Entry(call);
        synchronized (this) {
            if (size >= limit) {
                return Admission.REFUSED;
            }
            size++;
            if (endings.get() != seen) {
                size--;
                return Admission.LOOK_AGAIN;
            }
            ArrayDeque<Entry> queue = queues.computeIfAbsent(call.lambda(), lambda -> new ArrayDeque<>());
            if (first) {
                queue.addFirst(entry);
            } else {
                queue.addLast(entry);
            }
        }
        entry.expiry = control.after(call.left(), () -> expire(entry));
        return Admission.WAITS;
    }

    /** A call has ended, so that another one may find a place. */
    void freed() {
        endings.incrementAndGet();
        // A call that is resumed may end at once, on this very stack: the round that is under way goes round once more.
        if (size > 0 && rounds.getAndIncrement() == 0) {
            int done = 1;
            do {
                resumeOfEachLambda();
                done = rounds.addAndGet(-done);
            } while (done > 0);
        }
    }

    /** A call whose caller has gone waits no longer; nothing happens if it does not wait. */
    void abandon(Forwarding call) {
        Entry left = null;
        synchronized (this) {
            for (Entry each : queues.getOrDefault(call.lambda(), new ArrayDeque<>())) {
                left = each.call == call ? each : left;
            }
        }
        if (left != null && remove(left)) {
            left.leave().refuse(Retcode.RPC_FAILED + "the caller went away");
        }
    }

    /**
     * Which lambda can go on is not known here, so the first call of each has a try; who finds no place waits again. A
     * lambda whose call found one has its next turn after the others, in another round, as there may be more places.
     */
    private void resumeOfEachLambda() {
        List<String> lambdas;
        synchronized (this) {
            lambdas = List.copyOf(queues.keySet());
        }
        for (String lambda : lambdas) {
            Entry head = poll(lambda);
            if (head == null) {
                continue;
            }
            boolean placed = head.leave().resume();
            if (tidy(lambda, placed) && placed) {
                rounds.incrementAndGet();
            }
        }
    }

    private synchronized @Nullable Entry poll(String lambda) {
        // The queue stays, even if empty, so that a call that comes back keeps the turn of its lambda.
        ArrayDeque<Entry> queue = queues.get(lambda);
        Entry head = queue == null ? null : queue.poll();
        if (head != null) {
            size--;
        }
        return head;
    }

    /** Forgets a lambda of which nobody waits, or moves it behind the others; true if somebody waits. */
    private synchronized boolean tidy(String lambda, boolean behind) {
        ArrayDeque<Entry> queue = queues.get(lambda);
        if (queue == null) {
            return false;
        }
        if (behind || queue.isEmpty()) {
            queues.remove(lambda);
        }
        if (behind && !queue.isEmpty()) {
            queues.put(lambda, queue);
        }
        return !queue.isEmpty();
    }

    private synchronized boolean remove(Entry entry) {
        ArrayDeque<Entry> queue = queues.get(entry.call.lambda());
        if (queue == null || !queue.remove(entry)) {
            return false;
        }
        size--;
        if (queue.isEmpty()) {
            queues.remove(entry.call.lambda());
        }
        return true;
    }

    private void expire(Entry entry) {
        if (!remove(entry)) {
            return;
        }
        entry.call.refuse(Retcode.FULL + " towards every destination of " + entry.call.lambda()
                + " for as long as the call could wait");
    }

    private static final class Entry {
        private final Forwarding call;
        private volatile ControlThread.@Nullable Timer expiry;

        Entry(Forwarding call) {
            this.call = call;
        }

        Forwarding leave() {
            ControlThread.Timer timer = expiry;
            if (timer != null) {
                timer.close();
            }
            return call;
        }
    }
}
