package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.edge.client.TableClient;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How nodes leave that are processes of their own: in good order when they are asked to, or by their silence. */
class RoleProcessesTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    // Two seconds of work.
    private static final String SLOW = """
            {
              "version": "1.0",
              "processors": [{"name": "arm", "type": "GenericCpu", "speed": 1e9, "cores": 1, "memory": 500e6}],
              "containers": [
                {
                  "name": "c",
                  "processor": "arm",
                  "lambda": {
                    "name": "slow",
                    "requirements": "proportional",
                    "op-coeff": 0,
                    "op-offset": 2e9,
                    "mem-coeff": 0,
                    "mem-offset": 0,
                    "output-type": "copy-input"
                  },
                  "num-workers": 1
                }
              ]
            }
            """;

    private final ServiceGroup services = new ServiceGroup("test");
    private final EdgeTransport transport = services.own(new EdgeTransport("test"));

    @TempDir
    Path folder;

    private Path slow = Path.of("");

    @BeforeEach
    void write() throws IOException {
        slow = Files.writeString(folder.resolve("slow.json"), SLOW);
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void aComputerThatIsAskedToStopLeavesTheTablesThenFinishesItsCallThenEnds() {
        // Given: a lease that no heartbeat's absence ends
        String controller = controller("600");
        RoleChild router = router(controller);
        RoleChild computer = computer("127.0.0.1:0", controller, List.of());
        CompletableFuture<LambdaResult> call = callUnderWay(router);

        // When
        computer.terminate();

        // Then
        await().until(() -> table(router).isEmpty());
        assertThat(call).isNotDone();
        assertThat(call)
                .succeedsWithin(LIMIT)
                .isInstanceOfSatisfying(
                        LambdaResult.Done.class,
                        done -> assertThat(done.output()).isEqualTo("payload"));
        assertThat(computer.hasEnded()).isTrue();
        assertThat(computer.said()).contains("stopping").doesNotContain("given up");
    }

    @Test
    void aRouterThatIsAskedToStopFinishesItsCallThenEnds() {
        // Given
        String controller = controller("600");
        RoleChild router = router(controller);
        computer("127.0.0.1:0", controller, List.of());
        CompletableFuture<LambdaResult> call = callUnderWay(router);

        // When
        router.terminate();

        // Then
        assertThat(call).succeedsWithin(LIMIT).isInstanceOf(LambdaResult.Done.class);
        assertThat(router.hasEnded()).isTrue();
        assertThat(router.said()).contains("stopping").doesNotContain("given up");
    }

    @Test
    void aRoleServesUntilItIsAskedToStop() {
        // Given
        String controller = controller("600");
        RoleChild router = router(controller);
        computer("127.0.0.1:0", controller, List.of());
        CompletableFuture<LambdaResult> call = callUnderWay(router);
        ManagedChannel channel = Grpc.newChannelBuilder(router.endpoints().get(0), InsecureChannelCredentials.create())
                .build();
        Iterator<HealthCheckResponse> watched = HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .watch(HealthCheckRequest.getDefaultInstance());
        assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVING);

        // When
        router.terminate();

        // Then
        assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        channel.shutdownNow();
        assertThat(call).succeedsWithin(LIMIT).isInstanceOf(LambdaResult.Done.class);
        assertThat(router.hasEnded()).isTrue();
    }

    @Test
    void aComputerThatIsKilledIsGoneAfterItsLease() {
        // Given
        String controller = controller("1");
        RoleChild router = router(controller);
        RoleChild computer = computer("127.0.0.1:0", controller, List.of());
        await().until(() -> table(router).size() == 1);

        // When
        computer.kill();

        // Then
        await().until(() -> table(router).isEmpty());
    }

    @Test
    void aComputerThatListensEverywhereIsFoundOnceTheControllersNameIsKnown() throws IOException {
        // Given
        String controller = controller("1");
        RoleChild router = router(controller);
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n");
        // Else the virtual machine would not ask again for ten seconds.
        Path security = Files.writeString(folder.resolve("security"), "networkaddress.cache.negative.ttl=0\n");
        RoleChild computer = computer(
                "0.0.0.0:0",
                controller.replace("127.0.0.1", "controller.example"),
                List.of("jdk.net.hosts.file=" + hosts, "java.security.properties=" + security));
        await().until(() -> computer.said().contains("no address found to announce"));

        // When
        Files.writeString(hosts, "127.0.0.1 localhost controller.example\n");

        // Then
        await().until(() -> table(router).size() == 1);
        assertThat(table(router).get(0).destination()).startsWith("127.0.0.1:");
    }

    private String controller(String lease) {
        return child(List.of(), "edge-controller", "--server-endpoint", "127.0.0.1:0", "--lease", lease)
                .endpoints()
                .get(0);
    }

    private RoleChild router(String controller) {
        return child(
                List.of(),
                "edge-router",
                "--server-endpoint",
                "127.0.0.1:0",
                "--configuration-endpoint",
                "127.0.0.1:0",
                "--controller-endpoint",
                controller);
    }

    private RoleChild computer(String endpoint, String controller, List<String> properties) {
        return child(
                properties,
                "edge-computer",
                "--server-endpoint",
                endpoint,
                "--utilization-endpoint=",
                "--controller-endpoint",
                controller,
                "--heartbeat",
                "0.2",
                "--conf",
                "type=file,path=" + slow);
    }

    private RoleChild child(List<String> properties, String role, String... arguments) {
        return services.own(RoleChild.start(folder, properties, role, arguments));
    }

    /** A call through the router that a computer works on. */
    private CompletableFuture<LambdaResult> callUnderWay(RoleChild router) {
        await().until(() -> table(router).size() == 1);
        CompletableFuture<LambdaResult> call = new EdgeClient(transport)
                .call(router.endpoints().get(0), LambdaCall.of("slow", "payload"), LIMIT)
                .toCompletableFuture();
        await().until(() -> table(router).get(0).status().inFlight() == 1);
        return call;
    }

    private List<ForwardingEntry> table(RoleChild router) {
        return new TableClient(transport, router.endpoints().get(1), LIMIT)
                .tables()
                .get(0);
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(20));
    }
}
