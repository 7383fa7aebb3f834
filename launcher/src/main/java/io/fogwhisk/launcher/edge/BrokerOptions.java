package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import io.fogwhisk.edge.router.EdgeRouterConfig;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.table.Routing;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that a router and a dispatcher have in common. */
final class BrokerOptions {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final String ROUTER_CONF = "--router-conf";
    private static final int MOST = 1_000_000;

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Option(
            names = "--configuration-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:6474",
            description = "where to serve the forwarding tables, on the same host (default ${DEFAULT-VALUE})")
    private String configurationEndpoint = "";

    @Option(
            names = ROUTER_CONF,
            paramLabel = "KEY=VALUE,...",
            defaultValue = "max-pending-clients=1024,min-forward-time=0,max-forward-time=0",
            description = {
                "max-pending-clients: calls under way to one destination, 0 for any number (1024)",
                "max-in-flight: calls under way in all, those that wait included (10000)",
                "max-waiting: calls that wait because every destination is full (10000)",
                "call-timeout: seconds that a call may take (65)",
                "min-forward-time, max-forward-time: seconds to hold each call back, for experiments (0)",
                "fake: true to answer here and call nobody, for experiments (false)"
            })
    private String routerConf = "";

    @Option(
            names = "--fake-num-lambdas",
            paramLabel = "N",
            defaultValue = "0",
            description = "fill the tables with lambda0, lambda1 and so on, for experiments (default ${DEFAULT-VALUE})")
    private int fakeLambdas;

    @Option(
            names = "--fake-num-destinations",
            paramLabel = "N",
            defaultValue = "0",
            description = "how many destinations each of them has: 127.0.0.1:0, 127.0.0.1:1 and so on"
                    + " (default ${DEFAULT-VALUE})")
    private int fakeDestinations;

    /**
     * What the options say.
     *
     * @param maxPending how many calls may be under way to one destination, 0 for any number
     * @param threads how many network threads there may be
     */
    record Broker(EdgeRouterConfig config, int maxPending, int threads) {}

    /**
     * Reads the options.
     *
     * @throws ConfigException if one has a fault
     */
    Broker read() {
        NodeOptions.Node known = node.read();
        range("--fake-num-lambdas", fakeLambdas);
        range("--fake-num-destinations", fakeDestinations);
        Listen lambdas = known.listen();
        Listen tables = Listen.parse("--configuration-endpoint", configurationEndpoint);
        if (!tables.host().equals(lambdas.host())) {
            throw fault("--configuration-endpoint must have the host of --server-endpoint, " + lambdas.host() + ", was "
                    + tables.host());
        }
        KeyValueText conf = KeyValueText.parse(ROUTER_CONF, routerConf);
        int maxPending = conf.integer("max-pending-clients", 1_024, 0, MOST);
        EdgeRouterConfig.Bounds bounds = new EdgeRouterConfig.Bounds(
                conf.integer("max-in-flight", 10_000, 1, MOST),
                conf.integer("max-waiting", 10_000, 0, MOST),
                Seconds.of(conf.number("call-timeout", 65, 0.001)));
        double shortest = conf.number("min-forward-time", 0, 0);
        double longest = conf.number("max-forward-time", 0, 0);
        boolean fake = conf.flag("fake", false);
        if (longest < shortest) {
            conf.fault("max-forward-time", "must be at least min-forward-time, " + shortest + ", was " + longest);
        }
        conf.check();
        return new Broker(
                new EdgeRouterConfig(
                        lambdas.host(),
                        lambdas.port(),
                        tables.port(),
                        known.announcedHost(),
                        known.controller(),
                        bounds,
                        new EdgeRouterConfig.Emulation(Seconds.of(shortest), Seconds.of(longest), fake),
                        HEARTBEAT),
                maxPending,
                known.threads());
    }

    /** Fills the tables with what is not there, if told to. */
    void preload(Routing routing) {
        for (int lambda = 0; lambda < fakeLambdas; lambda++) {
            for (int destination = 0; destination < fakeDestinations; destination++) {
                routing.change(new ForwardingEntry("lambda" + lambda, "127.0.0.1:" + destination, 1, true));
            }
        }
    }

    private static void range(String option, int value) {
        if (value < 0 || value > MOST) {
            throw fault(option + " must be 0 to " + MOST + ", was " + value);
        }
    }

    private static ConfigException fault(String what) {
        return new ConfigException(List.of(what));
    }
}
