package io.fogwhisk.edge.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.controller.RecordingRouter.Mood;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.ControllerClient;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouterLinkTest {

    private static final String COMPUTER = "127.0.0.1:1";

    private final EdgeDomain domain = new EdgeDomain(false);
    private EdgeController controller;
    private RecordingRouter recording;

    @BeforeEach
    void open() {
        controller = domain.controller(0);
        recording = new RecordingRouter(domain.transport(), 0);
    }

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void tellsForeignRoutersOfForeignComputersWhatTheReferenceDoes() {
        // Given
        announceForeignRouter();

        // When
        announceForeignComputer("f");

        // Then
        EdgeDomain.await().until(() -> !recording.commands.isEmpty());
        assertThat(recording.commands)
                .containsExactly(EdgeRouterConf.newBuilder()
                        .setAction(EdgeRouterConf.Action.CHANGE)
                        .setLambda("f")
                        .setDestination(COMPUTER)
                        .setWeight(1)
                        .setFinal(true)
                        .build());
    }

    @Test
    void tellsRoutersWhichLambdasMayRunTwice() {
        // Given
        announceForeignRouter();
        EdgeComputer computer = new EdgeComputer(
                new EdgeComputerConfig("127.0.0.1", 0, controller.endpoint(), EdgeDomain.HEARTBEAT),
                EdgeDomain.ECHO,
                domain.transport(),
                domain.metrics);
        computer.announce(Set.of("f", "g"), Set.of("f"));

        // When
        computer.start();

        // Then
        EdgeDomain.await().until(() -> recording.commands.size() == 2);
        assertThat(recording.commands)
                .allMatch(conf -> conf.getIdempotent() == conf.getLambda().equals("f"));

        // When
        computer.announce(Set.of("f", "g"), Set.of("f", "g"));

        // Then
        EdgeDomain.await().until(() -> recording.commands.size() == 3);
        assertThat(recording.commands.get(2).getLambda()).isEqualTo("g");
        assertThat(recording.commands.get(2).getIdempotent()).isTrue();
        computer.close();
    }

    @Test
    void doesNotMakeOthersWaitForARouterThatHangs() {
        // Given
        recording.mood = Mood.HANGS;
        announceForeignRouter();
        EdgeRouter router = domain.router(controller.endpoint());

        // When
        announceForeignComputer("f");
        EdgeDomain.awaitRoute(router, "f", COMPUTER);
        announceForeignComputer("g");

        // Then
        EdgeDomain.awaitRoute(router, "g", COMPUTER);
        assertThat(recording.commands).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void triesAForeignRouterThatFailedAgainUntilItObeys() {
        // Given
        recording.mood = Mood.FAILS;
        announceForeignRouter();
        announceForeignComputer("f");
        EdgeDomain.await().until(() -> recording.commands.size() >= 2);

        // When
        recording.mood = Mood.OBEYS;
        int failed = recording.commands.size();

        // Then
        EdgeDomain.await().until(() -> recording.commands.size() > failed);
        assertThat(controller.routers()).hasSize(1);
        assertThat(Set.copyOf(recording.told())).containsExactly("CHANGE f>" + COMPUTER);
    }

    @Test
    void keepsWhatARouterMustForgetUntilItObeys() {
        // Given
        announceForeignRouter();
        announceForeignComputer("f");
        EdgeDomain.await().until(() -> recording.commands.size() == 1);

        // When
        recording.mood = Mood.FAILS;
        announceForeignComputer("g");
        EdgeDomain.await().until(() -> recording.commands.size() >= 2);
        recording.mood = Mood.OBEYS;

        // Then
        EdgeDomain.await().until(() -> recording.told().contains("REMOVE f>" + COMPUTER));
        EdgeDomain.await().until(() -> recording.told().contains("CHANGE g>" + COMPUTER));
    }

    @Test
    void goesOnWithTheNextCommandWhenOneIsRefused() {
        // Given
        recording.mood = Mood.REFUSES;
        announceForeignRouter();

        // When
        announceForeignComputer("f", "g");

        // Then
        EdgeDomain.await().until(() -> recording.commands.size() == 2);
        assertThat(recording.told()).containsExactly("CHANGE f>" + COMPUTER, "CHANGE g>" + COMPUTER);
    }

    @Test
    void saysOnlyTheLastWordOnARouteOnceTheRouterObeys() {
        // Given: a router of ours that fails and is not heard of for now
        recording.mood = Mood.FAILS;
        ControllerClient router =
                new ControllerClient(domain.transport(), controller.endpoint(), Duration.ofMinutes(1));
        router.announceRouter("127.0.0.1:7", recording.tableEndpoint())
                .toCompletableFuture()
                .join();
        announceForeignComputer("f");
        EdgeDomain.await().until(() -> recording.commands.size() == 1);
        for (int i = 0; i < 5; i++) {
            announceForeignComputer("g");
            announceForeignComputer("f");
        }

        // When
        recording.mood = Mood.OBEYS;
        recording.commands.clear();
        EdgeDomain.await().until(() -> {
            router.announceRouter("127.0.0.1:7", recording.tableEndpoint())
                    .toCompletableFuture()
                    .join();
            return recording.commands.size() >= 2;
        });

        // Then
        assertThat(recording.told()).containsExactlyInAnyOrder("CHANGE f>" + COMPUTER, "REMOVE g>" + COMPUTER);
    }

    @Test
    void tellsARouterThatLeftNothingMore() {
        // Given
        announceForeignRouter();
        EdgeRouter other = domain.router(controller.endpoint());
        EdgeDomain.await().until(() -> controller.routers().size() == 2);

        // When
        new ControllerClient(domain.transport(), controller.endpoint(), EdgeDomain.HEARTBEAT)
                .removeRouter("127.0.0.1:7", recording.tableEndpoint())
                .toCompletableFuture()
                .join();
        announceForeignComputer("f");

        // Then
        EdgeDomain.awaitRoute(other, "f", COMPUTER);
        assertThat(recording.commands).isEmpty();
        assertThat(controller.routers()).containsExactly(other.endpoint());
    }

    private void announceForeignRouter() {
        foreign()
                .announceRouter(RouterInfo.newBuilder()
                        .setEdgeServerEndpoint("127.0.0.1:7")
                        .setForwardingTableEndpoint(recording.tableEndpoint())
                        .build());
    }

    private void announceForeignComputer(String... lambdas) {
        ComputerInfo.Builder info = ComputerInfo.newBuilder().setEdgeServerEndpoint(COMPUTER);
        for (String lambda : lambdas) {
            info.addContainersBuilder().setLambda(lambda);
        }
        foreign().announceComputer(info.build());
    }

    private EdgeControllerGrpc.EdgeControllerBlockingStub foreign() {
        return EdgeControllerGrpc.newBlockingStub(domain.transport().channel(controller.endpoint()))
                .withDeadlineAfter(20, TimeUnit.SECONDS);
    }
}
