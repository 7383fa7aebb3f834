package io.fogwhisk.edge.controller;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.edge.rpc.CallMetadata;
import io.fogwhisk.edge.rpc.ControlThread;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.MembershipGrpc;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port of a {@link ControlPlane}: takes announcements and farewells, and gets to each router what it must be told.
 *
 * <p>Nodes of ours announce themselves again and again and are dropped when they fall silent; a controller that starts
 * anew therefore knows everybody after one heartbeat. Foreign nodes announce themselves once and are kept until they
 * are removed. State lives in memory and is confined to the transport's control thread; no router makes anybody wait.
 */
public final class EdgeController implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeController.class);
    private static final int MAX_WAITING = 10_000;
    private static final float UNMEASURED = 1.0f;

    private final EdgeControllerConfig config;
    private final EdgeTransport transport;
    private final List<ComputerListener> listeners;
    private final ControlPlane plane;
    private final TableChecks checks;
    private final Map<RouterNode, RouterLink> links = new HashMap<>();
    private volatile Set<String> knownComputers = Set.of();
    private volatile Set<String> knownRouters = Set.of();
    private @Nullable EdgePort port;
    private ControlThread.@Nullable Timer leases;
    private final Duration check;
    private final AtomicInteger toWorkOff = new AtomicInteger();
    private volatile boolean closed;
    // Confined to the control thread once it has started.
    private long checkedAt;
    private boolean stoodStill;

    /** A controller that has not started and tells every router about every computer. */
    public EdgeController(EdgeControllerConfig config, EdgeTransport transport) {
        this(config, new FlatInstaller(), List.of(), transport);
    }

    /**
     * A controller that has not started.
     *
     * @param installer of this controller alone
     * @param listeners who else is to learn of computers
     */
    public EdgeController(
            EdgeControllerConfig config,
            Installer installer,
            List<ComputerListener> listeners,
            EdgeTransport transport) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.listeners = List.copyOf(listeners);
        this.check = config.lease().dividedBy(4);
        this.plane = new ControlPlane(installer, new Links(), System::nanoTime, config.lease());
        this.checks = new TableChecks(transport, plane);
    }

    @Override
    public void start() {
        UnaryService service = new UnaryService(EdgeControllerGrpc.getServiceDescriptor())
                .method(EdgeControllerGrpc.getAnnounceComputerMethod(), this::onComputer)
                .method(EdgeControllerGrpc.getAnnounceRouterMethod(), this::onRouter)
                .method(EdgeControllerGrpc.getRemoveComputerMethod(), this::onRemoveComputer);
        UnaryService membership = new UnaryService(MembershipGrpc.getServiceDescriptor())
                .method(MembershipGrpc.getRemoveRouterMethod(), this::onRemoveRouter);
        EdgePort open =
                transport.open("edge controller", config.host(), config.port(), service.build(), membership.build());
        port = open;
        checkedAt = System.nanoTime();
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
        transport.control().execute(() -> {
            checks.close();
            links.values().forEach(RouterLink::close);
        });
    }

    private void onComputer(ComputerInfo info, Metadata headers, UnaryService.Answer<Void> answer) {
        Set<String> lambdas = new LinkedHashSet<>();
        Set<String> idempotent = new LinkedHashSet<>();
        for (ComputerInfo.Container container : info.getContainersList()) {
            lambdas.add(container.getLambda());
            if (container.getIdempotent()) {
                idempotent.add(container.getLambda());
            }
        }
        Lease lease = Lease.of(headers, config.lease());
        ComputerNode node = new ComputerNode(info.getEdgeServerEndpoint(), lambdas, idempotent, !lease.endless());
        apply(answer, () -> {
            Endpoint.parse(node.endpoint());
            ControlPlane.Outcome outcome = plane.announce(node, lease);
            if (outcome != ControlPlane.Outcome.RENEWED) {
                listeners.forEach(each -> each.announced(node));
            }
            if (outcome == ControlPlane.Outcome.FOUND) {
                publish();
                LOG.atInfo()
                        .addKeyValue("computer", node.endpoint())
                        .addKeyValue("lambdas", lambdas.size())
                        .log("computer found");
            }
        });
    }

    private void onRouter(RouterInfo info, Metadata headers, UnaryService.Answer<Void> answer) {
        RouterNode node = new RouterNode(info.getEdgeServerEndpoint(), info.getForwardingTableEndpoint());
        Lease lease = Lease.of(headers, config.lease());
        apply(answer, () -> {
            Endpoint.parse(node.endpoint());
            Endpoint.parse(node.tableEndpoint());
            if (plane.announce(node, lease) == ControlPlane.Outcome.FOUND) {
                publish();
                LOG.atInfo().addKeyValue("router", node.endpoint()).log("router found");
            }
            link(node).announced(!lease.endless());
        });
    }

    private void onRemoveComputer(ComputerInfo info, Metadata headers, UnaryService.Answer<Void> answer) {
        String endpoint = info.getEdgeServerEndpoint();
        String instance = instance(headers);
        apply(answer, () -> {
            if (plane.removeComputer(endpoint, instance)) {
                publish();
                listeners.forEach(each -> each.removed(endpoint));
                LOG.atInfo().addKeyValue("computer", endpoint).log("computer removed");
            }
        });
    }

    private void onRemoveRouter(RouterInfo info, Metadata headers, UnaryService.Answer<Void> answer) {
        String endpoint = info.getEdgeServerEndpoint();
        String instance = instance(headers);
        apply(answer, () -> {
            if (plane.removeRouter(endpoint, instance)) {
                publish();
                LOG.atInfo().addKeyValue("router", endpoint).log("router removed");
            }
        });
    }

    private static String instance(Metadata headers) {
        String instance = headers.get(CallMetadata.INSTANCE);
        return instance == null ? "" : instance;
    }

    /** Runs on the control thread, then answers. Faults are logged, as foreign nodes expect no error here. */
    private void apply(UnaryService.Answer<Void> answer, Runnable change) {
        // Not the thread's depth: what a router in this process has waiting must not end leases.
        if (toWorkOff.incrementAndGet() > MAX_WAITING) {
            toWorkOff.decrementAndGet();
            throw new EdgeException("the edge controller has " + MAX_WAITING + " announcements to work off");
        }
        transport.control().execute(() -> {
            try {
                if (!closed) {
                    change.run();
                }
            } catch (EdgeException e) {
                LOG.atWarn().addKeyValue("error", e.getMessage()).log("announcement ignored");
            } finally {
                toWorkOff.decrementAndGet();
                // Foreign nodes wait for it without a deadline.
                answer.send(Void.getDefaultInstance());
            }
        });
    }

    private void endLeases() {
        long now = System.nanoTime();
        stoodStill = !stoodStill && now - checkedAt > 2 * check.toNanos();
        checkedAt = now;
        if (closed) {
            return;
        }
        if (stoodStill) {
            // After a standstill, as of a suspended machine, what others said meanwhile may wait to be read.
            plane.settleAnew();
            return;
        }
        ControlPlane.Lost lost = plane.endLeases();
        if (!lost.isEmpty()) {
            publish();
            lost.computers().forEach(lostOne -> listeners.forEach(each -> each.removed(lostOne)));
            lost.computers()
                    .forEach(each -> LOG.atInfo().addKeyValue("computer", each).log("computer lost"));
            lost.routers()
                    .forEach(each -> LOG.atInfo().addKeyValue("router", each).log("router lost"));
        }
        plane.takeChecks().forEach(checks::add);
    }

    private void publish() {
        knownComputers = Set.copyOf(plane.computers());
        knownRouters = Set.copyOf(plane.routers());
    }

    private RouterLink link(RouterNode router) {
        return links.computeIfAbsent(
                router,
                node -> new RouterLink(transport, node, RouterLink.Limits.DEFAULT, new RouterLink.Plan() {
                    @Override
                    public void tellEverything() {
                        plane.tellEverything(node.endpoint());
                    }

                    @Override
                    public void checkLater() {
                        plane.checkLater(node);
                    }
                }));
    }

    private final class Links implements RouterCommands {

        @Override
        public void change(RouterNode router, Route route) {
            EdgeRouterConf command = EdgeRouterConf.newBuilder()
                    .setAction(EdgeRouterConf.Action.CHANGE)
                    .setLambda(route.lambda())
                    .setDestination(route.destination())
                    .setWeight(UNMEASURED)
                    .setFinal(route.finalDestination())
                    .setIdempotent(route.idempotent())
                    .setControlled(route.controlled())
                    .build();
            link(router).add(route, command);
        }

        @Override
        public void remove(RouterNode router, Route route) {
            EdgeRouterConf command = EdgeRouterConf.newBuilder()
                    .setAction(EdgeRouterConf.Action.REMOVE)
                    .setLambda(route.lambda())
                    .setDestination(route.destination())
                    .build();
            link(router).add(route, command);
        }

        @Override
        public void left(RouterNode router) {
            RouterLink link = links.remove(router);
            if (link != null) {
                link.close();
            }
        }
    }
}
