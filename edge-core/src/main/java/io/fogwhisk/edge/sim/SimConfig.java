package io.fogwhisk.edge.sim;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.List;
import java.util.Objects;

/**
 * One run: a domain, what it has to do, and for how long. The numbers decide everything; the same ones give the same
 * run.
 *
 * @param policy of the routers' tables, and how weights move
 * @param installer which entries the controller gives to routers
 * @param routers one per site, at least 1
 * @param computers spread evenly over the sites, at least 1
 * @param network how long messages take
 * @param work what clients ask for and computers can do
 * @param bounds of a router
 * @param upkeep what keeps the domain together, and what disturbs it
 * @param span how long it runs
 * @param seed of all randomness
 */
public record SimConfig(
        Policy policy,
        InstallerKind installer,
        int routers,
        int computers,
        Network network,
        Work work,
        Bounds bounds,
        Upkeep upkeep,
        Span span,
        long seed) {

    /** Checks the numbers. */
    public SimConfig {
        Objects.requireNonNull(policy, "policy is null");
        Objects.requireNonNull(installer, "installer is null");
        atLeast("routers", routers, 1);
        atLeast("computers", computers, 1);
        Objects.requireNonNull(network, "network is null");
        Objects.requireNonNull(work, "work is null");
        Objects.requireNonNull(bounds, "bounds is null");
        Objects.requireNonNull(upkeep, "upkeep is null");
        Objects.requireNonNull(span, "span is null");
    }

    /**
     * Entries that the installer makes in all overall tables together, when every computer is there: flat, one per
     * router, computer and lambda; hier, one per computer and lambda at its home, and one per router, lambda and other
     * home. Exact for flat, the most there can be for hier.
     */
    public long expectedEntries() {
        long offers = (long) computers * work.lambdasPerComputer();
        if (installer == InstallerKind.FLAT) {
            return routers * offers;
        }
        long homes = Math.min((long) routers * work.lambdas(), offers);
        return offers + homes * (routers - 1);
    }

    /** What the controller's installer does. */
    public enum InstallerKind {
        /** Every router knows every computer. */
        FLAT,
        /** A router knows the computers whose home it is, and of all others their home router. */
        HIER
    }

    /** How sites lie. */
    public enum Layout {
        /** Anywhere in a square. */
        PLANE,
        /** At the leaves of a tree. */
        TREE
    }

    /**
     * How routers choose.
     *
     * @param tableConf as of a router's {@code --table-conf}
     * @param optimizerConf as of a router's {@code --optimizer-conf}
     */
    public record Policy(String tableConf, String optimizerConf) {

        /** Checks for null. */
        public Policy {
            Objects.requireNonNull(tableConf, "tableConf is null");
            Objects.requireNonNull(optimizerConf, "optimizerConf is null");
        }
    }

    /**
     * How long messages take, one way.
     *
     * @param layout how sites lie
     * @param localMillis within a site, and to leave and enter one
     * @param hopMillis plane: between any two sites; tree: for each link
     * @param sideKm plane: of the square
     * @param microsPerKm plane: for the way
     * @param fanout tree: children of a node, at least 2
     */
    public record Network(
            Layout layout, double localMillis, double hopMillis, double sideKm, double microsPerKm, int fanout) {

        /** Checks the ranges. */
        public Network {
            Objects.requireNonNull(layout, "layout is null");
            atLeast("local-millis", localMillis, 0);
            atLeast("hop-millis", hopMillis, 0);
            atLeast("side-km", sideKm, 0);
            atLeast("micros-per-km", microsPerKm, 0);
            atLeast("fanout", fanout, 2);
        }
    }

    /**
     * What clients ask for and computers can do. Clients send in a Poisson stream, to each router alike, at a rate that
     * keeps the computers busy to the share {@code load}; each lambda gets its part according to who can run it.
     *
     * @param load share of all cores that the calls need, more than 0
     * @param serviceMillis mean time of a call on a core of speed 1, more than 0
     * @param exponential whether the time is drawn, or the same for all
     * @param cores of each computer, at least 1
     * @param speeds relative ones, dealt out evenly, each more than 0
     * @param queue how many calls may wait in a computer; more are refused
     * @param lambdas how many there are, at least 1
     * @param lambdasPerComputer dealt out evenly, 1 to {@code lambdas}
     * @param idempotent whether a call that was lost may run again
     */
    public record Work(
            double load,
            double serviceMillis,
            boolean exponential,
            int cores,
            List<Double> speeds,
            int queue,
            int lambdas,
            int lambdasPerComputer,
            boolean idempotent) {

        /** Checks the ranges. */
        public Work {
            moreThan("load", load, 0);
            moreThan("service-millis", serviceMillis, 0);
            atLeast("cores", cores, 1);
            speeds = List.copyOf(speeds);
            if (speeds.isEmpty()) {
                throw new EdgeException("speeds must be at least one, were none");
            }
            speeds.forEach(speed -> moreThan("speeds", speed, 0));
            atLeast("queue", queue, 0);
            atLeast("lambdas", lambdas, 1);
            atLeast("lambdas-per-computer", lambdasPerComputer, 1);
            if (lambdasPerComputer > lambdas) {
                throw new EdgeException("lambdas-per-computer must be at most lambdas, which is " + lambdas + ", was "
                        + lambdasPerComputer);
            }
        }
    }

    /**
     * Of a router.
     *
     * @param maxPending calls under way to one destination, 0 for any number
     * @param maxWaiting calls that may wait because every destination is busy; more are refused
     * @param routerMillis how long it holds a request
     */
    public record Bounds(int maxPending, int maxWaiting, double routerMillis) {

        /** Checks the ranges. */
        public Bounds {
            atLeast("max-pending", maxPending, 0);
            atLeast("max-waiting", maxWaiting, 0);
            atLeast("router-millis", routerMillis, 0);
        }
    }

    /**
     * What keeps the domain together, and what disturbs it.
     *
     * @param heartbeatSeconds how often each node announces itself, more than 0
     * @param leaseSeconds how long the controller keeps a silent one, more than the heartbeat
     * @param upSeconds how long a computer stays, in the mean of an exponential distribution; 0 for ever
     * @param downSeconds how long it is away, likewise, more than 0
     */
    public record Upkeep(double heartbeatSeconds, double leaseSeconds, double upSeconds, double downSeconds) {

        /** Checks the ranges. */
        public Upkeep {
            moreThan("heartbeat", heartbeatSeconds, 0);
            moreThan("lease", leaseSeconds, heartbeatSeconds);
            atLeast("up", upSeconds, 0);
            moreThan("down", downSeconds, 0);
        }
    }

    /**
     * How long it runs, in virtual time.
     *
     * @param warmUpSeconds before anything counts
     * @param seconds that count, more than 0; calls that began in them are followed to their end
     */
    public record Span(double warmUpSeconds, double seconds) {

        /** Checks the ranges. */
        public Span {
            atLeast("warm-up", warmUpSeconds, 0);
            moreThan("duration", seconds, 0);
        }
    }

    private static void atLeast(String name, double value, double least) {
        if (!(value >= least) || Double.isInfinite(value)) {
            throw new EdgeException(name + " must be at least " + text(least) + ", was " + text(value));
        }
    }

    private static void moreThan(String name, double value, double least) {
        if (!(value > least) || Double.isInfinite(value)) {
            throw new EdgeException(name + " must be more than " + text(least) + ", was " + text(value));
        }
    }

    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
