package io.fogwhisk.edge.computer;

import io.fogwhisk.edge.rpc.ControlThread;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.workflow.Workflow;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the branches that have arrived at functions that wait for several. Bounded in number and in bytes; a join that
 * waits too long expires. Remembers, for a bounded number, what has ended, so that late branches start nothing anew.
 * Thread-safe.
 */
final class Joins {

    private static final int MAX_ENDED = 100_000;
    private static final long MAX_BYTES = 256L << 20;

    private final ControlThread control;
    private final Asynchrony asynchrony;
    private final BiConsumer<LambdaRequest, String> onExpiry;
    private final Map<Key, Open> open = new HashMap<>();
    private final Map<Key, Boolean> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
            return size() > MAX_ENDED;
        }
    };
    private long bytes;

    /** A join of a call; of the call as a whole with index -1. */
    private record Key(String uuid, int index) {
        static Key whole(LambdaRequest request) {
            return new Key(request.getUuid(), -1);
        }
    }

    /** What has arrived at a join. */
    private static final class Open {
        private LambdaRequest last;
        private final TreeSet<Integer> from = new TreeSet<>();
        private int anonymous;
        private ControlThread.@Nullable Timer timer;

        Open(LambdaRequest first) {
            last = first;
        }

        int arrived() {
            return from.size() + anonymous;
        }
    }

    /**
     * What became of an arrival.
     *
     * @param refusal why it does not count, or empty
     * @param complete the request for the function, if this was the last branch
     */
    record Arrival(String refusal, @Nullable LambdaRequest complete) {
        static final Arrival COUNTED = new Arrival("", null);
    }

    /**
     * No joins.
     *
     * @param onExpiry gets the last request that arrived and which branches are missing; on the control thread
     */
    Joins(ControlThread control, Asynchrony asynchrony, BiConsumer<LambdaRequest, String> onExpiry) {
        this.control = control;
        this.asynchrony = asynchrony;
        this.onExpiry = onExpiry;
    }

    /** A call begins: what was remembered of an earlier one with the same uuid does not count. */
    synchronized void begin(LambdaRequest request, Workflow workflow) {
        for (int index = -1; index < workflow.size(); index++) {
            ended.remove(new Key(request.getUuid(), index));
        }
    }

    /** A branch arrives. */
    synchronized Arrival arrive(LambdaRequest request, Workflow.Dag dag) {
        int index = request.getNextFunctionIndex();
        Key key = new Key(request.getUuid(), index);
        if (ended.containsKey(key) || ended.containsKey(Key.whole(request))) {
            return Arrival.COUNTED;
        }
        Open join = open.get(key);
        long more = request.getSerializedSize();
        long less = join == null ? 0 : join.last.getSerializedSize();
        if ((join == null && open.size() >= asynchrony.maxJoins()) || bytes + more - less > MAX_BYTES) {
            return new Arrival(Retcode.FULL + " wait for others: " + open.size() + " joins", null);
        }
        if (join == null) {
            Open opened = new Open(request);
            opened.timer = control.after(asynchrony.joinTimeout(), () -> expire(key, opened, dag));
            open.put(key, opened);
            join = opened;
        } else {
            // The input of the last branch counts; the states of all do.
            join.last = request.toBuilder()
                    .clearStates()
                    .putAllStates(join.last.getStatesMap())
                    .putAllStates(request.getStatesMap())
                    .build();
        }
        bytes += join.last.getSerializedSize() - less;
        if (request.hasPreviousFunctionIndex()) {
            join.from.add(request.getPreviousFunctionIndex());
        } else {
            join.anonymous++;
        }
        if (join.arrived() < dag.arrivals(index)) {
            return Arrival.COUNTED;
        }
        forget(key, join);
        return new Arrival("", join.last);
    }

    /** A call fails; false if it has failed before. */
    synchronized boolean fail(LambdaRequest request) {
        if (ended.put(Key.whole(request), true) != null) {
            return false;
        }
        List<Key> keys = open.keySet().stream()
                .filter(key -> key.uuid.equals(request.getUuid()))
                .toList();
        for (Key key : keys) {
            Open join = open.get(key);
            if (join != null) {
                forget(key, join);
            }
        }
        return true;
    }

    /** How many joins wait. */
    synchronized int open() {
        return open.size();
    }

    private void expire(Key key, Open join, Workflow.Dag dag) {
        String missing;
        synchronized (this) {
            if (open.get(key) != join) {
                return;
            }
            forget(key, join);
            missing = missing(key.index, join, dag);
        }
        onExpiry.accept(join.last, missing);
    }

    private static String missing(int index, Open join, Workflow.Dag dag) {
        if (join.anonymous > 0) {
            return dag.arrivals(index) - join.arrived() + " of " + dag.arrivals(index) + " branches";
        }
        List<String> names = dag.predecessors(index).stream()
                .filter(each -> !join.from.contains(each))
                .map(each -> "'" + dag.names().get(each) + "' (" + each + ")")
                .toList();
        return String.join(", ", names);
    }

    private void forget(Key key, Open join) {
        open.remove(key);
        ended.put(key, true);
        bytes -= join.last.getSerializedSize();
        ControlThread.Timer timer = join.timer;
        if (timer != null) {
            timer.close();
        }
    }
}
