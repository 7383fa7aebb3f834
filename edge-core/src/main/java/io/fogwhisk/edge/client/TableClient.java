package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.Return;
import io.fogwhisk.edge.rpc.proto.TableId;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * An operator's view of the tables of a router, ours or a foreign one. Waits for each answer, for a bounded time, so it
 * is nothing for the network's threads. Every method fails with an {@link EdgeException} if the router is not there or
 * refuses.
 */
public final class TableClient {

    private static final int MAX_TABLES = 100;

    private final EdgeTransport transport;
    private final String router;
    private final Duration timeout;

    /**
     * A client of one router.
     *
     * @param router the {@code host:port} of its table service
     * @param timeout of each call, more than 0
     */
    public TableClient(EdgeTransport transport, String router, Duration timeout) {
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.router = Endpoint.parse(router).toString();
        this.timeout = Objects.requireNonNull(timeout, "timeout is null");
    }

    /** Every table of the router: the overall one, and if it has one the final one. */
    public List<List<ForwardingEntry>> tables() {
        int count = call(EdgeRouterGrpc.getGetNumTablesMethod(), Void.getDefaultInstance())
                .getValue();
        if (count < 0 || count > MAX_TABLES) {
            throw new EdgeException("router " + router + " says that it has " + Integer.toUnsignedString(count)
                    + " tables, more than " + MAX_TABLES);
        }
        return IntStream.range(0, count).mapToObj(this::table).toList();
    }

    /** Adds a destination, or gives a known one another weight. */
    public void change(ForwardingEntry entry) {
        configure(EdgeRouterConf.newBuilder()
                .setAction(EdgeRouterConf.Action.CHANGE)
                .setLambda(entry.lambda())
                .setDestination(entry.destination())
                .setWeight(entry.weight())
                .setFinal(entry.finalDestination())
                .setIdempotent(entry.idempotent())
                .build());
    }

    /** Removes a destination of a lambda from every table. */
    public void remove(String lambda, String destination) {
        configure(EdgeRouterConf.newBuilder()
                .setAction(EdgeRouterConf.Action.REMOVE)
                .setLambda(lambda)
                .setDestination(destination)
                .build());
    }

    /** Removes everything from every table. */
    public void flush() {
        configure(EdgeRouterConf.newBuilder()
                .setAction(EdgeRouterConf.Action.FLUSH)
                .build());
    }

    /**
     * Gives every destination the weight 1 again.
     *
     * @return how many there are
     */
    public int reset() {
        Map<List<String>, ForwardingEntry> entries = new LinkedHashMap<>();
        for (List<ForwardingEntry> table : tables()) {
            for (ForwardingEntry entry : table) {
                // A final destination is in both tables; the entry that says so counts.
                entries.merge(
                        List.of(entry.lambda(), entry.destination()),
                        entry,
                        (known, other) -> known.finalDestination() ? known : other);
            }
        }
        for (ForwardingEntry entry : entries.values()) {
            change(new ForwardingEntry(
                    entry.lambda(),
                    entry.destination(),
                    1,
                    entry.finalDestination(),
                    entry.idempotent(),
                    entry.status()));
        }
        return entries.size();
    }

    private List<ForwardingEntry> table(int id) {
        return call(
                        EdgeRouterGrpc.getGetTableMethod(),
                        TableId.newBuilder().setValue(id).build())
                .getEntriesList()
                .stream()
                .map(ForwardingEntry::fromProto)
                .toList();
    }

    private void configure(EdgeRouterConf command) {
        Return outcome = call(EdgeRouterGrpc.getConfigureMethod(), command);
        if (!outcome.getMsg().equals(Retcode.OK)) {
            throw new EdgeException("router " + router + " refuses: " + outcome.getMsg());
        }
    }

    private <Q, A> A call(MethodDescriptor<Q, A> method, Q request) {
        try {
            return UnaryCall.stage(transport.channel(router), method, request, new Metadata(), timeout)
                    .toCompletableFuture()
                    .get(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new EdgeException("no answer from router " + router + ": " + cause.getMessage(), e);
        } catch (TimeoutException e) {
            throw new EdgeException("no answer from router " + router + " within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EdgeException("interrupted while router " + router + " was asked", e);
        }
    }
}
