package io.fogwhisk.launcher.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.bridge.client.ActivationPlaces;
import io.fogwhisk.bridge.client.BridgeConfig;
import io.fogwhisk.bridge.client.BridgeOpenWhisk;
import io.fogwhisk.bridge.client.CachedIdentities;
import io.fogwhisk.bridge.client.DomainClient;
import io.fogwhisk.bridge.computer.WhiskComputer;
import io.fogwhisk.bridge.computer.WhiskSite;
import io.fogwhisk.bridge.proxy.Callers;
import io.fogwhisk.bridge.proxy.WskProxy;
import io.fogwhisk.bridge.proxy.WskProxyConfig;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.controller.EdgeControllerConfig;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.router.EdgeRouterConfig;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.table.RoutingTables;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.lean.LeanConfig;
import io.fogwhisk.lean.LeanOpenWhisk;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.client.HttpOpenWhisk;
import io.fogwhisk.wsk.client.RemoteEntityListing;
import io.fogwhisk.wsk.client.RestEndpoint;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** OpenWhisks, edge computers in front of them, a router, a controller and a proxy: every hop is one over TCP. */
final class BridgedDomain implements AutoCloseable {

    static final String GUEST = AuthKey.GUEST.basicHeader();
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration HEARTBEAT = Duration.ofMillis(200);
    private static final ObjectMapper JSON = new ObjectMapper();

    final ServiceGroup services = new ServiceGroup("domain");
    final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "domain");
    private final Path folder;
    private final HttpHost http = services.start(new HttpHost());
    final EdgeController controller = services.start(
            new EdgeController(new EdgeControllerConfig("127.0.0.1", 0, Duration.ofSeconds(5)), transport()));
    private EdgeRouter router = router(0);

    BridgedDomain(Path folder) {
        this.folder = folder;
    }

    EdgeTransport transport() {
        return services.own(new EdgeTransport("node"));
    }

    EdgeRouter router() {
        return router;
    }

    /** Ends the router and returns what starts it again at the same place. */
    Runnable stopRouter() {
        int port =
                Integer.parseInt(router.endpoint().substring(router.endpoint().lastIndexOf(':') + 1));
        router.close();
        return () -> router = router(port);
    }

    private EdgeRouter router(int port) {
        return services.start(new EdgeRouter(
                new EdgeRouterConfig(
                        "127.0.0.1",
                        port,
                        0,
                        Optional.empty(),
                        controller.endpoint(),
                        new EdgeRouterConfig.Bounds(1_000, 0, TIMEOUT),
                        EdgeRouterConfig.Emulation.NONE,
                        HEARTBEAT),
                RoutingTables.of("type=round-robin", "type=none", 0, System::nanoTime),
                transport(),
                metrics));
    }

    LeanOpenWhisk whisk(String name) {
        return services.start(new LeanOpenWhisk(
                LeanConfig.defaults(name, 0, folder.resolve(name)), List.of(), http, metrics, Clock.systemUTC()));
    }

    /** What {@code edgecomputerwsk} runs. */
    WhiskComputer computer(String apiHost) {
        RestEndpoint rest = services.own(new RestEndpoint("computer", ApiHost.of(apiHost), TIMEOUT));
        RemoteEntityListing entities =
                services.start(new RemoteEntityListing("poll", rest, AuthKey.GUEST, Duration.ofMillis(50)));
        return services.start(new WhiskComputer(
                new EdgeComputerConfig("127.0.0.1", 0, controller.endpoint(), HEARTBEAT),
                new WhiskSite(new HttpOpenWhisk(rest), entities, Optional.of(rest), Optional.of(AuthKey.GUEST)),
                transport(),
                metrics));
    }

    /** What {@code wskproxy} runs. */
    WskProxy proxy(Optional<String> openWhisk, Optional<Callers> callers) {
        BridgeOpenWhisk bridge = new BridgeOpenWhisk(
                new DomainClient(new BridgeConfig(router.endpoint(), TIMEOUT), transport()),
                key -> {
                    throw new IllegalStateException("the proxy tells whose the key is");
                },
                Optional.of(new ActivationPlaces(1_000)));
        return services.start(new WskProxy(
                new WskProxyConfig("127.0.0.1", 0, TIMEOUT, openWhisk.map(ApiHost::of)),
                bridge,
                callers.orElseGet(() -> Callers.knownTo(new CachedIdentities(
                        services.own(new HttpOpenWhisk("keys", openWhisk.orElseThrow(), TIMEOUT)), System::nanoTime))),
                http));
    }

    /** An action that returns what it is given. */
    static void putCopy(LeanOpenWhisk whisk, String name, KeyValue... annotations) {
        try (WskEntities wsk = new WskEntities(whisk.apiHost(), AuthKey.GUEST, TIMEOUT)) {
            wsk.putAction(
                    QualifiedName.parse(name),
                    new Exec.Sequence(List.of(QualifiedName.parse("/whisk.system/utils/echo"))),
                    List.of(),
                    List.of(annotations),
                    true);
        }
    }

    static KeyValue web() {
        return new KeyValue("web-export", JsonNodeFactory.instance.booleanNode(true));
    }

    /** How many destinations a lambda has. */
    long destinations(String lambda) {
        return router.entries().stream()
                .filter(entry -> entry.lambda().equals(lambda))
                .map(entry -> entry.destination())
                .distinct()
                .count();
    }

    void awaitDestinations(String lambda, long count) {
        await().until(() -> destinations(lambda) == count);
    }

    static HttpResponse<String> post(WskProxy proxy, String path, String body) {
        return send("POST", proxy, "/api/v1/namespaces/" + path, GUEST, body);
    }

    static HttpResponse<String> send(String method, WskProxy proxy, String path, String authorization, String body) {
        try {
            return TestHttp.send(
                    method,
                    "http://127.0.0.1:" + proxy.port() + path,
                    authorization,
                    body.isEmpty() ? "" : "application/json",
                    body);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (Exception e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(20));
    }

    @Override
    public void close() {
        services.close();
    }
}
