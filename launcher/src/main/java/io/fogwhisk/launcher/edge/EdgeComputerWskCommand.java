package io.fogwhisk.launcher.edge;

import io.fogwhisk.bridge.computer.WhiskComputer;
import io.fogwhisk.bridge.computer.WhiskSite;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.client.HttpOpenWhisk;
import io.fogwhisk.wsk.client.RemoteEntityListing;
import io.fogwhisk.wsk.client.RestEndpoint;
import io.fogwhisk.wsk.model.AuthKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs an edge computer in front of an OpenWhisk until it is told to stop. */
@Command(
        name = "edgecomputerwsk",
        description = "Runs an edge computer whose lambdas are the actions and triggers of an OpenWhisk.",
        mixinStandardHelpOptions = true)
public final class EdgeComputerWskCommand implements Callable<Integer> {

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--wsk-api-root",
            paramLabel = "URL",
            defaultValue = "https://127.0.0.1:80",
            description = "of the OpenWhisk (default ${DEFAULT-VALUE})")
    private String apiRoot = "";

    @Option(
            names = "--wsk-auth",
            paramLabel = "BASE64",
            defaultValue = "",
            description = "base64 of the key whose namespaces are announced and that acts for callers without one")
    private String auth = "";

    @Option(names = "--insecure", description = "take any certificate of the OpenWhisk, as wsk --insecure does")
    private boolean insecure;

    @Option(
            names = "--poll-period",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "from one look at what the OpenWhisk has to the next (default ${DEFAULT-VALUE})")
    private double pollSeconds;

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Override
    public Integer call() {
        NodeOptions.Node known = node.read();
        Duration period = Seconds.within("--poll-period", pollSeconds, 0.01, 3_600);
        ApiHost host = WhiskOptions.apiHost("--wsk-api-root", apiRoot, insecure);
        AuthKey key = WhiskOptions.key("--wsk-auth", auth);
        EdgeComputerConfig config = new EdgeComputerConfig(
                known.listen().host(), known.listen().port(), known.announcedHost(), known.controller(), HEARTBEAT);
        return RoleProcess.run(spec, services -> {
            EdgeTransport opened = services.own(transport.open(spec.name(), known.threads()));
            RestEndpoint rest = services.own(new RestEndpoint(spec.name() + "-rest", host, TIMEOUT));
            RemoteEntityListing entities = new RemoteEntityListing(spec.name() + "-poll", rest, key, period);
            WhiskSite site = new WhiskSite(new HttpOpenWhisk(rest), entities, Optional.of(rest), Optional.of(key));
            if (!known.controller().isEmpty()) {
                services.start(entities);
            }
            WhiskComputer computer =
                    services.start(new WhiskComputer(config, site, opened, metrics.open(services, spec.name())));
            services.own(opened::leaving);
            return "listening on " + computer.endpoint() + ", runs what " + host + " has";
        });
    }
}
