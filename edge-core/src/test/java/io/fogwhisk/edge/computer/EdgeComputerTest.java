package io.fogwhisk.edge.computer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.State;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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

    private LambdaResponse run(EdgeComputer computer, LambdaRequest request) {
        return EdgeServerGrpc.newBlockingStub(domain.transport().channel(computer.endpoint()))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .runLambda(request);
    }
}
