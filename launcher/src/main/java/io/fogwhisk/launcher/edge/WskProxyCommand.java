package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.health.Readiness;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.bridge.client.ActivationPlaces;
import io.fogwhisk.bridge.client.BridgeConfig;
import io.fogwhisk.bridge.client.BridgeOpenWhisk;
import io.fogwhisk.bridge.client.CachedIdentities;
import io.fogwhisk.bridge.client.DomainClient;
import io.fogwhisk.bridge.proxy.Callers;
import io.fogwhisk.bridge.proxy.CredentialsFile;
import io.fogwhisk.bridge.proxy.WskProxy;
import io.fogwhisk.bridge.proxy.WskProxyConfig;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.launcher.command.Interrupt;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.client.HttpOpenWhisk;
import io.fogwhisk.wsk.client.RestEndpoint;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the OpenWhisk REST API in front of an edge domain until it is told to stop. */
@Command(
        name = "wskproxy",
        description = "Runs the OpenWhisk REST API in front of an edge domain.",
        mixinStandardHelpOptions = true)
public final class WskProxyCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    // A blocking call may take a minute.
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(65);
    private static final int REMEMBERED_ACTIVATIONS = 100_000;
    private static final Identities NOBODY = key -> CompletableFuture.completedStage(Optional.empty());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--wsk-api-root",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:20000",
            description = "where to serve the OpenWhisk API (default ${DEFAULT-VALUE})")
    private String apiRoot = "";

    @Option(
            names = "--server-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:6473",
            description = "of the router, or of a computer (default ${DEFAULT-VALUE})")
    private String serverEndpoint = "";

    @Option(
            names = "--num-threads",
            paramLabel = "N",
            defaultValue = "5",
            description = "taken for the sake of old scripts; calls keep no thread busy")
    private int threads;

    @Option(
            names = "--wsk-openwhisk",
            paramLabel = "URL",
            defaultValue = "",
            description = "the OpenWhisk that keeps the entities, and that knows the keys if no file does")
    private String openWhisk = "";

    @Option(names = "--insecure", description = "take any certificate of that OpenWhisk, as wsk --insecure does")
    private boolean insecure;

    @Option(
            names = "--wsk-credentials",
            paramLabel = "FILE",
            description = "who may call: lines of caller's key, namespace, key to use at the sites; mode 0600")
    private @Nullable Path credentials;

    @Mixin
    private CallLogOption calls = new CallLogOption();

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Override
    public Integer call() {
        if (threads < 0) {
            throw new ConfigException(List.of("--num-threads must be 0 or more, was " + threads));
        }
        Listen listen = apiRoot();
        Listen.parse("--server-endpoint", serverEndpoint);
        BridgeConfig bridge = new BridgeConfig(serverEndpoint, CALL_TIMEOUT);
        Optional<ApiHost> behind = openWhisk.isEmpty()
                ? Optional.empty()
                : Optional.of(WhiskOptions.apiHost("--wsk-openwhisk", openWhisk, insecure));
        Path file = credentials;
        Optional<Callers> fromFile = file == null
                ? Optional.empty()
                : Optional.of(WhiskOptions.checked("--wsk-credentials", () -> CredentialsFile.read(file)));
        if (behind.isEmpty() && fromFile.isEmpty()) {
            throw new ConfigException(List.of(
                    "wskproxy must know who may call: give --wsk-openwhisk URL, the OpenWhisk that knows the keys, or"
                            + " --wsk-credentials FILE"));
        }
        calls.apply();
        return RoleProcess.run(spec, services -> {
            EdgeTransport opened = services.own(transport.open(spec.name()));
            Callers callers = fromFile.orElseGet(() -> {
                RestEndpoint rest = new RestEndpoint(spec.name() + "-keys", behind.orElseThrow(), TIMEOUT);
                return Callers.knownTo(new CachedIdentities(services.own(new HttpOpenWhisk(rest)), System::nanoTime));
            });
            // The proxy tells the bridge whose each key is.
            BridgeOpenWhisk domain = new BridgeOpenWhisk(
                    new DomainClient(bridge, opened),
                    NOBODY,
                    Optional.of(new ActivationPlaces(REMEMBERED_ACTIVATIONS)));
            HttpHost http = services.start(new HttpHost(Interrupt.ANSWERS));
            Readiness readiness = services.own(new Readiness(spec.name()));
            WskProxy proxy = services.start(new WskProxy(
                    new WskProxyConfig(listen.host(), listen.port(), CALL_TIMEOUT, behind),
                    domain,
                    callers,
                    http,
                    readiness::routes));
            services.own(readiness::closing);
            readiness.started();
            return "listening on http://" + listen.host() + ":" + proxy.port() + ", calls lambdas at " + serverEndpoint;
        });
    }

    private Listen apiRoot() {
        try {
            ApiHost root = ApiHost.of(apiRoot);
            URI uri = URI.create(root.url());
            if (uri.getScheme().equals("http") && uri.getPath().isEmpty()) {
                int port = uri.getPort() < 0 ? 80 : uri.getPort();
                return new Listen(uri.getHost(), port);
            }
        } catch (WskException e) {
            throw new ConfigException(List.of("--wsk-api-root must be http://host:port, was '" + apiRoot + "'"));
        }
        throw new ConfigException(List.of("--wsk-api-root must be http://host:port, was '" + apiRoot + "'"));
    }
}
