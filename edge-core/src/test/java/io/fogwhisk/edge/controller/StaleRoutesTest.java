package io.fogwhisk.edge.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.ControllerClient;
import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What routers hold after a time without their controller. Every hop is one over TCP. */
class StaleRoutesTest {

    private static final String GONE = "127.0.0.1:1";
    private static final String FOREIGN = "127.0.0.1:2";
    private static final String OPERATORS = "127.0.0.1:3";

    private final EdgeDomain domain = new EdgeDomain(false);

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void goWhenTheirComputerVanishedWhileTheControllerWasDownAndNoOthersDo() {
        // Given
        EdgeController first = domain.controller(0);
        EdgeRouter router = domain.router(first.endpoint());
        EdgeComputer computer = domain.computer(first.endpoint(), 0, EdgeDomain.ECHO, "f");
        announce(first, GONE, "f");
        announceForeign(first, FOREIGN, "g");
        domain.install(router, OPERATORS, "h");
        EdgeDomain.awaitRoutes(router, 4);

        // When
        first.close();
        EdgeController second =
                domain.controller(Endpoint.parse(first.endpoint()).port());

        // Then: and the router serves meanwhile
        EdgeDomain.await().until(() -> {
            assertThat(domain.call(router.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Done.class);
            return !EdgeDomain.knows(router, "f", GONE);
        });
        assertThat(second.computers()).containsExactly(computer.endpoint());
        assertThat(router.entries())
                .extracting(ForwardingEntry::destination)
                .containsExactly(computer.endpoint(), FOREIGN, OPERATORS);
    }

    @Test
    void goWhenTheRouterIsHeardOfAgain() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router("");
        EdgeComputer stays = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
        EdgeComputer leaves = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
        ControllerClient announcing =
                new ControllerClient(domain.transport(), controller.endpoint(), EdgeDomain.HEARTBEAT);
        announceRouter(announcing, router.endpoint(), router.tableEndpoint());
        EdgeDomain.awaitRoutes(router, 2);

        // When
        EdgeDomain.await().until(() -> controller.routers().isEmpty());
        leaves.close();
        EdgeDomain.await().until(() -> controller.computers().size() == 1);
        assertThat(EdgeDomain.knows(router, "f", leaves.endpoint())).isTrue();

        // Then
        EdgeDomain.await().until(() -> {
            announceRouter(announcing, router.endpoint(), router.tableEndpoint());
            return !EdgeDomain.knows(router, "f", leaves.endpoint());
        });
        assertThat(EdgeDomain.knows(router, "f", stays.endpoint())).isTrue();
    }

    @Test
    void goFromOtherRoutersWhenOneAcceptsConnectionsAndNeverAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            // Given
            EdgeController first = domain.controller(0);
            EdgeRouter router = domain.router(first.endpoint());
            announce(first, GONE, "f");
            EdgeDomain.awaitRoutes(router, 1);
            first.close();
            EdgeController second =
                    domain.controller(Endpoint.parse(first.endpoint()).port());
            ControllerClient hung = new ControllerClient(domain.transport(), second.endpoint(), Duration.ofMinutes(1));

            // When
            announceRouter(hung, "127.0.0.1:7", "127.0.0.1:" + silent.getLocalPort());
            EdgeComputer computer = domain.computer(second.endpoint(), 0, EdgeDomain.ECHO, "f");

            // Then
            EdgeDomain.awaitRoute(router, "f", computer.endpoint());
            EdgeDomain.await().until(() -> !EdgeDomain.knows(router, "f", GONE));
            assertThat(second.routers()).containsExactlyInAnyOrder(router.endpoint(), "127.0.0.1:7");
        }
    }

    /** A computer of ours that is not heard of again for minutes. */
    private void announce(EdgeController controller, String endpoint, String lambda) {
        new ControllerClient(domain.transport(), controller.endpoint(), Duration.ofMinutes(1))
                .announceComputer(endpoint, Set.of(lambda))
                .toCompletableFuture()
                .join();
    }

    private void announceForeign(EdgeController controller, String endpoint, String lambda) {
        EdgeControllerGrpc.newBlockingStub(domain.transport().channel(controller.endpoint()))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .announceComputer(ComputerInfo.newBuilder()
                        .setEdgeServerEndpoint(endpoint)
                        .addContainers(ComputerInfo.Container.newBuilder().setLambda(lambda))
                        .build());
    }

    private static void announceRouter(ControllerClient client, String endpoint, String tableEndpoint) {
        client.announceRouter(endpoint, tableEndpoint).toCompletableFuture().join();
    }
}
