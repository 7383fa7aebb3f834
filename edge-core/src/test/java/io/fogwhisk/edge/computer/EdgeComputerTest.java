package io.fogwhisk.edge.computer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaOffer;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.State;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EdgeComputerTest {

    private final EdgeDomain domain = new EdgeDomain(false);

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void answersAsOneHopWithStatesAndItsEndpoint() {
        // Given
        EdgeComputer computer =
                domain.computer("", 0, call -> CompletableFuture.completedStage(LambdaResult.done("out")), "f");
        State state =
                State.newBuilder().setContent(ByteString.copyFromUtf8("x")).build();

        // When
        LambdaResponse response = run(
                computer,
                LambdaRequest.newBuilder().setName("f").putStates("s", state).build());

        // Then
        assertThat(response.getRetcode()).isEqualTo("OK");
        assertThat(response.getOutput()).isEqualTo("out");
        assertThat(response.getHops()).isEqualTo(1);
        assertThat(response.getResponder()).isEqualTo(computer.endpoint());
        assertThat(response.getStatesMap()).containsEntry("s", state);
    }

    @Test
    void tellsTheCallerWhenItsExecutorBreaks() {
        // Given
        EdgeComputer throwing = domain.computer(
                "",
                0,
                call -> {
                    throw new IllegalStateException("no memory");
                },
                "f");
        EdgeComputer failing = domain.computer(
                "", 0, call -> CompletableFuture.failedStage(new IllegalStateException("no disk")), "f");

        // Then
        LambdaRequest request = LambdaRequest.newBuilder().setName("f").build();
        assertThat(run(throwing, request).getRetcode()).isEqualTo("invalid 'f' request: no memory");
        assertThat(run(failing, request).getRetcode()).isEqualTo("invalid 'f' request: no disk");
    }

    @Test
    void refusesWhatItCannotDoInTheWordsOfForeignNodes() {
        // Given
        EdgeComputer computer =
                domain.computer("", 0, call -> CompletableFuture.completedStage(LambdaResult.done("")), "f");

        // Then
        assertThat(run(
                                computer,
                                LambdaRequest.newBuilder()
                                        .setName("f")
                                        .setCallback("c:1")
                                        .build())
                        .getRetcode())
                .isEqualTo("Cannot handle an asynchronous function invocation");
        assertThat(run(
                                computer,
                                LambdaRequest.newBuilder()
                                        .setName("f")
                                        .addChain("f")
                                        .addChain("g")
                                        .build())
                        .getRetcode())
                .isEqualTo("Cannot handle multiple functions without a callback in the request");
        assertThat(run(computer, LambdaRequest.getDefaultInstance()).getRetcode())
                .contains("empty name");
    }

    @Test
    void letsCallsUnderWayFinishWhenItCloses() {
        // Given
        CompletableFuture<LambdaResult> slow = new CompletableFuture<>();
        CompletableFuture<LambdaCall> started = new CompletableFuture<>();
        EdgeComputer computer = domain.computer(
                "",
                0,
                call -> {
                    started.complete(call);
                    return slow;
                },
                "f");
        CompletionStage<LambdaResult> call = new EdgeClient(domain.transport())
                .call(computer.endpoint(), LambdaCall.of("f", ""), EdgeDomain.TIMEOUT);
        started.orTimeout(20, TimeUnit.SECONDS).join();

        // When
        Thread closer = new Thread(computer::close, "closer");
        closer.start();
        EdgeDomain.await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        slow.complete(LambdaResult.done("late"));

        // Then
        assertThat(call.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join())
                .isInstanceOfSatisfying(
                        LambdaResult.Done.class,
                        done -> assertThat(done.output()).isEqualTo("late"));
    }

    @Test
    void estimatesADryCallWithoutRunningIt() {
        // Given
        AtomicInteger ran = new AtomicInteger();
        EdgeComputer computer = domain.computer(
                "",
                0,
                new LambdaExecutor() {
                    @Override
                    public CompletionStage<LambdaResult> run(LambdaCall call) {
                        ran.incrementAndGet();
                        return CompletableFuture.completedStage(LambdaResult.done("out"));
                    }

                    @Override
                    public int estimateMillis(String lambda) {
                        return 7;
                    }
                },
                "f");

        // When
        LambdaResponse response = run(
                computer, LambdaRequest.newBuilder().setName("f").setDry(true).build());

        // Then
        assertThat(response.getRetcode()).isEqualTo("OK");
        assertThat(response.getPtime()).isEqualTo(7);
        assertThat(response.getOutput()).isEmpty();
        assertThat(response.getHops()).isEqualTo(1);
        assertThat(ran).hasValue(0);
    }

    @Test
    void doesNotBeginACallWhoseTimeIsOver() {
        // Given: gRPC ends most of them itself, but not one whose time ends in between
        AtomicInteger ran = new AtomicInteger();
        EdgeComputer computer = domain.computer(
                "",
                0,
                call -> {
                    ran.incrementAndGet();
                    return CompletableFuture.completedStage(LambdaResult.done(""));
                },
                "f");
        List<RunAnswer> answers = new ArrayList<>();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        Context.CancellableContext over = Context.ROOT.withDeadline(Deadline.after(-1, TimeUnit.MILLISECONDS), timer);

        // When
        over.run(() -> computer.run(
                RunRequest.of(LambdaRequest.newBuilder().setName("f").build()),
                new Metadata(),
                new UnaryService.Answer<>() {
                    @Override
                    public void send(RunAnswer answer) {
                        answers.add(answer);
                    }

                    @Override
                    public boolean isCancelled() {
                        return true;
                    }
                }));
        timer.shutdownNow();

        // Then
        assertThat(answers).extracting(RunAnswer::retcode).containsExactly("RPC failed: the time for the call is over");
        assertThat(ran).hasValue(0);
        assertThat(computer.inFlight()).isZero();
    }

    @Test
    void refusesMoreCallsThanItHolds() {
        // Given
        try (EdgeDomain here = new EdgeDomain(true)) {
            CompletableFuture<LambdaResult> held = new CompletableFuture<>();
            EdgeComputer computer = here.computer("", 0, call -> held, "f");
            List<CompletionStage<LambdaResult>> calls = new ArrayList<>();
            EdgeClient client = new EdgeClient(here.transport());
            for (int i = 0; i < 10_000; i++) {
                calls.add(client.call(computer.endpoint(), LambdaCall.of("f", ""), EdgeDomain.TIMEOUT));
            }
            EdgeDomain.await().until(() -> computer.inFlight() == 10_000);

            // When
            String refused = EdgeDomain.retcode(here.call(computer.endpoint(), LambdaCall.of("f", "")));
            held.complete(LambdaResult.done(""));

            // Then
            assertThat(refused).isEqualTo("Too many lambdas in flight at computer " + computer.endpoint() + ": 10000");
            assertThat(Retcode.saysNotExecuted(refused)).isTrue();
            assertThat(calls)
                    .allSatisfy(call -> assertThat(call.toCompletableFuture()
                                    .orTimeout(20, TimeUnit.SECONDS)
                                    .join())
                            .isInstanceOf(LambdaResult.Done.class));
            assertThat(here.call(computer.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Done.class);
        }
    }

    @Test
    void announcesHowManyWorkersALambdaHas() {
        // Given
        CompletableFuture<ComputerInfo> announced = new CompletableFuture<>();
        EdgePort controller = domain.transport()
                .open(
                        "controller",
                        "127.0.0.1",
                        0,
                        new EdgeControllerGrpc.EdgeControllerImplBase() {
                            @Override
                            public void announceComputer(ComputerInfo request, StreamObserver<Void> observer) {
                                announced.complete(request);
                                observer.onNext(Void.getDefaultInstance());
                                observer.onCompleted();
                            }
                        }.bindService());
        EdgeComputer computer = new EdgeComputer(
                new EdgeComputerConfig("127.0.0.1", 0, controller.endpoint(), EdgeDomain.HEARTBEAT),
                call -> CompletableFuture.completedStage(LambdaResult.done("")),
                domain.transport(),
                domain.metrics);

        // When
        computer.announce(new LambdaOffer(Set.of("f", "g"), Set.of("g"), Map.of("f", 4)));
        computer.start();
        ComputerInfo info = announced.orTimeout(20, TimeUnit.SECONDS).join();
        computer.close();

        // Then
        assertThat(info.getContainersList())
                .extracting(
                        ComputerInfo.Container::getLambda,
                        ComputerInfo.Container::getNumWorkers,
                        ComputerInfo.Container::getIdempotent)
                .containsExactlyInAnyOrder(tuple("f", 4, false), tuple("g", 1, true));
        assertThatThrownBy(() -> new LambdaOffer(Set.of("f"), Set.of(), Map.of("f", 0)))
                .hasMessage("the workers of 'f' must be at least 1, were 0");
    }

    private LambdaResponse run(EdgeComputer computer, LambdaRequest request) {
        return EdgeServerGrpc.newBlockingStub(domain.transport().channel(computer.endpoint()))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .runLambda(request);
    }
}
