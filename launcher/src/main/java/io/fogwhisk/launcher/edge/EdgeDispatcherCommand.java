package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.dispatcher.EstimatedRouting;
import io.fogwhisk.edge.dispatcher.EstimatorConfig;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.EdgeTransport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a dispatcher until it is told to stop. */
@Command(
        name = "edge-dispatcher",
        description = "Runs a dispatcher of an edge domain: it forwards each lambda to the destination that is expected"
                + " to answer first.",
        mixinStandardHelpOptions = true)
public final class EdgeDispatcherCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BrokerOptions options = new BrokerOptions();

    @Option(
            names = "--ptimeest-conf",
            paramLabel = "KEY=VALUE,...",
            defaultValue = "type=rtt,window-size=50,stale-period=10",
            description = {
                "how the time is estimated (default ${DEFAULT-VALUE}):",
                "type=rtt,window-size=50,stale-period=10",
                "type=util,rtt-window-size=50,rtt-stale-period=10,util-load-timeout=10,util-window-size=50,"
                        + "output=out.dat",
                "type=delay,util-load-timeout=10,util-window-size=50,output=out.dat",
                "type=probe,max-clients=10,output=out.dat"
            })
    private String estimatorConf = "";

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Override
    public Integer call() {
        BrokerOptions.Broker broker = options.read();
        EstimatorConfig estimator = EstimatorConfig.parse("--ptimeest-conf", estimatorConf);
        return RoleProcess.run(spec, services -> {
            EdgeTransport opened = services.own(transport.open(spec.name(), broker.threads()));
            EstimatedRouting routing =
                    services.start(new EstimatedRouting(estimator, broker.maxPending(), opened, System::nanoTime));
            options.preload(routing);
            Metrics shown = metrics.open(services, spec.name());
            EdgeRouter router = services.start(new EdgeRouter(broker.config(), routing, opened, shown));
            services.own(shown.show(EdgeReadings.of(router)));
            services.own(opened::leaving);
            return "listening on " + router.endpoint() + ", table on " + router.tableEndpoint();
        });
    }
}
