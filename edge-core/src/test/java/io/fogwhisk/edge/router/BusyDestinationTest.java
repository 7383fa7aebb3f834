package io.fogwhisk.edge.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.table.RoutingTables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of calls when every destination has as many as it may have. */
class BusyDestinationTest {

    private final EdgeDomain domain = new EdgeDomain(false);
    private final EdgeTransport caller = domain.transport();
    private final Held held = new Held();

    @AfterEach
    void close() {
        held.finishAll();
        domain.close();
    }

    @Test
    void aCallWaitsForAPlaceAndPlacesAreGivenInTheOrderOfArrival() {
        // Given
        EdgeRouter router = router(1, 10, Duration.ofSeconds(20));
        CompletableFuture<LambdaResult> first = call(router, "f", "first");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("first")));
        CompletableFuture<LambdaResult> second = call(router, "f", "second");
        EdgeDomain.await().until(() -> router.waiting() == 1);
        CompletableFuture<LambdaResult> third = call(router, "f", "third");
        EdgeDomain.await().until(() -> router.waiting() == 2);

        // When
        held.finish("first");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("second")));
        held.finish("second");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("third")));
        held.finish("third");

        // Then
        assertThat(List.of(output(first), output(second), output(third))).containsExactly("first", "second", "third");
        assertThat(router.waiting()).isZero();
        assertThat(router.inFlight()).isZero();
    }

    @Test
    void moreThanMayWaitAreRefusedAndTheOthersAreServed() {
        // Given
        EdgeRouter router = router(1, 1, Duration.ofSeconds(20));
        CompletableFuture<LambdaResult> first = call(router, "f", "first");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("first")));
        CompletableFuture<LambdaResult> second = call(router, "f", "second");
        EdgeDomain.await().until(() -> router.waiting() == 1);

        // When
        LambdaResult refused = domain.call(router.endpoint(), LambdaCall.of("f", "third"));

        // Then
        assertThat(EdgeDomain.retcode(refused))
                .isEqualTo("Too many lambdas in flight towards every destination of f, and 1 calls wait already");
        held.finish("first");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("second")));
        held.finish("second");
        assertThat(List.of(output(first), output(second))).containsExactly("first", "second");
    }

    @Test
    void aCallWaitsNoLongerThanItsCallerDoes() {
        // Given
        EdgeRouter router = router(1, 10, Duration.ofSeconds(20));
        CompletableFuture<LambdaResult> first = call(router, "f", "first");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("first")));

        // When
        LambdaResult late = new EdgeClient(caller)
                .call(router.endpoint(), LambdaCall.of("f", "second"), Duration.ofMillis(300))
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();

        // Then
        assertThat(late).isInstanceOf(LambdaResult.Failed.class);
        EdgeDomain.await().until(() -> router.waiting() == 0 && router.inFlight() == 1);
        held.finish("first");
        assertThat(output(first)).isEqualTo("first");
    }

    @Test
    void aDestinationIsFullForAllItsLambdasTogetherAndOneLambdaDoesNotStarveAnother() {
        // Given
        EdgeRouter router = router(1, 10, Duration.ofSeconds(20));
        CompletableFuture<LambdaResult> first = call(router, "f", "first");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("first")));
        List<CompletableFuture<LambdaResult>> waiting = new ArrayList<>();
        for (String input : List.of("f1", "f2", "f3")) {
            waiting.add(call(router, "f", input));
        }
        waiting.add(call(router, "g", "g1"));
        EdgeDomain.await().until(() -> router.waiting() == 4);

        // When
        EdgeDomain.await().until(() -> {
            held.finishAll();
            return router.inFlight() == 0;
        });

        // Then
        assertThat(output(first)).isEqualTo("first");
        assertThat(waiting).allSatisfy(each -> assertThat(each.join()).isInstanceOf(LambdaResult.Done.class));
    }

    @Test
    void allWhoWaitGoToADestinationThatIsNewAsFarAsItHasPlaces() {
        // Given
        EdgeRouter router = router(2, 10, Duration.ofSeconds(20));
        List<CompletableFuture<LambdaResult>> calls = new ArrayList<>();
        for (String input : List.of("1", "2", "3", "4", "5", "6")) {
            calls.add(call(router, "f", input));
        }
        EdgeDomain.await().until(() -> held.inputs().size() == 2 && router.waiting() == 4);

        // When
        EdgeComputer other = domain.computer("", 0, held, "f");
        domain.install(router, other.endpoint(), "f");

        // Then
        EdgeDomain.await().until(() -> held.inputs().size() == 4 && router.waiting() == 2);
        held.answerAtOnce();
        held.finishAll();
        assertThat(calls)
                .allSatisfy(each ->
                        assertThat(each.orTimeout(20, TimeUnit.SECONDS).join()).isInstanceOf(LambdaResult.Done.class));
    }

    @Test
    void whoHasGoneDoesNotWait() {
        // Given
        EdgeRouter router = router(1, 1, Duration.ofSeconds(20));
        CompletableFuture<LambdaResult> first = call(router, "f", "first");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("first")));
        EdgeTransport gone = domain.transport();
        CompletableFuture<LambdaResult> second = new EdgeClient(gone)
                .call(router.endpoint(), LambdaCall.of("f", "second"), Duration.ofSeconds(20))
                .toCompletableFuture();
        EdgeDomain.await().until(() -> router.waiting() == 1);

        // When
        gone.close();

        // Then
        assertThat(second.orTimeout(20, TimeUnit.SECONDS).join()).isInstanceOf(LambdaResult.Failed.class);
        EdgeDomain.await().atMost(Duration.ofSeconds(5)).until(() -> router.waiting() == 0 && router.inFlight() == 1);
        held.finish("first");
        assertThat(output(first)).isEqualTo("first");
    }

    @Test
    void lambdasTakeTurnsHoweverManyCallsOfOneWait() {
        // Given
        EdgeRouter router = router(1, 10, Duration.ofSeconds(20));
        List<CompletableFuture<LambdaResult>> calls = new ArrayList<>();
        calls.add(call(router, "f", "f1"));
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("f1")));
        for (String input : List.of("f2", "f3", "f4")) {
            calls.add(call(router, "f", input));
            EdgeDomain.await().until(() -> router.waiting() == calls.size() - 1);
        }
        calls.add(call(router, "g", "g1"));
        EdgeDomain.await().until(() -> router.waiting() == 4);

        // When
        List<String> order = new ArrayList<>();
        while (order.size() < 4) {
            List<String> now = held.inputs();
            order.addAll(now);
            now.forEach(held::finish);
            EdgeDomain.await()
                    .until(() -> !held.inputs().isEmpty() && !held.inputs().equals(now));
        }

        // Then
        assertThat(order).contains("g1");
        held.answerAtOnce();
        held.finishAll();
        assertThat(calls)
                .allSatisfy(each ->
                        assertThat(each.orTimeout(20, TimeUnit.SECONDS).join()).isInstanceOf(LambdaResult.Done.class));
    }

    @Test
    void whoWaitsGoesToADestinationThatIsNew() {
        // Given
        EdgeRouter router = router(1, 10, Duration.ofSeconds(20));
        CompletableFuture<LambdaResult> first = call(router, "f", "first");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("first")));
        CompletableFuture<LambdaResult> second = call(router, "f", "second");
        EdgeDomain.await().until(() -> router.waiting() == 1);

        // When
        EdgeComputer other = domain.computer("", 0, EdgeDomain.ECHO, "f");
        domain.install(router, other.endpoint(), "f");

        // Then
        assertThat(output(second)).isEqualTo("second");
        held.finish("first");
        assertThat(output(first)).isEqualTo("first");
    }

    @Test
    void whoWaitsLearnsThatItsDestinationIsGone() {
        // Given
        EdgeRouter router = router(1, 10, Duration.ofSeconds(20));
        CompletableFuture<LambdaResult> first = call(router, "f", "first");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("first")));
        CompletableFuture<LambdaResult> second = call(router, "f", "second");
        EdgeDomain.await().until(() -> router.waiting() == 1);

        // When
        router.entries()
                .forEach(entry -> domain.configure(
                        router, EdgeRouterConf.Action.REMOVE, entry.lambda(), entry.destination(), 0, false));

        // Then
        assertThat(EdgeDomain.retcode(second.orTimeout(20, TimeUnit.SECONDS).join()))
                .isEqualTo("No destinations found for the entry");
        held.finish("first");
        assertThat(output(first)).isEqualTo("first");
    }

    @Test
    void thousandsThatWaitAreServedByAComputerThatAnswersAtOnce() {
        // Given: one call holds the only place
        EdgeRouter router = router(1, 5_000, Duration.ofSeconds(60));
        CompletableFuture<LambdaResult> first = call(router, "f", "first");
        EdgeDomain.await().until(() -> held.inputs().equals(List.of("first")));
        held.answerAtOnce();
        List<CompletableFuture<LambdaResult>> waiting = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            waiting.add(call(router, "f", "next"));
        }
        EdgeDomain.await().until(() -> router.waiting() == 4_000);

        // When
        held.finish("first");

        // Then
        assertThat(output(first)).isEqualTo("first");
        assertThat(waiting).allSatisfy(each -> assertThat(output(each)).isEqualTo("next"));
        assertThat(router.inFlight()).isZero();
    }

    private EdgeRouter router(int maxPending, int maxWaiting, Duration callTimeout) {
        EdgeRouter router = domain.router(
                new EdgeRouterConfig(
                        "127.0.0.1", 0, 0, "", new EdgeRouterConfig.Bounds(10_000, maxWaiting, callTimeout)),
                RoutingTables.of("type=power-of-two", "type=none", maxPending, System::nanoTime));
        EdgeComputer computer = domain.computer("", 0, held, "f", "g");
        domain.install(router, computer.endpoint(), "f");
        domain.install(router, computer.endpoint(), "g");
        return router;
    }

    private CompletableFuture<LambdaResult> call(EdgeRouter router, String lambda, String input) {
        return new EdgeClient(caller)
                .call(router.endpoint(), LambdaCall.of(lambda, input), Duration.ofSeconds(60))
                .toCompletableFuture();
    }

    private static String output(CompletableFuture<LambdaResult> call) {
        LambdaResult result = call.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(result).isInstanceOf(LambdaResult.Done.class);
        return ((LambdaResult.Done) result).output();
    }

    /** Answers calls when it is told to. */
    private static final class Held implements LambdaExecutor {
        private record Call(String input, CompletableFuture<LambdaResult> answer) {}

        private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
        private volatile boolean atOnce;

        @Override
        public CompletionStage<LambdaResult> run(LambdaCall call) {
            if (atOnce) {
                return CompletableFuture.completedStage(LambdaResult.done(call.input()));
            }
            Call arrived = new Call(call.input(), new CompletableFuture<>());
            calls.add(arrived);
            return arrived.answer;
        }

        List<String> inputs() {
            return calls.stream().map(Call::input).toList();
        }

        void answerAtOnce() {
            atOnce = true;
        }

        void finish(String input) {
            calls.stream().filter(each -> each.input.equals(input)).toList().forEach(this::finish);
        }

        void finishAll() {
            List.copyOf(calls).forEach(this::finish);
        }

        private void finish(Call call) {
            calls.remove(call);
            call.answer.complete(LambdaResult.done(call.input));
        }
    }
}
