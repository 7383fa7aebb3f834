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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one router's tables up to date: one command at a time, in order, and only the last word on each route.
 *
 * <p>What a router fails to take waits: of a router that announces itself again and again until it does so, of one that
 * announces itself once for a while that grows up to half a minute. If too much waits by then, the router is flushed and
 * told everything. Confined to the control thread.
 */
final class RouterLink {

    private static final Logger LOG = LoggerFactory.getLogger(RouterLink.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Backoff RETRY = Backoff.between(Duration.ofMillis(500), Duration.ofSeconds(30));
    private static final int MAX_HELD = 100_000;
    private static final EdgeRouterConf FLUSH =
            EdgeRouterConf.newBuilder().setAction(EdgeRouterConf.Action.FLUSH).build();

    private final EdgeTransport transport;
    private final RouterNode router;
    private final Runnable everything;
    private final Map<Key, EdgeRouterConf> pending = new LinkedHashMap<>();
    private ControlThread.@Nullable Timer retry;
    private boolean announcesItself;
    private boolean sending;
    private boolean held;
    private boolean overflown;
    private boolean closed;
    private int failures;

    /** @param everything has everything said again to the router, through {@link #add} */
    RouterLink(EdgeTransport transport, RouterNode router, Runnable everything) {
        this.transport = transport;
        this.router = router;
        this.everything = everything;
    }

    /** Gets a route to the router, or away from it. */
    void add(Route route, EdgeRouterConf command) {
        if (overflown) {
            return;
        }
        Key key = new Key(route.lambda(), route.destination());
        pending.remove(key);
        pending.put(key, command);
        if (held && pending.size() > MAX_HELD) {
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
            everything.run();
        }
        resume();
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
            pending.put(Key.NONE, FLUSH);
            everything.run();
        }
        drain();
    }

    private void drain() {
        if (sending || closed || held || pending.isEmpty()) {
            return;
        }
        Iterator<Map.Entry<Key, EdgeRouterConf>> first = pending.entrySet().iterator();
        Map.Entry<Key, EdgeRouterConf> next = first.next();
        Sent sent = new Sent(next.getKey(), next.getValue());
        first.remove();
        sending = true;
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

    private void taken(String answer) {
        sending = false;
        failures = 0;
        if (!answer.equals("OK")) {
            LOG.atWarn()
                    .addKeyValue("router", router.tableEndpoint())
                    .addKeyValue("error", answer)
                    .log("router refused a command");
        }
        drain();
    }

    private void failed(Sent sent, String error) {
        sending = false;
        if (closed) {
            return;
        }
        held = true;
        if (sent.key.equals(Key.NONE)) {
            overflow();
        } else if (!overflown) {
            pending.putIfAbsent(sent.key, sent.command);
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

        Sent(Key key, EdgeRouterConf command) {
            this.key = key;
            this.command = command;
        }

        @Override
        public void onAnswer(Return answer) {
            transport.control().execute(() -> taken(answer.getMsg()));
        }

        @Override
        public void onFailure(Status status, boolean sent) {
            transport.control().execute(() -> failed(this, UnaryCall.describe(status)));
        }
    }
}
