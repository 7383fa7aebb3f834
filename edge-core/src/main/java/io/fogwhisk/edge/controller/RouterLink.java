package io.fogwhisk.edge.controller;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.Return;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one router's tables up to date: one command at a time, in order, and only the last word on each route. A
 * router that fails a command is left alone until it announces itself again; then it gets everything. Confined to the
 * control thread.
 */
final class RouterLink {

    private static final Logger LOG = LoggerFactory.getLogger(RouterLink.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final EdgeTransport transport;
    private final String tableEndpoint;
    private final Map<Route, Boolean> pending = new LinkedHashMap<>();
    private Lease lease;
    private boolean failed;
    private boolean sending;

    RouterLink(EdgeTransport transport, String tableEndpoint, Lease lease) {
        this.transport = transport;
        this.tableEndpoint = tableEndpoint;
        this.lease = lease;
    }

    Lease lease() {
        return lease;
    }

    String tableEndpoint() {
        return tableEndpoint;
    }

    /** The router announced itself again. */
    void renewed(Lease newLease, Set<Route> everything) {
        boolean knowsNothing = newLease.endless() || !newLease.instance().equals(lease.instance());
        lease = newLease;
        if (knowsNothing || failed) {
            install(everything);
        }
    }

    /** Tells the router everything. */
    void install(Set<Route> everything) {
        failed = false;
        everything.forEach(route -> add(route, true));
        drain();
    }

    /** Tells the router that a route came or went. */
    void change(Route route, boolean install) {
        if (!failed) {
            add(route, install);
            drain();
        }
    }

    private void add(Route route, boolean install) {
        pending.remove(route);
        pending.put(route, install);
    }

    private void drain() {
        if (sending || pending.isEmpty()) {
            return;
        }
        sending = true;
        Iterator<Map.Entry<Route, Boolean>> first = pending.entrySet().iterator();
        Map.Entry<Route, Boolean> next = first.next();
        Route route = next.getKey();
        boolean install = next.getValue();
        first.remove();
        try {
            UnaryCall.start(
                    transport.channel(tableEndpoint),
                    EdgeRouterGrpc.getConfigureMethod(),
                    route.command(install),
                    new Metadata(),
                    TIMEOUT,
                    new Sent());
        } catch (EdgeException e) {
            failed(String.valueOf(e.getMessage()));
        }
    }

    private void failed(String error) {
        sending = false;
        failed = true;
        pending.clear();
        LOG.atWarn()
                .addKeyValue("router", tableEndpoint)
                .addKeyValue("error", error)
                .log("router failed a command, waiting for its next announcement");
    }

    private final class Sent implements UnaryCall.Listener<Return> {

        @Override
        public void onAnswer(Return answer) {
            transport.control().execute(() -> {
                sending = false;
                if (!answer.getMsg().equals("OK")) {
                    LOG.atWarn()
                            .addKeyValue("router", tableEndpoint)
                            .addKeyValue("error", answer.getMsg())
                            .log("router refused a command");
                }
                drain();
            });
        }

        @Override
        public void onFailure(Status status, boolean sent) {
            transport.control().execute(() -> failed(UnaryCall.describe(status)));
        }
    }
}
