package io.fogwhisk.edge.controller;

import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.edge.rpc.ControlThread;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.Return;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one router's tables up to date: some commands at a time, those on the same route in order, and only the last
 * word on each route.
 *
 * <p>What a router fails to take waits: of a router that announces itself again and again until it does so, of one that
 * announces itself once for a while that grows up to half a minute. Then one command finds out whether it goes on. If too
 * much waits by then, the router is told everything; what it must forget is found out by a check of its tables, or, if it
 * announces itself once and thus knows nothing of who keeps its entries, by a flush before. Confined to the control
 * thread.
 */
final class RouterLink {

    private static final Logger LOG = LoggerFactory.getLogger(RouterLink.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Backoff RETRY = Backoff.between(Duration.ofMillis(500), Duration.ofSeconds(30));
    private static final EdgeRouterConf FLUSH =
            EdgeRouterConf.newBuilder().setAction(EdgeRouterConf.Action.FLUSH).build();

    private final EdgeTransport transport;
    private final RouterNode router;
    private final Limits limits;
    private final Plan plan;
    private final Map<Key, EdgeRouterConf> pending = new LinkedHashMap<>();
    private final Set<Key> underWay = new HashSet<>();
    private ControlThread.@Nullable Timer retry;
    private boolean announcesItself;
    private boolean held;
    private boolean overflown;
    private boolean closed;
    private int failures;
    private int overflows;

    RouterLink(EdgeTransport transport, RouterNode router, Limits limits, Plan plan) {
        this.transport = transport;
        this.router = router;
        this.limits = limits;
        this.plan = plan;
    }

    /** Who knows what the router must know. */
    interface Plan {

        /** Has everything said again to the router, through {@link RouterLink#add}. */
        void tellEverything();

        /** Has the router forget later what it should have been told to forget. */
        void checkLater();
    }

    /**
     * Bounds.
     *
     * @param underWay how many commands may wait for an answer, at least 1
     * @param held how many may wait for a router that failed
     */
    record Limits(int underWay, int held) {
        static final Limits DEFAULT = new Limits(16, 100_000);
    }

    /** Gets a route to the router, or away from it. */
    void add(Route route, EdgeRouterConf command) {
        if (overflown) {
            return;
        }
        Key key = new Key(route.lambda(), route.destination());
        pending.remove(key);
        pending.put(key, command);
        if (held && pending.size() > limits.held) {
            overflow();
        }
        drain();
    }

    /** The router is heard of. */
    void announced(boolean again) {
        announcesItself = again;
        if (!held) {
            return;
        }
        if (again) {
            // It may have forgotten what it took before it failed.
            plan.tellEverything();
        }
        resume();
    }

    /** Whether the router failed, so that what is added waits. */
    boolean isHeld() {
        return held;
    }

    /** Tells the router nothing more. */
    void close() {
        closed = true;
        pending.clear();
        endRetry();
    }

    private void resume() {
        if (closed) {
            return;
        }
        endRetry();
        held = false;
        if (overflown) {
            overflown = false;
            if (announcesItself) {
                plan.checkLater();
            } else {
                pending.put(Key.NONE, FLUSH);
            }
            plan.tellEverything();
        }
        drain();
    }

    private void drain() {
        Sent next = next();
        while (next != null) {
            send(next);
            next = next();
        }
    }

    private @Nullable Sent next() {
        int window = failures == 0 ? limits.underWay : 1;
        if (closed || held || underWay.size() >= window || underWay.contains(Key.NONE)) {
            return null;
        }
        Iterator<Map.Entry<Key, EdgeRouterConf>> all = pending.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Key, EdgeRouterConf> each = all.next();
            if (each.getKey().equals(Key.NONE) && !underWay.isEmpty()) {
                return null;
            }
            if (!underWay.contains(each.getKey())) {
                Sent sent = new Sent(each.getKey(), each.getValue());
                all.remove();
                return sent;
            }
        }
        return null;
    }

    private void send(Sent sent) {
        underWay.add(sent.key);
        try {
            UnaryCall.start(
                    transport.channel(router.tableEndpoint()),
                    EdgeRouterGrpc.getConfigureMethod(),
                    sent.command,
                    new Metadata(),
                    TIMEOUT,
                    sent);
        } catch (EdgeException e) {
            failed(sent, String.valueOf(e.getMessage()));
        }
    }

    private void taken(Sent sent, String answer) {
        underWay.remove(sent.key);
        if (!held) {
            failures = 0;
        }
        if (!answer.equals("OK")) {
            LOG.atWarn()
                    .addKeyValue("router", router.tableEndpoint())
                    .addKeyValue("error", answer)
                    .log("router refused a command");
        }
        drain();
    }

    private void failed(Sent sent, String error) {
        underWay.remove(sent.key);
        if (closed) {
            return;
        }
        boolean first = !held;
        held = true;
        if (sent.key.equals(Key.NONE)) {
            overflow();
        } else if (sent.overflows == overflows) {
            pending.putIfAbsent(sent.key, sent.command);
        }
        if (!first) {
            // One of several that were under way together.
            return;
        }
        failures++;
        if (failures == 1) {
            LOG.atWarn()
                    .addKeyValue("router", router.tableEndpoint())
                    .addKeyValue("error", error)
                    .log("router failed a command");
        }
        if (!announcesItself) {
            Duration wait = RETRY.after(failures, ThreadLocalRandom.current()::nextDouble);
            endRetry();
            retry = transport.control().after(wait, this::resume);
        }
    }

    private void overflow() {
        overflown = true;
        // What is under way now is no longer the last word if it fails.
        overflows++;
        pending.clear();
    }

    private void endRetry() {
        if (retry != null) {
            retry.close();
            retry = null;
        }
    }

    private record Key(String lambda, String destination) {
        private static final Key NONE = new Key("", "");
    }

    private final class Sent implements UnaryCall.Listener<Return> {
        private final Key key;
        private final EdgeRouterConf command;
        private final int overflows = RouterLink.this.overflows;

        Sent(Key key, EdgeRouterConf command) {
            this.key = key;
            this.command = command;
        }

        @Override
        public void onAnswer(Return answer) {
            transport.control().execute(() -> taken(this, answer.getMsg()));
        }

        @Override
        public void onFailure(Status status, boolean sent) {
            transport.control().execute(() -> failed(this, UnaryCall.describe(status)));
        }
    }
}
