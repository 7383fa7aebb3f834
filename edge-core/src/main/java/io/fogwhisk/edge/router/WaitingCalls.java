package io.fogwhisk.edge.router;

import io.fogwhisk.edge.rpc.ControlThread;
import io.fogwhisk.edge.rpc.Retcode;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

    /** Which lambda can go on is not known here, so the first call of each has a try; who finds no place waits again. */
    private void resumeOfEachLambda() {
        List<Entry> heads = new ArrayList<>();
        synchronized (this) {
            queues.values().removeIf(queue -> {
                Entry head = queue.poll();
                if (head != null) {
                    heads.add(head);
                    size--;
                }
                return queue.isEmpty();
            });
        }
        heads.forEach(entry -> entry.leave().resume());
    }

    private void expire(Entry entry) {
        synchronized (this) {
            ArrayDeque<Entry> queue = queues.get(entry.call.lambda());
            if (queue == null || !queue.remove(entry)) {
                return;
            }
            size--;
            if (queue.isEmpty()) {
                queues.remove(entry.call.lambda());
            }
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
