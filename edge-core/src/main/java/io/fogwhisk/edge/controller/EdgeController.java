package io.fogwhisk.edge.controller;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.edge.rpc.ControlThread;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which computers and routers there are and tells every router about every computer.
 *
 * <p>Nodes of ours announce themselves again and again and are dropped when they fall silent; a controller that starts
 * anew therefore knows everybody after one heartbeat. Foreign nodes announce themselves once and are kept until they
 * are removed. State lives in memory and is confined to the transport's control thread; no call to a router makes
 * anybody wait.
 */
public final class EdgeController implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeController.class);
    private static final int MAX_WAITING = 10_000;

    private final EdgeControllerConfig config;
    private final EdgeTransport transport;
    private final Map<String, Computer> computers = new LinkedHashMap<>();
    private final Map<String, RouterLink> routers = new HashMap<>();
    private volatile Set<String> knownComputers = Set.of();
    private volatile Set<String> knownRouters = Set.of();
    private @Nullable EdgePort port;
    private ControlThread.@Nullable Timer leases;
    private volatile boolean closed;

    /** A controller that has not started. */
    public EdgeController(EdgeControllerConfig config, EdgeTransport transport) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.transport = Objects.requireNonNull(transport, "transport is null");
    }

    @Override
    public void start() {
        UnaryService service = new UnaryService(EdgeControllerGrpc.getServiceDescriptor())
                .method(EdgeControllerGrpc.getAnnounceComputerMethod(), this::onComputer)
                .method(EdgeControllerGrpc.getAnnounceRouterMethod(), this::onRouter)
                .method(EdgeControllerGrpc.getRemoveComputerMethod(), this::onRemove);
        EdgePort open = transport.open("edge controller", config.host(), config.port(), service.build());
        port = open;
        Duration check = config.lease().dividedBy(4);
        leases = transport.control().every(check, this::endLeases);
        LOG.atInfo().addKeyValue("endpoint", open.endpoint()).log("edge controller started");
    }

    /** Where it listens; after the start. */
    public String endpoint() {
        EdgePort open = port;
        if (open == null) {
            throw new IllegalStateException("the edge controller has not started");
        }
        return open.endpoint();
    }

    /** The endpoints of the computers it knows. */
    public Set<String> computers() {
        return knownComputers;
    }

    /** The endpoints of the routers it knows. */
    public Set<String> routers() {
        return knownRouters;
    }

    @Override
    public void close() {
        closed = true;
        if (leases != null) {
            leases.close();
        }
        if (port != null) {
            port.close();
        }
    }

    private void onComputer(ComputerInfo info, Metadata headers, UnaryService.Answer<Void> answer) {
        Set<String> lambdas = new LinkedHashSet<>();
        info.getContainersList().forEach(container -> lambdas.add(container.getLambda()));
        Lease lease = Lease.of(headers, config.lease());
        apply(info.getEdgeServerEndpoint(), answer, () -> announced(info.getEdgeServerEndpoint(), lambdas, lease));
    }

    private void onRouter(RouterInfo info, Metadata headers, UnaryService.Answer<Void> answer) {
        Lease lease = Lease.of(headers, config.lease());
        apply(info.getForwardingTableEndpoint(), answer, () -> {
            String endpoint = info.getEdgeServerEndpoint();
            RouterLink known = routers.get(endpoint);
            if (known != null && known.tableEndpoint().equals(info.getForwardingTableEndpoint())) {
                known.renewed(lease, routes());
                return;
            }
            RouterLink link = new RouterLink(transport, info.getForwardingTableEndpoint(), lease);
            routers.put(endpoint, link);
            publish();
            LOG.atInfo().addKeyValue("router", endpoint).log("router found");
            link.install(routes());
        });
    }

    private void onRemove(ComputerInfo info, Metadata headers, UnaryService.Answer<Void> answer) {
        String endpoint = info.getEdgeServerEndpoint();
        apply(endpoint, answer, () -> {
            Computer removed = computers.remove(endpoint);
            if (removed != null) {
                drop(endpoint, removed, "computer removed");
            }
        });
    }

    /** Runs on the control thread, then answers. Faults are logged, as foreign nodes expect no error here. */
    private void apply(String endpoint, UnaryService.Answer<Void> answer, Runnable change) {
        if (transport.control().depth() > MAX_WAITING) {
            throw new EdgeException("the edge controller has " + MAX_WAITING + " announcements to work off");
        }
        transport.control().execute(() -> {
            try {
                Endpoint.parse(endpoint);
                if (!closed) {
                    change.run();
                }
            } catch (EdgeException e) {
                LOG.atWarn().addKeyValue("error", e.getMessage()).log("announcement ignored");
            }
            answer.send(Void.getDefaultInstance());
        });
    }

    private void announced(String endpoint, Set<String> lambdas, Lease lease) {
        Computer known = computers.put(endpoint, new Computer(lambdas, lease));
        Set<String> before = known == null ? Set.of() : known.lambdas;
        if (known == null) {
            publish();
            LOG.atInfo()
                    .addKeyValue("computer", endpoint)
                    .addKeyValue("lambdas", lambdas.size())
                    .log("computer found");
        }
        if (before.equals(lambdas)) {
            return;
        }
        tellRouters(endpoint, minus(before, lambdas), false);
        tellRouters(endpoint, minus(lambdas, before), true);
    }

    private void endLeases() {
        if (closed) {
            return;
        }
        for (Iterator<Map.Entry<String, Computer>> all = computers.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Computer> each = all.next();
            if (each.getValue().lease.over()) {
                all.remove();
                drop(each.getKey(), each.getValue(), "computer lost");
            }
        }
        if (routers.values().removeIf(link -> link.lease().over())) {
            publish();
            LOG.atInfo().addKeyValue("routers", routers.size()).log("router lost");
        }
    }

    private void drop(String endpoint, Computer computer, String event) {
        publish();
        LOG.atInfo().addKeyValue("computer", endpoint).log(event);
        tellRouters(endpoint, computer.lambdas, false);
    }

    private void tellRouters(String computer, Set<String> lambdas, boolean install) {
        for (String lambda : lambdas) {
            Route route = new Route(lambda, computer);
            routers.values().forEach(router -> router.change(route, install));
        }
    }

    private Set<Route> routes() {
        Set<Route> routes = new LinkedHashSet<>();
        computers.forEach(
                (endpoint, computer) -> computer.lambdas.forEach(lambda -> routes.add(new Route(lambda, endpoint))));
        return routes;
    }

    private void publish() {
        knownComputers = Set.copyOf(computers.keySet());
        knownRouters = Set.copyOf(routers.keySet());
    }

    private static Set<String> minus(Set<String> from, Set<String> what) {
        Set<String> rest = new HashSet<>(from);
        rest.removeAll(what);
        return rest;
    }

    private record Computer(Set<String> lambdas, Lease lease) {}
}
