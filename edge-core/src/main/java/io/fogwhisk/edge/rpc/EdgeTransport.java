package io.fogwhisk.edge.rpc;

import io.fogwhisk.edge.security.EdgeSecurity;
import io.fogwhisk.edge.security.SecuredNode;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.AnonymousInProcessSocketAddress;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The gRPC servers and channels of one site. What it serves itself it reaches in process, everything else over TCP, so
 * callers need not know which is which. Everything runs on the caller's or the network's thread: handlers must not
 * block. Thread-safe.
 */
public final class EdgeTransport implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(2);
    // The papers' largest testbeds had a thousand destinations.
    private static final int MAX_REMOTE = 10_000;

    private final String name;
    private final ControlThread control;
    private final NetworkLoop network;
    private final Map<String, EdgePort> local = new ConcurrentHashMap<>();
    private final RemoteNodes remote;
    private final RemoteNodes remoteControl;
    private final SecuredNode security;
    private final Optional<ControlThread> renewal;
    private final Set<EdgePort> ports = ConcurrentHashMap.newKeySet();
    private volatile Duration grace = GRACE;
    private volatile boolean closed;

    /**
     * A transport without ports that speaks clear text and lets everybody announce.
     *
     * @param name of the site, for threads and messages
     */
    public EdgeTransport(String name) {
        this(name, 1);
    }

    /**
     * A transport without ports that speaks clear text and lets everybody announce.
     *
     * @param name of the site, for threads and messages
     * @param networkThreads at least 1; more than one is worth it only with cores to spare
     */
    public EdgeTransport(String name, int networkThreads) {
        this(name, networkThreads, EdgeSecurity.NONE);
    }

    /**
     * A transport without ports. What a caller within the process may do is not looked at.
     *
     * @param name of the site, for threads and messages
     * @param networkThreads at least 1; more than one is worth it only with cores to spare
     * @param security how it speaks to other processes, and whom of them it believes
     * @throws EdgeException if keys or certificates can't be used, naming the file
     */
    public EdgeTransport(String name, int networkThreads, EdgeSecurity security) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.security = new SecuredNode(security, Clock.systemUTC());
        this.network = new NetworkLoop(name + "-edge-net", networkThreads);
        this.remote =
                new RemoteNodes(MAX_REMOTE, to -> new RemoteNode(to, network, this.security.channel(), this.security));
        this.remoteControl = new RemoteNodes(
                MAX_REMOTE, to -> new RemoteNode(to, network, this.security.controlChannel(), this.security));
        this.control = new ControlThread(name + "-edge");
        this.renewal =
                this.security.isRenewable() ? Optional.of(new ControlThread(name + "-certificates")) : Optional.empty();
        renewal.ifPresent(thread -> thread.every(SecuredNode.RENEWAL, this.security::renew));
    }

    /** Of the site. */
    public String name() {
        return name;
    }

    /**
     * Says how long ports that are opened from now on give calls under way when they are closed; two seconds otherwise.
     *
     * @return this transport
     */
    public EdgeTransport grace(Duration newGrace) {
        grace = Objects.requireNonNull(newGrace, "newGrace is null");
        return this;
    }

    /** Where control work of this site runs; closed with the transport. */
    public ControlThread control() {
        return control;
    }

    /**
     * Opens a port, over TCP and in process. Over TCP it also tells whoever probes it, in gRPC's protocol for that, that
     * it serves.
     *
     * @param role what messages call the server, such as {@code edge router}
     * @param host the address to bind to; the node is known by it
     * @param port 0 for any free one
     * @throws EdgeException if the port can't be bound
     */
    public EdgePort open(String role, String host, int port, ServerServiceDefinition... services) {
        List<ServerServiceDefinition> served = List.of(services);
        HealthStatusManager health = new HealthStatusManager();
        Server tcp = network.serve(
                        NettyServerBuilder.forAddress(new InetSocketAddress(host, port), security.port(served)))
                .addServices(security.guard(role + " of " + name, host, served))
                // Whoever probes has no certificate's name and no token, and learns nothing else.
                .addService(health.getHealthService())
                .build();
        start(tcp, role + " of " + name, host, port);
        AnonymousInProcessSocketAddress address = new AnonymousInProcessSocketAddress();
        Server inProcess = InProcessServerBuilder.forAddress(address)
                .directExecutor()
                .addServices(served)
                .build();
        start(inProcess, role + " of " + name, host, port);
        ManagedChannel channel = InProcessChannelBuilder.forAddress(address)
                .directExecutor()
                .disableRetry()
                .build();
        List<String> names = namesOf(host, tcp.getPort());
        EdgePort[] self = new EdgePort[1];
        EdgePort open = new EdgePort(
                names.get(0),
                tcp,
                inProcess,
                channel,
                health,
                grace,
                announced -> local.put(announced, self[0]),
                () -> {
                    local.values().removeIf(each -> each == self[0]);
                    ports.remove(self[0]);
                });
        self[0] = open;
        ports.add(open);
        names.forEach(each -> local.put(each, open));
        if (closed) {
            open.close();
        }
        return open;
    }

    /**
     * The way to an endpoint. Ask again for each call: it changes when a node of this site comes or goes.
     *
     * @param endpoint {@code host:port}
     * @throws EdgeException if the text is not an endpoint, or the transport is closed
     */
    public Channel channel(String endpoint) {
        EdgePort here = local.get(endpoint);
        if (here != null) {
            return here.channel();
        }
        RemoteNode node = remote.known(endpoint);
        if (node == null) {
            if (closed) {
                throw new EdgeException("the edge transport of " + name + " is closed");
            }
            node = remote.to(endpoint);
        }
        if (security.isSplit()) {
            return new SplitChannel(node, remoteControl.to(endpoint));
        }
        return node.channel();
    }

    /**
     * A TCP connection of its own, on the network threads of this transport; the caller closes it.
     *
     * @param endpoint {@code host:port}
     * @throws EdgeException if the text is not an endpoint
     */
    public EdgeConnection connect(String endpoint) {
        RemoteNode node = new RemoteNode(Endpoint.parse(endpoint), network, security.channel(), security);
        return new EdgeConnection(endpoint, node);
    }

    /**
     * Has every port say to those who probe it that it does not serve, while it goes on serving: its node is about to
     * leave.
     */
    public void leaving() {
        ports.forEach(EdgePort::leaving);
    }

    /** Whether this transport serves the endpoint itself. */
    boolean serves(String endpoint) {
        return local.containsKey(endpoint);
    }

    /** Closes every port and channel and ends the control thread. */
    @Override
    public void close() {
        closed = true;
        ports.forEach(EdgePort::close);
        remote.close();
        remoteControl.close();
        renewal.ifPresent(ControlThread::close);
        network.close();
        control.close();
    }

    private static void start(Server server, String role, String host, int port) {
        try {
            server.start();
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new EdgeException(
                    "cannot listen on " + host + ":" + port + " for " + role + ": " + cause.getMessage()
                            + "; stop what uses the port or configure another",
                    e);
        }
    }

    private static List<String> namesOf(String host, int port) {
        if (AnnouncedEndpoint.isWildcard(host)) {
            return List.of(host + ":" + port, "127.0.0.1:" + port, "localhost:" + port);
        }
        return switch (host) {
            case "127.0.0.1" -> List.of("127.0.0.1:" + port, "localhost:" + port);
            case "localhost" -> List.of("localhost:" + port, "127.0.0.1:" + port);
            default -> List.of(host + ":" + port);
        };
    }
}
