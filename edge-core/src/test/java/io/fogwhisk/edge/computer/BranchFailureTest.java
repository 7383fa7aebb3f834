package io.fogwhisk.edge.computer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunLambda;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.CallbackServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.Void;
import io.fogwhisk.edge.workflow.Workflow;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One message per call, whoever is away. */
class BranchFailureTest {

    private static final Workflow.Dag DIAMOND =
            new Workflow.Dag(List.of(List.of(1, 2), List.of(3), List.of(3)), List.of("a", "b", "c", "d"), Map.of());

    private final EdgeDomain domain = new EdgeDomain(false);
    private final List<EdgeComputer> computers = new ArrayList<>();
    private final EdgeTransport transport = domain.transport();
    private final List<LambdaResponse> results = new CopyOnWriteArrayList<>();
    private final EdgePort callback = transport.open(
            "callback",
            "127.0.0.1",
            0,
            new UnaryService(CallbackServerGrpc.getServiceDescriptor())
                    .method(CallbackServerGrpc.getReceiveResponseMethod(), (response, headers, answer) -> {
                        results.add(response);
                        answer.send(Void.getDefaultInstance());
                    })
                    .build());
    private final EdgeRouter router = domain.router("");

    @AfterEach
    void close() {
        computers.forEach(EdgeComputer::close);
        domain.close();
    }

    @Test
    void onlyTheMainBranchReportsWhenAllFailAndTheirHomeIsAway() {
        // Given
        EdgeComputer home = computer(new Appending("a"), router.endpoint());
        Appending main = held(new Appending().failing("b", "no b"), "b");
        Appending other = held(new Appending().failing("c", "no c"), "c");
        EdgeComputer onMain = computer(main, router.endpoint());
        EdgeComputer onOther = computer(other, router.endpoint());

        // When
        run(router.endpoint(), DIAMOND);
        EdgeDomain.await().until(() -> main.ran.contains("b") && other.ran.contains("c"));
        home.close();
        other.release("c");
        main.release("b");

        // Then
        atRest(onMain, onOther);
        assertThat(results).extracting(LambdaResponse::getRetcode).containsExactly("step 'b' (1) failed: no b");
    }

    @Test
    void onlyTheMainBranchReportsWhenNoneReachesItsHome() {
        // Given
        EdgeComputer home = computer(new Appending("a", "d"), router.endpoint());
        Appending main = held(new Appending("b"), "b");
        Appending other = held(new Appending("c"), "c");
        EdgeComputer onMain = computer(main, router.endpoint());
        EdgeComputer onOther = computer(other, router.endpoint());

        // When
        run(router.endpoint(), DIAMOND);
        EdgeDomain.await().until(() -> main.ran.contains("b") && other.ran.contains("c"));
        home.close();
        other.release("c");
        main.release("b");

        // Then
        atRest(onMain, onOther);
        assertThat(results).singleElement().satisfies(result -> {
            assertThat(result.getRetcode()).startsWith("step 'd' (3) failed: RPC failed: " + home.endpoint());
            assertThat(result.getResponder()).isEqualTo(onMain.endpoint());
        });
    }

    @Test
    void aStepThatWasSentAndMayRunIsNotReportedAsFailed() {
        // Given: who takes the next step has it run, and its answer is lost
        CompletableFuture<String> to = new CompletableFuture<>();
        EdgePort companion = node((request, answer) -> new EdgeClient(transport)
                .run(to.join(), request, new Metadata(), EdgeDomain.TIMEOUT)
                .thenAccept(done -> answer.send(
                        RunAnswer.refusal(request, Retcode.RPC_FAILED + "c:1 did not answer: DEADLINE_EXCEEDED"))));
        EdgeComputer computer = computer(new Appending("a", "b"), companion.endpoint());
        to.complete(computer.endpoint());

        // When
        run(computer.endpoint(), Workflow.Chain.of("a", "b"));

        // Then
        EdgeDomain.await().until(() -> !results.isEmpty());
        atRest(computer);
        assertThat(results).singleElement().satisfies(result -> {
            assertThat(result.getRetcode()).isEqualTo("OK");
            assertThat(result.getOutput()).isEqualTo("xab");
        });
    }

