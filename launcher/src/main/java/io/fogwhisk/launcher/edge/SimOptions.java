package io.fogwhisk.launcher.edge;

import io.fogwhisk.edge.sim.SimConfig;
import java.util.List;
import picocli.CommandLine.Option;

/** The numbers of a simulation that are the same for each of its runs. */
final class SimOptions {

    @Option(
            names = "--load",
            defaultValue = "0.7",
            description = "share of all cores that the calls need (default ${DEFAULT-VALUE})")
    private double load;

    @Option(
            names = "--service-millis",
            defaultValue = "100",
            description = "mean time of a call on a core of speed 1 (default ${DEFAULT-VALUE})")
    private double serviceMillis;

    @Option(
            names = "--service-type",
            paramLabel = "exponential|constant",
            defaultValue = "exponential",
            description = "how the time is drawn (default ${DEFAULT-VALUE})")
    private ServiceType serviceType = ServiceType.EXPONENTIAL;

    @Option(names = "--cores", defaultValue = "2", description = "of a computer (default ${DEFAULT-VALUE})")
    private int cores;

    @Option(
            names = "--speeds",
            split = ",",
            defaultValue = "1,2",
            description = "of the computers' cores, dealt out evenly (default ${DEFAULT-VALUE})")
    private List<Double> speeds = List.of();

    @Option(
            names = "--queue",
            defaultValue = "1000",
            description = "calls that may wait in a computer; more are refused (default ${DEFAULT-VALUE})")
    private int queue;

    @Option(names = "--lambdas", defaultValue = "2", description = "how many there are (default ${DEFAULT-VALUE})")
    private int lambdas;

    @Option(
            names = "--lambdas-per-computer",
            defaultValue = "1",
            description = "dealt out evenly (default ${DEFAULT-VALUE})")
    private int lambdasPerComputer;

    @Option(names = "--idempotent", description = "a call that was lost with its computer may run again")
    private boolean idempotent;

    @Option(
            names = "--layout",
            paramLabel = "plane|tree",
            defaultValue = "plane",
            description = "sites lie anywhere in a square, or at the leaves of a tree (default ${DEFAULT-VALUE})")
    private SimConfig.Layout layout = SimConfig.Layout.PLANE;

    @Option(
            names = "--local-millis",
            defaultValue = "0.1",
            description = "a message's time within a site, and to leave and enter one (default ${DEFAULT-VALUE})")
    private double localMillis;

    @Option(
            names = "--hop-millis",
            defaultValue = "0.5",
            description = "plane: a message's time between any two sites; tree: for each link"
                    + " (default ${DEFAULT-VALUE})")
    private double hopMillis;

    @Option(names = "--side-km", defaultValue = "100", description = "plane: of the square (default ${DEFAULT-VALUE})")
    private double sideKm;

    @Option(
            names = "--micros-per-km",
            defaultValue = "10",
            description = "plane: a message's time for the way (default ${DEFAULT-VALUE})")
    private double microsPerKm;

    @Option(names = "--fanout", defaultValue = "8", description = "tree: children of a node (default ${DEFAULT-VALUE})")
    private int fanout;

    @Option(
            names = "--max-pending",
            defaultValue = "1024",
            description = "calls of a router under way to one destination, 0 for any number (default ${DEFAULT-VALUE})")
    private int maxPending;

    @Option(
            names = "--max-waiting",
            defaultValue = "10000",
            description = "calls that may wait in a router when every destination is busy (default ${DEFAULT-VALUE})")
    private int maxWaiting;

    @Option(
            names = "--router-millis",
            defaultValue = "0.1",
            description = "how long a router holds a request (default ${DEFAULT-VALUE})")
    private double routerMillis;

    @Option(
            names = "--heartbeat",
            defaultValue = "2",
            description = "seconds between two announcements of a node (default ${DEFAULT-VALUE})")
    private double heartbeat;

    @Option(
            names = "--lease",
            defaultValue = "15",
            description = "seconds that the controller keeps a silent node (default ${DEFAULT-VALUE})")
    private double lease;

    @Option(
            names = "--up",
            defaultValue = "3600",
            description = "mean seconds until a computer vanishes, 0 for never (default ${DEFAULT-VALUE})")
    private double up;

    @Option(
            names = "--down",
            defaultValue = "30",
            description = "mean seconds until it is back (default ${DEFAULT-VALUE})")
    private double down;

    @Option(
            names = "--warm-up",
            defaultValue = "10",
            description = "virtual seconds before anything counts (default ${DEFAULT-VALUE})")
    private double warmUp;

    @Option(
            names = "--duration",
            defaultValue = "30",
            description = "virtual seconds that count (default ${DEFAULT-VALUE})")
    private double duration;

    @Option(names = "--seed", defaultValue = "1", description = "of all randomness (default ${DEFAULT-VALUE})")
    private long seed;

    /** How the time of a call is drawn. */
    private enum ServiceType {
        EXPONENTIAL,
        CONSTANT
    }

    /** The share of the computers' cores that is asked for. */
    double load() {
        return load;
    }

    /**
     * One run.
     *
     * @throws io.fogwhisk.edge.rpc.EdgeException if a number is out of range
     */
    SimConfig config(SimConfig.Policy policy, SimConfig.InstallerKind installer, int routers, int computers) {
        return new SimConfig(
                policy,
                installer,
                routers,
                computers,
                new SimConfig.Network(layout, localMillis, hopMillis, sideKm, microsPerKm, fanout),
                new SimConfig.Work(
                        load,
                        serviceMillis,
                        serviceType == ServiceType.EXPONENTIAL,
                        cores,
                        speeds,
                        queue,
                        lambdas,
                        lambdasPerComputer,
                        idempotent),
                new SimConfig.Bounds(maxPending, maxWaiting, routerMillis),
                new SimConfig.Upkeep(heartbeat, lease, up, down),
                new SimConfig.Span(warmUp, duration),
                seed);
    }
}
