package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.table.RoutingTables;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a router until it is told to stop. */
@Command(
        name = "edge-router",
        description = "Runs a router of an edge domain: it forwards each lambda to a destination in its tables.",
        mixinStandardHelpOptions = true)
public final class EdgeRouterCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private BrokerOptions options = new BrokerOptions();

    @Option(
            names = "--table-conf",
            paramLabel = "KEY=VALUE,...",
            defaultValue = "type=power-of-two",
            description = "how a destination is picked: type=power-of-two, random, least-impedance, round-robin or"
                    + " proportional-fairness,alpha=A,beta=B (default ${DEFAULT-VALUE})")
    private String tableConf = "";

    @Option(
            names = "--optimizer-conf",
            paramLabel = "KEY=VALUE,...",
            defaultValue = "type=trivial,period=10,stat=mean",
            description = "how weights follow the answers: type=none, trivial,period=SECONDS,stat=mean|min|max,"
                    + " async,alpha=A or asyncPF (default ${DEFAULT-VALUE})")
    private String optimizerConf = "";

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Override
    public Integer call() {
        BrokerOptions.Broker broker = options.read();
        RoutingTables tables = RoutingTables.of(tableConf, optimizerConf, broker.maxPending(), System::nanoTime);
        options.preload(tables);
        return RoleProcess.run(spec, services -> {
            EdgeTransport opened = services.own(transport.open(spec.name(), broker.threads()));
            Metrics shown = metrics.open(services, spec.name());
            EdgeRouter router = services.start(new EdgeRouter(broker.config(), tables, opened, shown));
            services.own(shown.show(EdgeReadings.of(router)));
            services.own(opened::leaving);
            return "listening on " + router.endpoint() + ", tables on " + router.tableEndpoint();
        });
    }
}