    @Test
    void aBranchIsSentToItsHomeUntilThatAnswers() {
        // Given
        List<LambdaRequest> arrived = new CopyOnWriteArrayList<>();
        EdgePort home = node((request, answer) -> {
            arrived.add(request.proto());
            answer.send(RunAnswer.refusal(
                    request, arrived.size() == 1 ? Retcode.RPC_FAILED + "h:1 did not answer: reset" : Retcode.OK));
        });
        EdgeComputer computer = computer(new Appending("b"), router.endpoint());

        // When
        run(
                computer.endpoint(),
                request(DIAMOND).toBuilder()
                        .setName("b")
                        .setNextFunctionIndex(1)
                        .setPreviousFunctionIndex(0)
                        .setJoinEndpoint(home.endpoint())
                        .build());

        // Then
        atRest(computer);
        assertThat(arrived).hasSize(2).allSatisfy(each -> {
            assertThat(each.getInput()).isEqualTo("xb");
            assertThat(each.getPreviousFunctionIndex()).isEqualTo(1);
            assertThat(each.getFailure()).isEmpty();
        });
        assertThat(results).isEmpty();
    }

    @Test
    void theHomeOfABranchLearnsOfItsFailure() {
        // Given
        List<LambdaRequest> arrived = new CopyOnWriteArrayList<>();
        EdgePort home = node((request, answer) -> {
            arrived.add(request.proto());
            answer.send(RunAnswer.refusal(request, Retcode.OK));
        });
        EdgeComputer computer = computer(new Appending().failing("b", "no b"), router.endpoint());

        // When
        run(
                computer.endpoint(),
                request(DIAMOND).toBuilder()
                        .setName("b")
                        .setNextFunctionIndex(1)
                        .setPreviousFunctionIndex(0)
                        .setJoinEndpoint(home.endpoint())
                        .build());

        // Then
        atRest(computer);
        assertThat(arrived).extracting(LambdaRequest::getFailure).containsExactly("step 'b' (1) failed: no b");
        assertThat(results).isEmpty();
    }

    private interface Handler {
        void handle(RunRequest request, UnaryService.Answer<RunAnswer> answer);
    }

    private EdgePort node(Handler handler) {
        return domain.transport()
                .open(
                        "node",
                        "127.0.0.1",
                        0,
                        new UnaryService(RunLambda.SERVICE)
                                .method(RunLambda.METHOD, (request, headers, answer) -> handler.handle(request, answer))
                                .build());
    }

    private static Appending held(Appending executor, String lambda) {
        executor.held.put(lambda, new CompletableFuture<>());
        return executor;
    }

    private EdgeComputer computer(Appending executor, String companion) {
        EdgeComputer computer = new EdgeComputer(
                new EdgeComputerConfig("127.0.0.1", 0, "", EdgeDomain.HEARTBEAT),
                executor,
                Asynchrony.with(companion),
                domain.transport(),
                domain.metrics);
        computers.add(computer);
        computer.start();
        executor.known.forEach(lambda -> domain.install(router, computer.endpoint(), lambda));
        return computer;
    }

    /** Waits until everything that came of the calls at these computers has ended. */
    private static void atRest(EdgeComputer... computers) {
        for (EdgeComputer computer : computers) {
            EdgeDomain.await().until(() -> computer.inFlight() == 0);
        }
    }

    private LambdaRequest request(Workflow workflow) {
        LambdaRequest.Builder request =
                LambdaRequest.newBuilder().setInput("x").setUuid("u").setCallback(callback.endpoint());
        workflow.putInto(request);
        return request.build();
    }

    private void run(String endpoint, Workflow workflow) {
        run(endpoint, request(workflow));
    }

    private void run(String endpoint, LambdaRequest request) {
        RunAnswer answer = new EdgeClient(transport)
                .run(endpoint, RunRequest.of(request), new Metadata(), EdgeDomain.TIMEOUT)
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        assertThat(answer.retcode()).isEqualTo("OK");
    }
}
