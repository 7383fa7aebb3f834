package io.fogwhisk.edge.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.controller.RecordingRouter.Mood;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.ControllerClient;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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
        assertThat(recording.told()).doesNotContain("REMOVE f>" + COMPUTER);
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
        assertThat(recording.told()).containsExactlyInAnyOrder("CHANGE f>" + COMPUTER, "CHANGE g>" + COMPUTER);
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
    void sendsABoundedNumberAtATimeAndOneAfterTheOtherOnARoute() {
        // Given
        recording.mood = Mood.HOLDS;
        SomeLink some = new SomeLink(new RouterLink.Limits(3, 100));

        // When
        some.does(link -> {
            for (String lambda : List.of("a", "b", "c", "d")) {
                some.change(lambda);
            }
            some.remove("a");
        });

        // Then
        EdgeDomain.await().until(() -> recording.commands.size() == 3);
        assertThat(recording.told()).containsExactlyInAnyOrder(change("a"), change("b"), change("c"));
        recording.release();
        EdgeDomain.await().until(() -> recording.commands.size() == 4);
        assertThat(recording.told()).endsWith(change("d"));
        recording.release();
        EdgeDomain.await().until(() -> recording.commands.size() == 5);
        assertThat(recording.told()).endsWith("REMOVE a>" + COMPUTER);
    }

    @Test
    void tellsARouterOfOursEverythingAndHasItCheckedWhenTooMuchWaits() {
        // Given
        SomeLink some = overflown(true);

        // When
        recording.mood = Mood.OBEYS;
        recording.commands.clear();
        some.does(link -> link.announced(true));

        // Then: nothing of an operator is flushed
        EdgeDomain.await().until(() -> recording.commands.size() == 2);
        assertThat(recording.told()).containsExactlyInAnyOrder(change("x"), change("y"));
        assertThat(some.checks).hasValue(1);
    }

    @Test
    void flushesAForeignRouterBeforeItTellsItEverythingWhenTooMuchWaits() {
        // Given: it is tried again and again
        recording.mood = Mood.FAILS;
        SomeLink some = overflown(false);

        // When
        recording.commands.clear();
        recording.mood = Mood.OBEYS;

        // Then
        EdgeDomain.await().until(() -> recording.told().contains(change("y")));
        assertThat(recording.told()).endsWith("FLUSH >", change("x"), change("y"));
        assertThat(some.checks).hasValue(0);
    }

    /** A link on which more waits than may. */
    private SomeLink overflown(boolean announcesItself) {
        recording.mood = Mood.FAILS;
        SomeLink some = new SomeLink(new RouterLink.Limits(3, 4));
        some.does(link -> {
            link.announced(announcesItself);
            some.change("a");
        });
        AtomicBoolean full = new AtomicBoolean();
        EdgeDomain.await().until(() -> {
            some.does(link -> {
                if (link.isHeld() && full.compareAndSet(false, true)) {
                    for (int i = 0; i < 10; i++) {
                        some.change("f" + i);
                    }
                }
            });
            return full.get();
        });
        return some;
    }

    private static String change(String lambda) {
        return "CHANGE " + lambda + ">" + COMPUTER;
    }

    /** A link to the recording router with a plan of two routes. */
    private final class SomeLink implements RouterLink.Plan {
        private final EdgeTransport transport = domain.transport();
        private final AtomicInteger checks = new AtomicInteger();
        private final RouterLink link;

        SomeLink(RouterLink.Limits limits) {
            link = new RouterLink(transport, new RouterNode("127.0.0.1:7", recording.tableEndpoint()), limits, this);
        }

        void does(Consumer<RouterLink> task) {
            transport.control().execute(() -> task.accept(link));
        }

        void change(String lambda) {
            add(lambda, EdgeRouterConf.Action.CHANGE);
        }

        void remove(String lambda) {
            add(lambda, EdgeRouterConf.Action.REMOVE);
        }

        private void add(String lambda, EdgeRouterConf.Action action) {
            Route route = new Route(lambda, COMPUTER, true, false, true);
            link.add(
                    route,
                    EdgeRouterConf.newBuilder()
                            .setAction(action)
                            .setLambda(lambda)
                            .setDestination(COMPUTER)
                            .build());
        }

        @Override
        public void tellEverything() {
            change("x");
            change("y");
        }

        @Override
        public void checkLater() {
            checks.incrementAndGet();
        }
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
