package io.fogwhisk.edge.controller;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import io.fogwhisk.edge.rpc.proto.TableId;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the tables of routers for a {@link ControlPlane}, a few at a time, so that not all of them are in memory together.
 * A router that can't be read is read again later. Confined to the control thread.
 */
final class TableChecks {

    private static final Logger LOG = LoggerFactory.getLogger(TableChecks.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int AT_A_TIME = 4;
    private static final int MAX_BYTES = 32 * 1024 * 1024;
    // The overall table has every entry, the final one some of them again.
    private static final TableId OVERALL = TableId.getDefaultInstance();

    private final EdgeTransport transport;
    private final ControlPlane plane;
    private final Set<RouterNode> waiting = new LinkedHashSet<>();
    private int reading;
    private boolean closed;

    TableChecks(EdgeTransport transport, ControlPlane plane) {
        this.transport = transport;
        this.plane = plane;
    }

    /** Reads a router soon; there are never more than the plane has routers. */
    void add(RouterNode router) {
        waiting.add(router);
        next();
    }

    /** Reads nothing more. */
    void close() {
        closed = true;
        waiting.clear();
    }

    private void next() {
        while (!closed && reading < AT_A_TIME && !waiting.isEmpty()) {
            RouterNode router = waiting.iterator().next();
            waiting.remove(router);
            reading++;
            read(router);
        }
    }

    private void read(RouterNode router) {
        UnaryCall.Listener<ForwardingTable> listener = new UnaryCall.Listener<>() {
            @Override
            public void onAnswer(ForwardingTable table) {
                transport.control().execute(() -> known(router, table));
            }

            @Override
            public void onFailure(Status status, boolean sent) {
                transport.control().execute(() -> failed(router, UnaryCall.describe(status)));
            }
        };
        try {
            UnaryCall.start(
                    ClientInterceptors.intercept(transport.channel(router.tableEndpoint()), new RoomForTables()),
                    EdgeRouterGrpc.getGetTableMethod(),
                    OVERALL,
                    new Metadata(),
                    TIMEOUT,
                    listener);
        } catch (EdgeException e) {
            String error = String.valueOf(e.getMessage());
            transport.control().execute(() -> failed(router, error));
        }
    }

    private void known(RouterNode router, ForwardingTable table) {
        reading--;
        if (!closed) {
            try {
                List<ForwardingEntry> entries = table.getEntriesList().stream()
                        .map(ForwardingEntry::fromProto)
                        .toList();
                int stale = plane.holds(router, entries);
                if (stale > 0) {
                    LOG.atInfo()
                            .addKeyValue("router", router.endpoint())
                            .addKeyValue("entries", stale)
                            .log("stale entries removed from router");
                }
            } catch (EdgeException e) {
                LOG.atWarn()
                        .addKeyValue("router", router.endpoint())
                        .addKeyValue("error", e.getMessage())
                        .log("router has a table with faults");
            }
        }
        next();
    }

    private void failed(RouterNode router, String error) {
        reading--;
        if (!closed) {
            LOG.atWarn()
                    .addKeyValue("router", router.endpoint())
                    .addKeyValue("error", error)
                    .log("table of router can't be read, is read again later");
            plane.checkLater(router);
        }
        next();
    }

    /** A table of ten thousands of entries is larger than what gRPC takes without being told. */
    private static final class RoomForTables implements ClientInterceptor {

        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(
                MethodDescriptor<Q, A> method, CallOptions options, Channel channel) {
            return channel.newCall(method, options.withMaxInboundMessageSize(MAX_BYTES));
        }
    }
}
