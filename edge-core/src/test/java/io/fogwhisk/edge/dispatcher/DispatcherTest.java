package io.fogwhisk.edge.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunLambda;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dispatcher in front of nodes that say what they are told to, over real sockets. */
class DispatcherTest {

    private final EdgeDomain domain = new EdgeDomain(false);

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void probeTakesWhoSaysTheShortestTimeAndRunsTheLambdaOnce() {
        // Given
        Node slow = new Node(50);
        Node fast = new Node(5);
        EdgeRouter dispatcher = dispatcher("type=probe,output=", slow.endpoint(), fast.endpoint());

        // When
        LambdaResult result = call(dispatcher);

        // Then
        assertThat(result).isInstanceOf(LambdaResult.Done.class);
        assertThat(result.responder()).isEqualTo(fast.endpoint());
        assertThat(slow.asked).hasValue(1);
        assertThat(fast.asked).hasValue(1);
        assertThat(slow.ran).hasValue(0);
        assertThat(fast.ran).hasValue(1);
    }

    @Test
    void probeGoesOnWhenAComputerDies() {
        // Given
        Node first = new Node(5);
        Node second = new Node(50);
        EdgeRouter dispatcher = dispatcher("type=probe,output=", first.endpoint(), second.endpoint());

        // When
        first.port.close();

        // Then
        for (int i = 0; i < 20; i++) {
            assertThat(call(dispatcher).responder()).isEqualTo(second.endpoint());
        }
        second.port.close();
        assertThat(EdgeDomain.retcode(call(dispatcher))).contains("Connection refused");
    }

    @Test
    void probeWaitsForAHungComputerOnceAndNotForLong() {
        // Given
        Node hung = new Node(-1);
        Node good = new Node(5);
        EdgeRouter dispatcher = dispatcher("type=probe,output=", hung.endpoint(), good.endpoint());

        // When
        call(dispatcher);
        LambdaResult next = call(dispatcher);

        // Then
        assertThat(next.responder()).isEqualTo(good.endpoint());
        assertThat(dispatcher.entries())
                .extracting(entry -> entry.status().breaker())
                .contains("closed")
                .containsAnyOf("open", "probing");
    }

    @Test
    void probeAsksNoMoreAtATimeThanItMay() {
        // Given
        AtomicInteger asking = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        String[] endpoints = IntStream.range(0, 6)
                .mapToObj(i -> new Node(5) {
                    @Override
                    void answer(RunRequest request, UnaryService.Answer<RunAnswer> answer) {
                        most.accumulateAndGet(asking.incrementAndGet(), Math::max);
                        CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)
                                .execute(() -> {
                                    asking.decrementAndGet();
                                    super.answer(request, answer);
                                });
                    }
                }.endpoint())
                .toArray(String[]::new);
        EdgeRouter dispatcher = dispatcher("type=probe,max-clients=2,output=", endpoints);

        // When
        LambdaResult result = call(dispatcher);

        // Then
        assertThat(result).isInstanceOf(LambdaResult.Done.class);
        assertThat(most).hasValue(2);
    }

    @Test
    void probeTellsWhyNobodyCanTakeTheCall() {
        // Given
        EdgeRouter dispatcher = dispatcher("type=probe,output=");

        // Then
        assertThat(EdgeDomain.retcode(call(dispatcher))).isEqualTo(Retcode.NO_DESTINATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"type=rtt", "type=util,output=", "type=delay,output="})
    void triesEveryComputerAndSurvivesTheDeathOfOne(String conf) {
        // Given
        Node first = new Node(1);
        Node second = new Node(1);
        EdgeRouter dispatcher = dispatcher(conf, first.endpoint(), second.endpoint());

        // When
        call(dispatcher);
        call(dispatcher);
        int firstRan = first.ran.get();
        first.port.close();

        // Then
        assertThat(firstRan).isEqualTo(1);
        assertThat(second.ran).hasValue(1);
        for (int i = 0; i < 10; i++) {
            assertThat(call(dispatcher).responder()).isEqualTo(second.endpoint());
        }
    }

    private EdgeRouter dispatcher(String conf, String... endpoints) {
        EstimatedRouting routing = new EstimatedRouting(
                EstimatorConfig.parse("--ptimeest-conf", conf), 100, domain.transport(), System::nanoTime);
        EdgeRouter dispatcher = domain.router(EdgeDomain.config(0, 0, "", 100, Duration.ofSeconds(10)), routing);
        for (String endpoint : endpoints) {
            domain.install(dispatcher, endpoint, "f");
        }
        return dispatcher;
    }

    private LambdaResult call(EdgeRouter dispatcher) {
        return domain.call(dispatcher.endpoint(), LambdaCall.of("f", ""));
    }

    /** Says how long it would take; less than zero to hang. */
    private class Node {
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger ran = new AtomicInteger();
        final EdgePort port;
        private final int millis;

        Node(int millis) {
            this.millis = millis;
            port = domain.transport()
                    .open(
                            "node",
                            "127.0.0.1",
                            0,
                            new UnaryService(RunLambda.SERVICE)
                                    .method(RunLambda.METHOD, (request, headers, answer) -> answer(request, answer))
                                    .build());
        }

        String endpoint() {
            return port.endpoint();
        }

        void answer(RunRequest request, UnaryService.Answer<RunAnswer> answer) {
            (request.dry() ? asked : ran).incrementAndGet();
            if (millis >= 0) {
                answer.send(RunAnswer.of(LambdaResponse.newBuilder()
                        .setRetcode(Retcode.OK)
                        .setPtime(millis)
                        .build()));
            }
        }
    }
}
