package io.fogwhisk.edge.sim;

import io.fogwhisk.edge.controller.ComputerNode;
import io.fogwhisk.edge.controller.ControlPlane;
import io.fogwhisk.edge.controller.FlatInstaller;
import io.fogwhisk.edge.controller.HierInstaller;
import io.fogwhisk.edge.controller.Installer;
import io.fogwhisk.edge.controller.Lease;
import io.fogwhisk.edge.controller.Route;
import io.fogwhisk.edge.controller.RouterCommands;
import io.fogwhisk.edge.controller.RouterNode;
import io.fogwhisk.edge.rpc.DestinationStatus;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The control plane of a run: the real {@link ControlPlane} with its installers, announcements that travel to it, and
 * commands that travel from it, to each router in order. When the domain begins, everybody is announced and all
 * routers know everything at once; that costs no virtual time, but is counted.
 */
final class ControlFlow implements RouterCommands {

    private static final float UNMEASURED = 1.0f;

    private final SimConfig config;
    private final Domain domain;
    private final Agenda agenda;
    private final SplittableRandom random;
    private final Consumer<SimRouter> changed;
    private final ControlPlane plane;
    private final ControlTraffic traffic;
    private final List<RouterNode> routerNodes = new ArrayList<>();
    private final List<ComputerNode> computerNodes = new ArrayList<>();
    private final List<CommandQueue> queues = new ArrayList<>();
    private final int[] announcementBytes;
    private final long[] nextBeat;
    private final long heartbeat;
    private boolean beginning = true;

    ControlFlow(SimConfig config, Domain domain, Agenda agenda, SplittableRandom random, Consumer<SimRouter> changed) {
        this.config = config;
        this.domain = domain;
        this.agenda = agenda;
        this.random = random;
        this.changed = changed;
        this.traffic = new ControlTraffic(domain.routers.size(), domain.computers.size());
        this.heartbeat = Agenda.nanos(config.upkeep().heartbeatSeconds());
        this.plane = new ControlPlane(installer(), this, agenda);
        int routers = domain.routers.size();
        announcementBytes = new int[routers + domain.computers.size()];
        nextBeat = new long[announcementBytes.length];
        for (SimRouter router : domain.routers) {
            routerNodes.add(new RouterNode(router.endpoint, router.tableEndpoint));
            queues.add(new CommandQueue());
            announcementBytes[router.number] = RouterInfo.newBuilder()
                    .setEdgeServerEndpoint(router.endpoint)
                    .setForwardingTableEndpoint(router.tableEndpoint)
                    .build()
                    .getSerializedSize();
        }
        for (SimComputer computer : domain.computers) {
            Set<String> lambdas = new LinkedHashSet<>();
            for (int lambda : computer.lambdas) {
                lambdas.add(Domain.lambda(lambda));
            }
            computerNodes.add(
                    new ComputerNode(computer.endpoint, lambdas, config.work().idempotent() ? lambdas : Set.of()));
            announcementBytes[routers + computer.number] = size(computer, lambdas);
        }
    }

    ControlTraffic traffic() {
        return traffic;
    }

    /** Everybody comes at once, and hearts begin to beat. */
    void begin() {
        for (int node = 0; node < nextBeat.length; node++) {
            announced(node);
            planBeat(node, (long) (random.nextDouble() * heartbeat));
        }
        beginning = false;
        agenda.after(leaseCheck(), Event.LEASES, 0);
    }

    void beat(int node) {
        if (nextBeat[node] != agenda.getAsLong() || !up(node)) {
            return;
        }
        traffic.announcement(node, announcementBytes[node]);
        agenda.after(domain.places.delay(site(node), domain.controllerSite), Event.ANNOUNCED, node);
        planBeat(node, heartbeat);
    }

    void announced(int node) {
        int routers = routerNodes.size();
        Duration length = Duration.ofNanos(Agenda.nanos(config.upkeep().leaseSeconds()));
        if (node < routers) {
            plane.announce(routerNodes.get(node), new Lease(length, "r" + node));
        } else {
            int computer = node - routers;
            String instance =
                    "c" + computer + "-" + domain.computers.get(computer).incarnation();
            plane.announce(computerNodes.get(computer), new Lease(length, instance));
        }
    }

