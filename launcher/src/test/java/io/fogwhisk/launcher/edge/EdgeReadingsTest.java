package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Exposition;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.controller.EdgeControllerConfig;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.router.EdgeRouterConfig;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.table.RoutingTables;
import io.fogwhisk.launcher.TestPorts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class EdgeReadingsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void thePageShowsEachDestinationAsLongAsTheRouterKnowsIt() {
        try (ServiceGroup services = new ServiceGroup("test")) {
            // Given
            Exposition exposition = new Exposition("test");
            EdgeTransport transport = services.own(new EdgeTransport("test"));
            EdgeController controller = services.start(
                    new EdgeController(new EdgeControllerConfig("127.0.0.1", 0, Duration.ofSeconds(30)), transport));
            EdgeRouter router = services.start(new EdgeRouter(
                    new EdgeRouterConfig(
                            "127.0.0.1", 0, 0, controller.endpoint(), new EdgeRouterConfig.Bounds(10, 10, LIMIT)),
                    RoutingTables.of("type=random", "type=async,alpha=0.95", 0, System::nanoTime),
                    transport,
                    exposition.metrics()));
            EdgeComputer computer = services.start(new EdgeComputer(
                    new EdgeComputerConfig("127.0.0.1", 0, controller.endpoint(), Duration.ofSeconds(5)),
                    call -> CompletableFuture.completedStage(
                            call.input().isEmpty() ? LambdaResult.failed("no") : LambdaResult.done("yes")),
                    transport,
                    exposition.metrics()));
            services.own(exposition.metrics().show(EdgeReadings.of(router)));
            services.own(exposition.metrics().show(EdgeReadings.of(controller)));
            computer.announce(Set.of("echo"));
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() ->
                            !router.entries().isEmpty() && !controller.routers().isEmpty());

            // When
            for (String input : new String[] {"a", "b", ""}) {
                new EdgeClient(transport)
                        .call(router.endpoint(), LambdaCall.of("echo", input), LIMIT)
                        .toCompletableFuture()
                        .join();
            }

            // Then
            String subject = "{destination=\"" + computer.endpoint() + "\",lambda=\"echo\",router=\""
                    + router.endpoint() + "\",site=\"test\"} ";
            assertThat(exposition.page())
                    .contains("fogwhisk_edge_destination_calls" + subject + "3.0")
                    .contains("fogwhisk_edge_destination_errors" + subject + "1.0")
                    .contains("fogwhisk_edge_destination_in_flight" + subject + "0.0")
                    .contains("fogwhisk_edge_destination_breaker" + subject + "0.0")
                    .contains("fogwhisk_edge_destination_weight" + subject)
                    .contains("fogwhisk_edge_destination_latency" + subject)
                    .contains("fogwhisk_edge_router_waiting{router=\"" + router.endpoint() + "\",site=\"test\"} 0.0")
                    .contains("fogwhisk_edge_executed_total{site=\"test\"} 3.0")
                    .contains("fogwhisk_edge_controller_computers{controller=\"" + controller.endpoint()
                            + "\",site=\"test\"} 1.0");

            // When
            computer.close();

            // Then
            Awaitility.await().atMost(LIMIT).until(() -> !exposition.page().contains(computer.endpoint()));
        }
    }

    @Test
    void aRoleServesItsMetricsWhereItIsTold() throws Exception {
        int port = TestPorts.free();
        MetricsOptions options = new MetricsOptions();
        CommandLine.populateCommand(options, "--metrics-endpoint", "127.0.0.1:" + port);
        try (ServiceGroup services = new ServiceGroup("test")) {
            Metrics metrics = options.open(services, "edge-router");
            metrics.count(Meter.EDGE_FORWARDED);

            String page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();

            assertThat(page).contains("fogwhisk_edge_forwarded_total{site=\"edge-router\"} 1.0");
        }
    }
}
