package io.fogwhisk.edge.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.router.EdgeRouterConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnouncedEndpointTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:6473, '', 127.0.0.1:6475, 192.0.2.1:6473",
        "0.0.0.0:6473, edge-1, 127.0.0.1:6475, edge-1:6473",
        "192.0.2.1:6473, edge-1, '', edge-1:6473",
        "0.0.0.0:6473, '', 127.0.0.1:6475, 127.0.0.1:6473",
        "0.0.0.0:6473, '', localhost:6475, 127.0.0.1:6473",
        "0.0.0.0:6473, '', '', 0.0.0.0:6473",
        "0.0.0.0:6473, '', no-such-host.invalid:6475, 0.0.0.0:6473"
    })
    void isWhereOthersReachTheNode(String bound, String configured, String controller, String announced) {
        assertThat(AnnouncedEndpoint.of(bound, Optional.of(configured).filter(host -> !host.isEmpty()), controller))
                .isEqualTo(announced);
    }

    @Test
    void leadsCallersOnTheSameTransportToThePortInProcess() {
        try (EdgeTransport transport = new EdgeTransport("here")) {
            // Given
            EdgePort port = transport.open(
                    "echo",
                    "127.0.0.1",
                    0,
                    new UnaryService(RunLambda.SERVICE)
                            .method(RunLambda.METHOD, (request, headers, answer) -> {})
                            .build());

            // When
            port.announceAs(Optional.of("edge-1.example"), "");

            // Then
            String announced = "edge-1.example:" + port.number();
            assertThat(port.endpoint()).isEqualTo(announced);
            assertThat(transport.serves(announced)).isTrue();
            assertThat(transport.serves("127.0.0.1:" + port.number())).isTrue();

            // When
            port.close();

            // Then
            assertThat(transport.serves(announced)).isFalse();
            assertThat(transport.serves("127.0.0.1:" + port.number())).isFalse();
        }
    }

    @Test
    void isLookedForAgainWhileTheControllersNameIsNotKnown() {
        try (EdgeTransport transport = new EdgeTransport("here");
                EdgeDomain domain = new EdgeDomain(false)) {
            // Given
            EdgeController controller = domain.controller(0);
            EdgePort port = transport.open(
                    "echo",
                    "0.0.0.0",
                    0,
                    new UnaryService(RunLambda.SERVICE)
                            .method(RunLambda.METHOD, (request, headers, answer) -> {})
                            .build());
            AtomicReference<String> way = new AtomicReference<>();
            ControllerClient client = new ControllerClient(transport, controller.endpoint(), EdgeDomain.HEARTBEAT);

            // When
            port.announceAs(Optional.empty(), "edge-controller:6475", name -> Optional.ofNullable(way.get()));

            // Then: nobody is told to call an address that means everywhere
            assertThat(client.announceComputer(port.endpoint(), Set.of("f")))
                    .failsWithin(EdgeDomain.TIMEOUT)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("no address of this node that leads to " + controller.endpoint());
            assertThat(controller.computers()).isEmpty();

            // When
            way.set("192.0.2.7");

            // Then
            String announced = "192.0.2.7:" + port.number();
            EdgeDomain.await().until(() -> port.endpoint().equals(announced));
            assertThat(transport.serves(announced)).isTrue();
        }
    }

    @Test
    void letsNodesThatListenEverywhereBeReached() {
        try (EdgeDomain domain = new EdgeDomain(false)) {
            // Given
            EdgeController controller = domain.controller(0);
            EdgeRouter router = domain.router(
                    new EdgeRouterConfig(
                            "0.0.0.0",
                            0,
                            0,
                            controller.endpoint(),
                            new EdgeRouterConfig.Bounds(10, 10, Duration.ofSeconds(10))),
                    "random");
            EdgeComputer computer = new EdgeComputer(
                    new EdgeComputerConfig("0.0.0.0", 0, controller.endpoint(), EdgeDomain.HEARTBEAT),
                    EdgeDomain.ECHO,
                    domain.transport(),
                    domain.metrics);
            computer.announce(Set.of("f"));

            // When
            computer.start();

            // Then
            EdgeDomain.awaitRoute(router, "f", computer.endpoint());
            assertThat(computer.endpoint()).startsWith("127.0.0.1:");
            assertThat(controller.routers()).containsExactly(router.endpoint());
            assertThat(router.endpoint()).startsWith("127.0.0.1:");
            assertThat(router.tableEndpoint()).startsWith("127.0.0.1:");
            computer.close();
        }
    }
}
