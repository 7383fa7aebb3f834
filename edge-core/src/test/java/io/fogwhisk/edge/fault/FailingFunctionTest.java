package io.fogwhisk.edge.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults 2, 3, 6 and 8, removals and large requests: what a router makes of answers and of many calls at once. */
class FailingFunctionTest {

    private final EdgeDomain domain = new EdgeDomain(false);

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void oneBadInvocationCostsAComputerNothing() {
        // Given: a computer that announces itself once and fails one of its lambdas
        AtomicInteger runs = new AtomicInteger();
        try (PlainComputer computer = new PlainComputer(0, (request, observer) -> {
            runs.incrementAndGet();
            PlainComputer.retcode(observer, request.getName().equals("bad") ? "unexpected HTTP response: 502" : "OK");
        })) {
            EdgeController controller = domain.controller(0);
            EdgeRouter router = domain.router(controller.endpoint());
            EdgeControllerGrpc.newBlockingStub(domain.transport().channel(controller.endpoint()))
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .announceComputer(ComputerInfo.newBuilder()
                            .setEdgeServerEndpoint(computer.endpoint())
                            .addContainers(ComputerInfo.Container.newBuilder().setLambda("bad"))
                            .addContainers(ComputerInfo.Container.newBuilder().setLambda("good"))
                            .build());
            EdgeDomain.awaitRoutes(router, 2);

            // When
            LambdaResult bad = domain.call(router.endpoint(), LambdaCall.of("bad", ""));
            LambdaResult good = domain.call(router.endpoint(), LambdaCall.of("good", ""));

            // Then: the caller sees the cause, nobody ran it again, and nobody was evicted
            assertThat(EdgeDomain.retcode(bad)).isEqualTo("unexpected HTTP response: 502");
            assertThat(good).isInstanceOf(LambdaResult.Done.class);
            assertThat(runs).hasValue(2);
            assertThat(router.entries()).hasSize(2);
            assertThat(controller.computers()).containsExactly(computer.endpoint());
        }
    }

