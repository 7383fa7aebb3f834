package io.fogwhisk.edge.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.ControllerClient;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeControllerTest {

    private EdgeDomain domain = new EdgeDomain(true);

    @AfterEach
    void close() {
        domain.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void knowsEverybodyAgainAfterARestart(boolean inProcess) {
        // Given
        domain.close();
        domain = new EdgeDomain(inProcess);
        EdgeController first = domain.controller(0);
        EdgeRouter router = domain.router(first.endpoint());
        EdgeComputer computer = domain.computer(first.endpoint(), 0, EdgeDomain.ECHO, "f");
        EdgeDomain.awaitRoutes(router, 1);

        // When
        first.close();
        EdgeController second =
                domain.controller(Endpoint.parse(first.endpoint()).port());

        // Then
        EdgeDomain.await()
                .until(() -> second.computers().equals(Set.of(computer.endpoint()))
                        && second.routers().equals(Set.of(router.endpoint())));
        assertThat(domain.call(router.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Done.class);
        computer.close();
        EdgeDomain.awaitRoutes(router, 0);
    }

    @Test
    void dropsAComputerThatFellSilent() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        ControllerClient silent = new ControllerClient(domain.transport(), controller.endpoint(), EdgeDomain.HEARTBEAT);

        // When
        silent.announceComputer("127.0.0.1:1", Set.of("f"))
                .toCompletableFuture()
                .join();
        EdgeDomain.awaitRoute(router, "f", "127.0.0.1:1");

        // Then
        EdgeDomain.awaitRoutes(router, 0);
        assertThat(controller.computers()).isEmpty();
    }

    @Test
    void keepsWhoIsHeardOfWellBeyondOneLease() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
        EdgeDomain.awaitRoutes(router, 1);
        ControllerClient silent = new ControllerClient(domain.transport(), controller.endpoint(), EdgeDomain.LEASE);
        silent.announceComputer("127.0.0.1:1", Set.of("g"))
                .toCompletableFuture()
                .join();

        // When: three leases went by for the silent one
        EdgeDomain.await().until(() -> !controller.computers().contains("127.0.0.1:1"));

        // Then
        assertThat(controller.computers()).containsExactly(computer.endpoint());
        assertThat(controller.routers()).containsExactly(router.endpoint());
        assertThat(EdgeDomain.knows(router, "f", computer.endpoint())).isTrue();
    }

    @Test
    void keepsForeignNodesThatAnnounceThemselvesOnce() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        foreign(controller)
                .announceComputer(ComputerInfo.newBuilder()
                        .setEdgeServerEndpoint("127.0.0.1:2")
                        .addContainers(ComputerInfo.Container.newBuilder().setLambda("g"))
                        .build());
        ControllerClient silent = new ControllerClient(domain.transport(), controller.endpoint(), EdgeDomain.HEARTBEAT);
        silent.announceComputer("127.0.0.1:1", Set.of("f"))
                .toCompletableFuture()
                .join();

        // When: the lease of one of ours, which came later, ended
        EdgeDomain.await().until(() -> !controller.computers().contains("127.0.0.1:1"));

        // Then
        assertThat(controller.computers()).containsExactly("127.0.0.1:2");
        EdgeDomain.awaitRoute(router, "g", "127.0.0.1:2");
    }

    @Test
    void tellsAForeignRouterEverythingWhenItAnnouncesItself() {
        // Given
        EdgeController controller = domain.controller(0);
        domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f", "g");
        EdgeDomain.await().until(() -> controller.computers().size() == 1);
        EdgeRouter router = domain.router("");

        // When
        foreign(controller)
                .announceRouter(RouterInfo.newBuilder()
                        .setEdgeServerEndpoint(router.endpoint())
                        .setForwardingTableEndpoint(router.tableEndpoint())
                        .build());

        // Then
        EdgeDomain.awaitRoutes(router, 2);
    }

    @Test
    void tellsARestartedRouterEverything() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter first = domain.router(controller.endpoint());
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
        EdgeDomain.awaitRoutes(first, 1);

        // When
        first.close();
        EdgeRouter second = domain.router(
                EdgeDomain.config(
                        Endpoint.parse(first.endpoint()).port(),
                        Endpoint.parse(first.tableEndpoint()).port(),
                        controller.endpoint(),
                        10,
                        Duration.ofSeconds(1)),
                "random");

        // Then
        EdgeDomain.awaitRoute(second, "f", computer.endpoint());
    }

    @Test
    void tellsARouterThatMissedACommandEverythingAtItsNextAnnouncement() {
        // Given: a router known to the controller, but away when a computer comes
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router("");
        ControllerClient announcing =
                new ControllerClient(domain.transport(), controller.endpoint(), Duration.ofMinutes(1));
        announcing
                .announceRouter(router.endpoint(), router.tableEndpoint())
                .toCompletableFuture()
                .join();
        router.close();
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
        EdgeDomain.await().until(() -> controller.computers().size() == 1);
        EdgeRouter back = domain.router(
                EdgeDomain.config(
                        Endpoint.parse(router.endpoint()).port(),
                        Endpoint.parse(router.tableEndpoint()).port(),
                        "",
                        10,
                        Duration.ofSeconds(1)),
                "random");

        // When: it announces itself as the same instance
        EdgeDomain.await().until(() -> {
            announcing
                    .announceRouter(router.endpoint(), router.tableEndpoint())
                    .toCompletableFuture()
                    .join();
            return EdgeDomain.knows(back, "f", computer.endpoint());
        });

        // Then
        assertThat(controller.routers()).containsExactly(router.endpoint());
    }

    @Test
    void tellsRoutersAtOnceWhichLambdasCameAndWent() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f", "g");
        EdgeDomain.awaitRoutes(router, 2);

        // When
        computer.announce(Set.of("g", "h"));

        // Then
        EdgeDomain.awaitRoute(router, "h", computer.endpoint());
        EdgeDomain.await().until(() -> !EdgeDomain.knows(router, "f", computer.endpoint()));
        assertThat(EdgeDomain.knows(router, "g", computer.endpoint())).isTrue();
    }

    @Test
    void forgetsAComputerThatTakesItsLeaveAndLearnsOfItWhenItWasForgottenByMistake() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
        EdgeDomain.awaitRoutes(router, 1);

        // When: a foreign broker has it removed
        foreign(controller)
                .removeComputer(ComputerInfo.newBuilder()
                        .setEdgeServerEndpoint(computer.endpoint())
                        .build());

        // Then
        EdgeDomain.awaitRoutes(router, 1);

        // When
        computer.close();

        // Then
        EdgeDomain.awaitRoutes(router, 0);
        assertThat(controller.computers()).isEmpty();
    }

    @Test
    void ignoresAnAnnouncementWithoutAnEndpoint() {
        EdgeController controller = domain.controller(0);

        foreign(controller).announceComputer(ComputerInfo.getDefaultInstance());

        assertThat(controller.computers()).isEmpty();
    }

    @Test
    void tellsARouterThousandsOfLambdas() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        String[] lambdas = new String[3_000];
        for (int i = 0; i < lambdas.length; i++) {
            lambdas[i] = "f" + i;
        }

        // When
        domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, lambdas);

        // Then
        EdgeDomain.awaitRoutes(router, lambdas.length);
    }

    @Test
    void leavesEntriesOfAnOperatorAlone() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        domain.install(router, "127.0.0.1:9", "mine");

        // When
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
        EdgeDomain.awaitRoutes(router, 2);
        computer.close();
        EdgeDomain.awaitRoutes(router, 1);

        // Then
        assertThat(EdgeDomain.knows(router, "mine", "127.0.0.1:9")).isTrue();
    }

    @Test
    void refusesALeaseOfNothing() {
        assertThatThrownBy(() -> new EdgeControllerConfig("127.0.0.1", 0, Duration.ZERO))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("lease");
    }

    private EdgeControllerGrpc.EdgeControllerBlockingStub foreign(EdgeController controller) {
        return EdgeControllerGrpc.newBlockingStub(domain.transport().channel(controller.endpoint()))
                .withDeadlineAfter(20, TimeUnit.SECONDS);
    }
}