    /** A computer is back: its first heartbeat comes at once. */
    void returned(SimComputer computer) {
        planBeat(routerNodes.size() + computer.number, 0);
    }

    void endLeases() {
        plane.endLeases();
        agenda.after(leaseCheck(), Event.LEASES, 0);
    }

    @Override
    public void change(RouterNode router, Route route) {
        tell(router, route, true);
    }

    @Override
    public void remove(RouterNode router, Route route) {
        tell(router, route, false);
    }

    @Override
    public void left(RouterNode router) {
        // Simulated routers never leave; one whose lease ended because nobody heard of it comes back by itself.
        queues.get(domain.node(router.endpoint())).clear();
    }

    /** A command has reached its router. */
    void command(int number) {
        CommandQueue.Command command = queues.get(number).underWay();
        SimRouter router = domain.routers.get(number);
        apply(router, command.route(), command.install());
        agenda.after(domain.places.delay(number, domain.controllerSite), Event.COMMAND_DONE, number);
        changed.accept(router);
    }

    /** The controller knows that a command has reached its router. */
    void commandDone(int number) {
        queues.get(number).done();
        send(number);
    }

    private void tell(RouterNode node, Route route, boolean install) {
        int number = domain.node(node.endpoint());
        if (beginning) {
            apply(domain.routers.get(number), route, install);
            traffic.install(size(route, install));
            return;
        }
        queues.get(number).add(route, install);
        send(number);
    }

    private void send(int number) {
        CommandQueue queue = queues.get(number);
        if (queue.next()) {
            CommandQueue.Command command = queue.underWay();
            traffic.command(size(command.route(), command.install()));
            agenda.after(domain.places.delay(domain.controllerSite, number), Event.COMMAND, number);
        }
    }

    private static void apply(SimRouter router, Route route, boolean install) {
        if (install) {
            router.routing.change(new ForwardingEntry(
                    route.lambda(),
                    route.destination(),
                    UNMEASURED,
                    route.finalDestination(),
                    route.idempotent(),
                    DestinationStatus.UNKNOWN));
        } else {
            router.routing.remove(route.lambda(), route.destination());
        }
    }

    private Installer installer() {
        // Drawn whatever the installer, so that hearts beat at the same times under each.
        SplittableRandom ties = random.split();
        return switch (config.installer()) {
            case FLAT -> new FlatInstaller();
            case HIER ->
                new HierInstaller(new SimTopology(domain.places), HierInstaller.Objective.MIN_MAX, ties::nextInt);
        };
    }

    private void planBeat(int node, long delay) {
        nextBeat[node] = agenda.getAsLong() + delay;
        agenda.after(delay, Event.BEAT, node);
    }

    private long leaseCheck() {
        return Agenda.nanos(config.upkeep().leaseSeconds()) / 4;
    }

    private boolean up(int node) {
        return node < routerNodes.size()
                || domain.computers.get(node - routerNodes.size()).up();
    }

    private int site(int node) {
        return node < routerNodes.size() ? node : domain.computers.get(node - routerNodes.size()).site;
    }

    private static int size(SimComputer computer, Set<String> lambdas) {
        ComputerInfo.Builder info = ComputerInfo.newBuilder().setEdgeServerEndpoint(computer.endpoint);
        for (String lambda : lambdas) {
            info.addContainersBuilder()
                    .setName("fogwhisk")
                    .setProcessor("fogwhisk")
                    .setLambda(lambda)
                    .setNumWorkers(1);
        }
        return info.build().getSerializedSize();
    }

    private static int size(Route route, boolean install) {
        EdgeRouterConf.Builder command =
                EdgeRouterConf.newBuilder().setLambda(route.lambda()).setDestination(route.destination());
        if (install) {
            command.setAction(EdgeRouterConf.Action.CHANGE)
                    .setWeight(UNMEASURED)
                    .setFinal(route.finalDestination())
                    .setIdempotent(route.idempotent());
        } else {
            command.setAction(EdgeRouterConf.Action.REMOVE);
        }
        return command.build().getSerializedSize();
    }
}
