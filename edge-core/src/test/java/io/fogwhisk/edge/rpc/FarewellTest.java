package io.fogwhisk.edge.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.controller.EdgeControllerConfig;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FarewellTest {

    private EdgeDomain domain = new EdgeDomain(false);

    @AfterEach
    void close() {
        domain.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void letsTheControllerForgetNodesThatClose(boolean inProcess) {
        // Given: leases so long that they do not matter
        domain.close();
        domain = new EdgeDomain(inProcess);
        try (EdgeController controller =
                new EdgeController(new EdgeControllerConfig("127.0.0.1", 0, Duration.ofHours(1)), domain.transport())) {
            controller.start();
            EdgeRouter router = domain.router(controller.endpoint());
            EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
            EdgeDomain.awaitRoutes(router, 1);

            // When
            computer.close();
            router.close();

            // Then
            assertThat(controller.computers()).isEmpty();
            assertThat(controller.routers()).isEmpty();
        }
    }

    @Test
    void isNoFailureWhereTheControllerDoesNotKnowIt() {
        // Given
        EdgePort foreign = domain.transport().open("foreign controller", "127.0.0.1", 0, controller(true));
        ControllerClient client = new ControllerClient(domain.transport(), foreign.endpoint(), EdgeDomain.HEARTBEAT);

        // When
        CompletionStage<?> farewell = client.removeRouter("127.0.0.1:1", "127.0.0.1:2");

        // Then
        assertThat(farewell.toCompletableFuture()
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join())
                .isEqualTo(Void.getDefaultInstance());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesNotKeepANodeWhoseControllerIsAwayOrHangs(boolean hangs) throws Exception {
        // Given
        EdgePort port = domain.transport().open("hanging controller", "127.0.0.1", 0, controller(false));
        EdgeRouter router = domain.router(port.endpoint());
        EdgeComputer computer = domain.computer(port.endpoint(), 0, EdgeDomain.ECHO, "f");
        if (!hangs) {
            port.close();
        }

        // When
        CompletableFuture<?> closing = CompletableFuture.runAsync(() -> {
            computer.close();
            router.close();
        });

        // Then
        closing.get(20, TimeUnit.SECONDS);
    }

    @Test
    void followsAnnouncementsThatGoOnAfterOneThatFailedUnexpectedly() throws Exception {
        // Given
        AtomicInteger said = new AtomicInteger();
        CompletableFuture<String> heard = new CompletableFuture<>();
        Heartbeat heartbeat = new Heartbeat(
                domain.transport().control(),
                "node",
                Duration.ofMillis(20),
                () -> {
                    if (said.incrementAndGet() == 1) {
                        throw new IllegalStateException("once");
                    }
                    return CompletableFuture.completedStage("");
                },
                () -> {
                    heard.complete("farewell");
                    return heard;
                });

        // When
        heartbeat.start();

        // Then
        EdgeDomain.await().until(() -> said.get() > 2);
        heartbeat.close();
        assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo("farewell");
    }

    @Test
    void isNotOvertakenByAnAnnouncement() throws Exception {
        // Given
        List<String> said = new CopyOnWriteArrayList<>();
        CompletableFuture<String> answer = new CompletableFuture<>();
        EdgeTransport transport = domain.transport();
        Heartbeat heartbeat = new Heartbeat(
                transport.control(),
                "node",
                Duration.ofMillis(20),
                () -> {
                    said.add("here I am");
                    return answer;
                },
                () -> {
                    said.add("farewell");
                    return CompletableFuture.completedStage("");
                });
        heartbeat.start();
        EdgeDomain.await().until(() -> !said.isEmpty());

        // When
        CompletableFuture<?> closing = CompletableFuture.runAsync(heartbeat::close);
        CountDownLatch passed = new CountDownLatch(1);
        transport.control().after(Duration.ofMillis(50), passed::countDown);
        assertThat(passed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).containsExactly("here I am");
        answer.complete("");
        closing.get(20, TimeUnit.SECONDS);

        // Then
        assertThat(said).containsExactly("here I am", "farewell");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void letsCallsUnderWayFinishAndTakesNoNewOnes(boolean inProcess) throws Exception {
        // Given
        domain.close();
        domain = new EdgeDomain(inProcess);
        CompletableFuture<LambdaResult> result = new CompletableFuture<>();
        CountDownLatch started = new CountDownLatch(1);
        EdgeController controller = domain.controller(0);
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, waiting(started, result), "f");
        EdgeDomain.await().until(() -> controller.computers().size() == 1);
        EdgeTransport caller = domain.transport();
        CompletionStage<LambdaResult> call =
                new EdgeClient(caller).call(computer.endpoint(), LambdaCall.of("f", ""), EdgeDomain.TIMEOUT);
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();

        // When
        CompletableFuture<?> closing = CompletableFuture.runAsync(computer::close);
        EdgeDomain.await().until(() -> controller.computers().isEmpty());
        EdgeDomain.await()
                .until(() -> domain.call(computer.endpoint(), LambdaCall.of("f", "")) instanceof LambdaResult.Failed);
        result.complete(LambdaResult.done("late"));
        closing.get(20, TimeUnit.SECONDS);

        // Then
        assertThat(call.toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        LambdaResult.Done.class,
                        done -> assertThat(done.output()).isEqualTo("late"));
    }

    @Test
    void givesCallsUnderWayNoMoreThanTheGrace() throws Exception {
        // Given
        CountDownLatch started = new CountDownLatch(1);
        try (EdgeTransport transport = new EdgeTransport("short").grace(Duration.ofMillis(1))) {
            EdgePort port = transport.open(
                    "silent",
                    "127.0.0.1",
                    0,
                    new UnaryService(RunLambda.SERVICE)
                            .method(RunLambda.METHOD, (request, headers, answer) -> started.countDown())
                            .build());
            CompletionStage<LambdaResult> call = new EdgeClient(domain.transport())
                    .call(port.endpoint(), LambdaCall.of("f", ""), Duration.ofMinutes(5));
            assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();

            // When
            port.close();

            // Then
            assertThat(call.toCompletableFuture().get(20, TimeUnit.SECONDS)).isInstanceOf(LambdaResult.Failed.class);
        }
    }

    private static LambdaExecutor waiting(CountDownLatch started, CompletableFuture<LambdaResult> result) {
        return call -> {
            boolean first = started.getCount() > 0;
            started.countDown();
            return first ? result : CompletableFuture.completedStage(LambdaResult.done(""));
        };
    }

    private static ServerServiceDefinition controller(boolean answers) {
        return new UnaryService(EdgeControllerGrpc.getServiceDescriptor())
                .method(
                        EdgeControllerGrpc.getAnnounceComputerMethod(),
                        (info, headers, answer) -> respond(answers, answer))
                .method(
                        EdgeControllerGrpc.getAnnounceRouterMethod(),
                        (info, headers, answer) -> respond(answers, answer))
                .method(
                        EdgeControllerGrpc.getRemoveComputerMethod(),
                        (info, headers, answer) -> respond(answers, answer))
                .build();
    }

    private static void respond(boolean answers, UnaryService.Answer<Void> answer) {
        if (answers) {
            answer.send(Void.getDefaultInstance());
        }
    }
}
