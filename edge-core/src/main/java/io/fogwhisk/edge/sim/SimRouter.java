package io.fogwhisk.edge.sim;

import io.fogwhisk.edge.table.Routing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A router: the real tables, and the calls that wait because every destination of their lambda is busy. */
final class SimRouter {

    final int number;
    final String endpoint;
    final String tableEndpoint;
    final Routing routing;
    boolean resuming;
    private final int maxWaiting;
    private final Map<Integer, ArrayDeque<SimCall>> waiting = new TreeMap<>();
    private int waitingCalls;

    SimRouter(int number, String endpoint, String tableEndpoint, Routing routing, int maxWaiting) {
        this.number = number;
        this.endpoint = endpoint;
        this.tableEndpoint = tableEndpoint;
        this.routing = routing;
        this.maxWaiting = maxWaiting;
    }

    /** Lets a call wait, before all others of its lambda if it has waited already; false if too many do. */
    boolean await(SimCall call) {
        if (waitingCalls >= maxWaiting) {
            return false;
        }
        waitingCalls++;
        ArrayDeque<SimCall> queue = waiting.computeIfAbsent(call.lambda, lambda -> new ArrayDeque<>());
        if (call.hop().waited) {
            queue.addFirst(call);
        } else {
            queue.addLast(call);
            call.hop().waited = true;
        }
        return true;
    }

    boolean anybodyWaits() {
        return waitingCalls > 0;
    }

    /** The call of each lambda that has waited longest. */
    List<SimCall> leave() {
        List<SimCall> heads = new ArrayList<>();
        for (Iterator<ArrayDeque<SimCall>> all = waiting.values().iterator(); all.hasNext(); ) {
            ArrayDeque<SimCall> queue = all.next();
            @Nullable SimCall head = queue.poll();
            if (head != null) {
                waitingCalls--;
                heads.add(head);
            }
            if (queue.isEmpty()) {
                all.remove();
            }
        }
        return heads;
    }
}
