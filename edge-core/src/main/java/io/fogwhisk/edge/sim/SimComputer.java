package io.fogwhisk.edge.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A computer: some cores of one speed, and one queue in the order of arrival. */
final class SimComputer {

    final int number;
    final int site;
    final String endpoint;
    final int[] lambdas;
    final double speed;
    private final @Nullable SimCall[] onCore;
    private final long[] endsAt;
    private final int limit;
    private final Agenda agenda;
    private final ArrayDeque<SimCall> queue = new ArrayDeque<>();
    private int busy;
    private long busyNanos;
    private long accruedAt;
    private boolean up = true;
    private int incarnation;

    SimComputer(
            int number, int site, String endpoint, int[] lambdas, double speed, SimConfig.Work work, Agenda agenda) {
        this.number = number;
        this.site = site;
        this.endpoint = endpoint;
        this.lambdas = lambdas;
        this.speed = speed;
        this.onCore = new @Nullable SimCall[work.cores()];
        this.endsAt = new long[work.cores()];
        this.limit = work.queue();
        this.agenda = agenda;
    }

    boolean up() {
        return up;
    }

    /** Grows by one each time that it comes back. */
    int incarnation() {
        return incarnation;
    }

    boolean offers(int lambda) {
        for (int each : lambdas) {
            if (each == lambda) {
                return true;
            }
        }
        return false;
    }

    /** Takes a call; false if the queue is full. */
    boolean take(SimCall call) {
        if (busy < onCore.length) {
            run(call, freeCore());
            return true;
        }
        if (queue.size() >= limit) {
            return false;
        }
        queue.add(call);
        return true;
    }

    /** The call that a core has just finished, or null if it vanished meanwhile. Begins the next one. */
    @Nullable
    SimCall finished(int core) {
        SimCall done = onCore[core];
        if (done == null || endsAt[core] != agenda.getAsLong()) {
            return null;
        }
        accrue();
        busy--;
        onCore[core] = null;
        SimCall next = queue.poll();
        if (next != null) {
            run(next, core);
        }
        return done;
    }

    /** Goes, with all calls in it. */
    void vanish(Consumer<SimCall> lost) {
        accrue();
        up = false;
        List<SimCall> gone = new ArrayList<>();
        for (int core = 0; core < onCore.length; core++) {
            SimCall call = onCore[core];
            if (call != null) {
                gone.add(call);
                onCore[core] = null;
            }
        }
        gone.addAll(queue);
        queue.clear();
        busy = 0;
        gone.forEach(lost);
    }

    void comeBack() {
        up = true;
        incarnation++;
    }

    /** Forgets how busy it was. */
    void startCounting() {
        accrue();
        busyNanos = 0;
    }

    /** How long cores were busy, one after another, since it counts. */
    long busyNanos() {
        accrue();
        return busyNanos;
    }

    private void run(SimCall call, int core) {
        accrue();
        busy++;
        long duration = Math.max(1, Math.round(call.workNanos / speed));
        onCore[core] = call;
        endsAt[core] = agenda.getAsLong() + duration;
        agenda.after(duration, Event.FINISHED, number * onCore.length + core);
    }

    private int freeCore() {
        int core = 0;
        while (onCore[core] != null) {
            core++;
        }
        return core;
    }

    private void accrue() {
        long now = agenda.getAsLong();
        busyNanos += busy * (now - accruedAt);
        accruedAt = now;
    }
}
