package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
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
import java.util.List;
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
            names = "--server-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:6473",
            description = "where to listen (default ${DEFAULT-VALUE})")
    private String serverEndpoint = "";

    @Option(
            names = "--announced-host",
            paramLabel = "HOST",
            defaultValue = "",
            description = "by which others reach it, if not by the host it listens on")
    private String announcedHost = "";

    @Option(
            names = "--controller-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "of the controller that is told of the lambdas (default: none is)")
    private String controllerEndpoint = "";

    @Option(
            names = "--num-threads",
            paramLabel = "N",
            defaultValue = "5",
            description = "taken for the sake of old scripts; calls keep no thread busy")
    private int threads;

    @Option(
            names = "--server-conf",
            paramLabel = "KEY=VALUE,…",
            defaultValue = "type=grpc",
            description = "type=grpc is the only one there is")
    private String serverConf = "";

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
    private TransportOptions transport = new TransportOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Override
    public Integer call() {
        ServerConf.checkThreads(threads);
        Listen listen = Listen.parse("--server-endpoint", serverEndpoint);
        if (!controllerEndpoint.isEmpty()) {
            Listen.parse("--controller-endpoint", controllerEndpoint);
        }
        ServerConf.check(KeyValueText.parse("--server-conf", serverConf));
        if (!(pollSeconds >= 0.01 && pollSeconds <= 3_600)) {
            throw new ConfigException(List.of("--poll-period must be 0.01 to 3600 seconds, was " + pollSeconds));
        }
        ApiHost host = WhiskOptions.apiHost("--wsk-api-root", apiRoot, insecure);
        AuthKey key = WhiskOptions.key("--wsk-auth", auth);
        EdgeComputerConfig config = new EdgeComputerConfig(
                listen.host(),
                listen.port(),
                announcedHost.isEmpty() ? Optional.empty() : Optional.of(announcedHost),
                controllerEndpoint,
                HEARTBEAT);
        return RoleProcess.run(spec, services -> {
            EdgeTransport opened = services.own(transport.open(spec.name()));
            RestEndpoint rest = services.own(new RestEndpoint(spec.name() + "-rest", host, TIMEOUT));
            RemoteEntityListing entities = new RemoteEntityListing(
                    spec.name() + "-poll", rest, key, Duration.ofNanos((long) (pollSeconds * 1e9)));
            WhiskSite site = new WhiskSite(new HttpOpenWhisk(rest), entities, Optional.of(rest), Optional.of(key));
            if (!controllerEndpoint.isEmpty()) {
                services.start(entities);
            }
            WhiskComputer computer =
                    services.start(new WhiskComputer(config, site, opened, metrics.open(services, spec.name())));
            return "listening on " + computer.endpoint() + ", runs what " + host + " has";
        });
    }
}