    @Test
    void aBadInvocationIsNotRunAgainElsewhere() {
        // Given
        AtomicInteger runs = new AtomicInteger();
        try (PlainComputer one = failing(runs);
                PlainComputer other = failing(runs)) {
            EdgeRouter router = domain.router("");
            domain.install(router, one.endpoint(), "f");
            domain.install(router, other.endpoint(), "f");

            // When
            LambdaResult result = domain.call(router.endpoint(), LambdaCall.of("f", ""));

            // Then
            assertThat(EdgeDomain.retcode(result)).isEqualTo("division by zero");
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void theCallerLearnsTheRealCauseWhenEveryDestinationIsAway() {
        // Given
        EdgeRouter router = domain.router("");
        PlainComputer one = failing(new AtomicInteger());
        PlainComputer other = failing(new AtomicInteger());
        domain.install(router, one.endpoint(), "f");
        domain.install(router, other.endpoint(), "f");
        one.kill();
        other.kill();

        // When
        String retcode = EdgeDomain.retcode(domain.call(router.endpoint(), LambdaCall.of("f", "")));

        // Then
        assertThat(retcode).startsWith("RPC failed: 127.0.0.1:").contains("Connection refused");
    }

    @Test
    void aDryRunStaysDryThroughTwoRouters() {
        // Given
        Queue<LambdaRequest> seen = new ConcurrentLinkedQueue<>();
        try (PlainComputer computer = new PlainComputer(0, (request, observer) -> {
            seen.add(request);
            PlainComputer.ok(observer);
        })) {
            EdgeRouter first = domain.router("");
            EdgeRouter second = domain.router("");
            domain.configure(first, EdgeRouterConf.Action.CHANGE, "f", second.endpoint(), 1, false);
            domain.install(second, computer.endpoint(), "f");

            // When
            LambdaResponse response = EdgeServerGrpc.newBlockingStub(
                            domain.transport().channel(first.endpoint()))
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .runLambda(
                            LambdaRequest.newBuilder().setName("f").setDry(true).build());

            // Then
            assertThat(response.getRetcode()).isEqualTo("OK");
            assertThat(seen).singleElement().satisfies(request -> {
                assertThat(request.getDry()).isTrue();
                assertThat(request.getHops()).isEqualTo(2);
            });
        }
    }

    @Test
    void manySlowLambdasAreUnderWayAtOnce() {
        // Given: a computer that answers nobody until all are there, many more than the reference lets through
        int calls = 64;
        Queue<StreamObserver<LambdaResponse>> held = new ConcurrentLinkedQueue<>();
        AtomicInteger arrived = new AtomicInteger();
        try (PlainComputer computer = new PlainComputer(0, (request, observer) -> {
            held.add(observer);
            if (arrived.incrementAndGet() == calls) {
                held.forEach(PlainComputer::ok);
            }
        })) {
            EdgeRouter router = domain.router("");
            domain.install(router, computer.endpoint(), "f");
            EdgeClient client = new EdgeClient(domain.transport());
            Queue<LambdaResult> results = new ConcurrentLinkedQueue<>();

            // When
            for (int i = 0; i < calls; i++) {
                client.call(router.endpoint(), LambdaCall.of("f", ""), EdgeDomain.TIMEOUT)
                        .thenAccept(results::add);
            }

            // Then
            EdgeDomain.await().until(() -> results.size() == calls);
            assertThat(results).allMatch(result -> result instanceof LambdaResult.Done);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "least-impedance", "round-robin"})
    void aDestinationThatIsRemovedDuringACallNeitherBreaksTheRouterNorRunsItAgain(String policy) {
        // Given
        AtomicInteger runs = new AtomicInteger();
        Queue<StreamObserver<LambdaResponse>> held = new ConcurrentLinkedQueue<>();
        try (PlainComputer one = holding(runs, held);
                PlainComputer other = holding(runs, held)) {
            EdgeRouter router = domain.router(EdgeDomain.config(0, 0, "", 100, EdgeDomain.TIMEOUT), policy);
            domain.install(router, one.endpoint(), "f");
            domain.install(router, other.endpoint(), "f");
            CompletionStage<LambdaResult> call = new EdgeClient(domain.transport())
                    .call(router.endpoint(), LambdaCall.of("f", ""), EdgeDomain.TIMEOUT);
            EdgeDomain.await().until(() -> !held.isEmpty());

            // When
            for (String endpoint : List.of(one.endpoint(), other.endpoint())) {
                assertThat(domain.configure(router, EdgeRouterConf.Action.REMOVE, "f", endpoint, 0, false))
                        .isEqualTo("OK");
            }
            held.forEach(PlainComputer::ok);

            // Then
            assertThat(call.toCompletableFuture()
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join())
                    .isInstanceOf(LambdaResult.Done.class);
            assertThat(runs).hasValue(1);
            assertThat(EdgeDomain.retcode(domain.call(router.endpoint(), LambdaCall.of("f", ""))))
                    .isEqualTo("No destinations found for the entry");
        }
    }

    @Test
    void aRequestOfSeveralMebibytesArrives() {
        EdgeRouter router = domain.router("");
        try (PlainComputer computer = new PlainComputer(0, (request, observer) -> PlainComputer.ok(observer))) {
            domain.install(router, computer.endpoint(), "f");

            assertThat(domain.call(router.endpoint(), ofBytes(3 * 1024 * 1024))).isInstanceOf(LambdaResult.Done.class);
        }
        EdgeComputer own = domain.computer("", 0, EdgeDomain.ECHO, "g");
        domain.install(router, own.endpoint(), "f");
        assertThat(domain.call(router.endpoint(), ofBytes(15 * 1024 * 1024))).isInstanceOf(LambdaResult.Done.class);
    }

    @Test
    void aRequestThatIsTooLargeIsRefusedClearlyAndCostsNobodyAnythingElse() {
        // Given
        EdgeRouter router = domain.router("");
        try (PlainComputer computer = new PlainComputer(0, (request, observer) -> PlainComputer.ok(observer))) {
            domain.install(router, computer.endpoint(), "f");

            // When
            LambdaResult refused = domain.call(router.endpoint(), ofBytes(17 * 1024 * 1024));

            // Then
            assertThat(EdgeDomain.retcode(refused)).startsWith("RPC failed: ").contains("exceeds maximum");
            assertThat(domain.call(router.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Done.class);
            assertThat(router.entries()).hasSize(1);
        }
    }

    private static LambdaCall ofBytes(int count) {
        return new LambdaCall(
                "f", "", ByteString.copyFrom(new byte[count]), false, false, 0, "", Optional.empty(), Optional.empty());
    }

    private static PlainComputer failing(AtomicInteger runs) {
        return new PlainComputer(0, (request, observer) -> {
            runs.incrementAndGet();
            PlainComputer.retcode(observer, "division by zero");
        });
    }

    private static PlainComputer holding(AtomicInteger runs, Queue<StreamObserver<LambdaResponse>> held) {
        return new PlainComputer(0, (request, observer) -> {
            runs.incrementAndGet();
            held.add(observer);
        });
    }
}
