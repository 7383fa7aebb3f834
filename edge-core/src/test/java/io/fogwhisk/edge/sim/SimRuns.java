package io.fogwhisk.edge.sim;

import io.fogwhisk.edge.sim.SimConfig.InstallerKind;
import java.util.List;

/** Configurations for tests; each has one thing changed after the other. */
final class SimRuns {

    static final SimConfig.Policy POWER_OF_TWO = policy("power-of-two");
    static final List<SimConfig.Policy> POLICIES = List.of(
            policy("random"),
            policy("least-impedance"),
            policy("round-robin"),
            new SimConfig.Policy("type=proportional-fairness,alpha=1,beta=1", "type=asyncPF"),
            POWER_OF_TWO);
    static final SimConfig.Network AT_ONCE = new SimConfig.Network(SimConfig.Layout.PLANE, 0, 0, 0, 0, 2);
    static final SimConfig.Network PLANE = new SimConfig.Network(SimConfig.Layout.PLANE, 0.1, 0.5, 100, 10, 8);
    static final SimConfig.Upkeep QUIET = new SimConfig.Upkeep(2, 15, 0, 1);

    private SimRuns() {}

    static SimConfig.Policy policy(String name) {
        return new SimConfig.Policy("type=" + name, "type=async,alpha=0.95");
    }

    /** One router and one computer without a network in between: a queue as in the books. */
    static SimConfig queue(int cores, boolean exponential, double load, double seconds) {
        return new SimConfig(
                POWER_OF_TWO,
                InstallerKind.FLAT,
                1,
                1,
                AT_ONCE,
                new SimConfig.Work(load, 10, exponential, cores, List.of(1.0), Integer.MAX_VALUE, 1, 1, false),
                new SimConfig.Bounds(0, 0, 0),
                new SimConfig.Upkeep(100, 1_000, 0, 1),
                new SimConfig.Span(10, seconds),
                1);
    }

    /** Computers of two speeds on a plane. */
    static SimConfig domain(InstallerKind installer, int routers, int computers) {
        return new SimConfig(
                POWER_OF_TWO,
                installer,
                routers,
                computers,
                PLANE,
                new SimConfig.Work(0.5, 100, true, 2, List.of(1.0, 2.0), 100, 2, 1, false),
                new SimConfig.Bounds(1_024, 1_000, 0.1),
                QUIET,
                new SimConfig.Span(10, 20),
                1);
    }

    /** The same with little to do. */
    static SimConfig idle(InstallerKind installer, int routers, int computers) {
        SimConfig domain = domain(installer, routers, computers);
        return with(
                domain, new SimConfig.Work(0.01, 100, true, 2, List.of(1.0, 2.0), 100, 2, 1, false), domain.bounds());
    }

    static SimConfig with(SimConfig config, SimConfig.Policy policy) {
        return new SimConfig(
                policy,
                config.installer(),
                config.routers(),
                config.computers(),
                config.network(),
                config.work(),
                config.bounds(),
                config.upkeep(),
                config.span(),
                config.seed());
    }

    static SimConfig with(SimConfig config, SimConfig.Work work, SimConfig.Bounds bounds) {
        return new SimConfig(
                config.policy(),
                config.installer(),
                config.routers(),
                config.computers(),
                config.network(),
                work,
                bounds,
                config.upkeep(),
                config.span(),
                config.seed());
    }

    static SimConfig with(SimConfig config, SimConfig.Upkeep upkeep) {
        return new SimConfig(
                config.policy(),
                config.installer(),
                config.routers(),
                config.computers(),
                config.network(),
                config.work(),
                config.bounds(),
                upkeep,
                config.span(),
                config.seed());
    }

    static SimConfig with(SimConfig config, long seed) {
        return new SimConfig(
                config.policy(),
                config.installer(),
                config.routers(),
                config.computers(),
                config.network(),
                config.work(),
                config.bounds(),
                config.upkeep(),
                config.span(),
                seed);
    }
}
