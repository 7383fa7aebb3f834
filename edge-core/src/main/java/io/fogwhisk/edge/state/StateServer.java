package io.fogwhisk.edge.state;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.State;
import io.fogwhisk.edge.rpc.proto.StateResponse;
import io.fogwhisk.edge.rpc.proto.StateServerGrpc;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Serves a store of states to functions on other nodes. */
public final class StateServer implements Service {

    private final EdgeTransport transport;
    private final String host;
    private final int port;
    private final StateStore store;
    private @Nullable EdgePort open;

    /**
     * A server that has not started.
     *
     * @param port 0 for any free one
     */
    public StateServer(EdgeTransport transport, String host, int port, StateStore store) {
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.host = Objects.requireNonNull(host, "host is null");
        this.port = port;
        this.store = Objects.requireNonNull(store, "store is null");
    }

    @Override
    public void start() {
        open = transport.open(
                "state server",
                host,
                port,
                new UnaryService(StateServerGrpc.getServiceDescriptor())
                        .method(StateServerGrpc.getGetMethod(), (state, headers, answer) -> answer.send(get(state)))
                        .method(StateServerGrpc.getPutMethod(), (state, headers, answer) -> answer.send(put(state)))
                        .method(StateServerGrpc.getDelMethod(), (state, headers, answer) -> answer.send(remove(state)))
                        .build());
    }

    /**
     * Settles under which endpoint others reach it; after the start. May wait for a name service.
     *
     * @param announced a host, or empty to find it out
     * @param peer {@code host:port} of a node that will reach it, or empty if none is known
     */
    public void announceAs(Optional<String> announced, String peer) {
        opened().announceAs(announced, peer);
    }

    /** Where it listens, as it announces itself; after the start. */
    public String endpoint() {
        return opened().endpoint();
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
    }

    private EdgePort opened() {
        EdgePort known = open;
        if (known == null) {
            throw new IllegalStateException("the state server has not started");
        }
        return known;
    }

    private StateResponse get(State state) {
        return store.get(state.getName())
                .map(content -> StateResponse.newBuilder()
                        .setRetcode(Retcode.OK)
                        .setState(State.newBuilder().setContent(content))
                        .build())
                .orElseGet(() -> answer("could not find state: " + state.getName()));
    }

    private StateResponse put(State state) {
        if (store.put(state.getName(), state.getContent())) {
            return answer(Retcode.OK);
        }
        return answer("no room for state " + state.getName() + " of "
                + state.getContent().size() + " bytes: " + store.bytes() + " of " + store.maxBytes() + " are in use");
    }

    private StateResponse remove(State state) {
        return answer(store.remove(state.getName()) ? Retcode.OK : "state not found: " + state.getName());
    }

    private static StateResponse answer(String retcode) {
        return StateResponse.newBuilder().setRetcode(retcode).build();
    }
}
