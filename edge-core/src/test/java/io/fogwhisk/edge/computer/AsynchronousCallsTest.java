package io.fogwhisk.edge.computer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.CallbackServerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.Void;
import io.fogwhisk.edge.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AsynchronousCallsTest {

    private static final Workflow.Dag DIAMOND =
            new Workflow.Dag(List.of(List.of(1, 2), List.of(3), List.of(3)), List.of("a", "b", "c", "d"), Map.of());

    private final EdgeDomain domain = new EdgeDomain(false);
    private final List<EdgeComputer> computers = new ArrayList<>();
    private final EdgeTransport callbackTransport = domain.transport();
    private final List<LambdaResponse> results = new CopyOnWriteArrayList<>();
    private final EdgePort callback = callbackServer(0);
    private final EdgeRouter router = domain.router("");

    @AfterEach
    void close() {
        computers.forEach(EdgeComputer::close);
        domain.close();
    }

    @Test
    void runsOneFunctionAndBringsItsResult() {
        // Given
        EdgeComputer computer = computer(new Appending("f"), Asynchrony.with(""));
        LambdaRequest request = LambdaRequest.newBuilder()
                .setName("f")
                .setInput("x")
                .setUuid("u-1")
                .setCallback(callback.endpoint())
                .build();

        // When
        LambdaResponse answer = run(computer.endpoint(), request);

        // Then
        assertThat(answer.getRetcode()).isEqualTo("OK");
        assertThat(answer.getAsynchronous()).isTrue();
        assertThat(answer.getOutput()).isEmpty();
        LambdaResponse result = onlyResult();
        assertThat(result.getRetcode()).isEqualTo("OK");
        assertThat(result.getOutput()).isEqualTo("xf");
        assertThat(result.getUuid()).isEqualTo("u-1");
        assertThat(result.getResponder()).isEqualTo(computer.endpoint());
        assertThat(result.getStatesMap()).containsKey("by-f");
    }

    @Test
    void runsAChainOverTwoComputers() {
        // Given
        computer(new Appending("a"), companion());
        EdgeComputer last = computer(new Appending("b"), companion());

        // When
        LambdaResponse answer = run(router.endpoint(), request(Workflow.Chain.of("a", "b", "a", "b")));

        // Then
        assertThat(answer.getAsynchronous()).isTrue();
        LambdaResponse result = onlyResult();
        assertThat(result.getRetcode()).isEqualTo("OK");
        assertThat(result.getOutput()).isEqualTo("xabab");
        assertThat(result.getResponder()).isEqualTo(last.endpoint());
        assertThat(result.getStatesMap()).containsOnlyKeys("by-a", "by-b");
        assertThat(result.getHops()).isEqualTo(8);
    }

    @Test
    void joinsBranchesThatRanOnDifferentComputers() {
        // Given
        computer(new Appending("a", "b", "d"), companion());
        computer(new Appending("a", "c", "d"), companion());

        for (int i = 0; i < 10; i++) {
            // When
            results.clear();
            run(router.endpoint(), request(DIAMOND, "u-" + i));

            // Then: the last one's input counts, the states of both
            LambdaResponse result = onlyResult();
            assertThat(result.getRetcode()).isEqualTo("OK");
            assertThat(result.getOutput()).isIn("xabd", "xacd");
            assertThat(result.getStatesMap()).containsOnlyKeys("by-a", "by-b", "by-c", "by-d");
        }
        assertThat(computers).extracting(EdgeComputer::openJoins).containsOnly(0);
    }

    @Test
    void countsBranchesOfForeignComputersWhereTheyArrive() {
        // Given
        EdgeComputer computer = computer(new Appending("d"), companion());
        LambdaRequest branch = request(DIAMOND, "u").toBuilder()
                .setName("d")
                .setNextFunctionIndex(3)
                .build();

        // When
        run(computer.endpoint(), branch);
        assertThat(computer.openJoins()).isEqualTo(1);
        run(computer.endpoint(), branch.toBuilder().setInput("last").build());

        // Then
        assertThat(onlyResult().getOutput()).isEqualTo("lastd");
        assertThat(computer.openJoins()).isZero();
    }

    @Test
    void countsABranchThatArrivesTwiceOnce() {
        // Given
        EdgeComputer computer = computer(new Appending("d"), companion());
        LambdaRequest branch = request(DIAMOND, "u").toBuilder()
                .setName("d")
                .setNextFunctionIndex(3)
                .setPreviousFunctionIndex(1)
                .build();

        // When
        run(computer.endpoint(), branch);
        run(computer.endpoint(), branch);

        // Then
        assertThat(computer.openJoins()).isEqualTo(1);
        run(computer.endpoint(), branch.toBuilder().setPreviousFunctionIndex(2).build());
        assertThat(onlyResult().getOutput()).isEqualTo("xd");
    }

    @Test
    void endsAChainAtTheStepThatFails() {
        // Given
        computer(new Appending("a", "c").failing("b", "no luck"), companion());

        // When
        run(router.endpoint(), request(Workflow.Chain.of("a", "b", "c")));

        // Then
        assertThat(onlyResult().getRetcode()).isEqualTo("step 'b' (1) failed: no luck");
        assertThat(results.get(0).getOutput()).isEmpty();
    }

    @Test
    void reportsAGraphWhoseBranchesAllFailOnce() {
        // Given
        Appending first = new Appending("a", "d").failing("b", "no b");
        Appending second = new Appending("d").failing("c", "no c");
        computer(first, companion());
        computer(second, companion());

        // When
        run(router.endpoint(), request(DIAMOND));

        // Then: both have failed and everything is at rest, and there is one message
        EdgeDomain.await().until(() -> first.ran.contains("b") && second.ran.contains("c"));
        assertThat(onlyResult().getRetcode()).isIn("step 'b' (1) failed: no b", "step 'c' (2) failed: no c");
        run(router.endpoint(), request(Workflow.Chain.of("a"), "barrier"));
        EdgeDomain.await().until(() -> results.size() == 2);
        assertThat(results.get(1).getUuid()).isEqualTo("barrier");
    }

    @Test
    void saysWhichBranchIsMissingWhenAJoinExpires() {
        // Given
        Appending never = new Appending("c");
        never.held.put("c", new CompletableFuture<>());
        Asynchrony hasty = new Asynchrony(true, router.endpoint(), Duration.ofMillis(300), 10);
        EdgeComputer home = computer(new Appending("a", "b", "d"), hasty);
        computer(never, hasty);

        // When
        run(router.endpoint(), request(DIAMOND));

        // Then
        assertThat(onlyResult().getRetcode()).isEqualTo("step 'd' (3) failed: no output of 'c' (2) within 1 s");
        assertThat(home.openJoins()).isZero();

        // When: it comes too late
        never.release("c");
        run(router.endpoint(), request(Workflow.Chain.of("a"), "barrier"));

        // Then
        EdgeDomain.await().until(() -> results.size() == 2);
        assertThat(results.get(1).getUuid()).isEqualTo("barrier");
        assertThat(home.openJoins()).isZero();
    }

    @Test
    void namesTheStepThatNobodyCanRun() {
        // Given
        computer(new Appending("a"), companion());

        // When
        run(router.endpoint(), request(Workflow.Chain.of("a", "unknown")));

        // Then
        assertThat(onlyResult().getRetcode())
                .startsWith("step 'unknown' (1) failed: ")
                .contains(Retcode.NO_DESTINATION);
    }

    @Test
    void refusesMoreJoinsThanItHolds() {
        // Given
        EdgeComputer computer =
                computer(new Appending("d"), new Asynchrony(true, router.endpoint(), Duration.ofSeconds(60), 1));
        LambdaRequest branch = request(DIAMOND, "u-1").toBuilder()
                .setName("d")
                .setNextFunctionIndex(3)
                .build();
        run(computer.endpoint(), branch);

        // When
        LambdaResponse answer =
                run(computer.endpoint(), branch.toBuilder().setUuid("u-2").build());

        // Then
        assertThat(answer.getRetcode()).startsWith(Retcode.FULL);
        assertThat(answer.getAsynchronous()).isFalse();
    }

    @Test
    void triesAgainWhenTheCallbackIsAway() {
        // Given
        EdgeComputer computer = computer(new Appending("f"), Asynchrony.with(""));
        int port = callback.number();
        callback.close();

        // When
        run(computer.endpoint(), request(Workflow.Chain.of("f")));
        callbackServer(port);

        // Then
        assertThat(onlyResult().getOutput()).isEqualTo("xf");
    }

    @Test
    void finishesWhatItAcceptedWhenTheCallersTimeIsOver() {
        // Given
        Appending slow = new Appending("f");
        slow.held.put("f", new CompletableFuture<>());
        EdgeComputer computer = computer(slow, Asynchrony.with(""));

        // When
        run(computer.endpoint(), request(Workflow.Chain.of("f")));
        EdgeDomain.await().until(() -> slow.contexts.size() == 1);

        // Then
        assertThat(slow.contexts.get(0).getDeadline()).isNull();
        assertThat(slow.contexts.get(0).isCancelled()).isFalse();
        slow.release("f");
        assertThat(onlyResult().getOutput()).isEqualTo("xf");
    }

    @Test
    void refusesWhatItCannotDoAndLives() {
        // Given
        EdgeComputer lonely = computer(new Appending("a"), Asynchrony.with(""));
        EdgeComputer full = computer(new Appending("a"), companion());
        LambdaRequest chain = request(Workflow.Chain.of("a", "b"));
        LambdaRequest.Builder both = request(DIAMOND).toBuilder().addChain("a");

        // Then
        assertThat(retcode(lonely, chain)).startsWith("Cannot handle multiple functions without a companion");
        assertThat(retcode(full, both.build()))
                .isEqualTo("Cannot specify both a function chain and a DAG in the request");
        assertThat(retcode(full, chain.toBuilder().clearCallback().build()))
                .isEqualTo("Cannot handle multiple functions without a callback in the request");
        assertThat(retcode(full, chain.toBuilder().setNextFunctionIndex(2).build()))
                .isEqualTo("Out-of-range function execution requested in a chain");
        assertThat(retcode(full, request(DIAMOND).toBuilder().clearUuid().build()))
                .isEqualTo("Cannot execute a DAG without a UUID in the request");
        assertThat(retcode(full, chain.toBuilder().setCallback("nowhere").build()))
                .startsWith("invalid 'a' request: 'nowhere' is not an endpoint");
        assertThat(retcode(full, chain.toBuilder().setName("z").build()))
                .isEqualTo("No container for lambda z found in computer computer@" + full.endpoint());
        assertThat(retcode(lonely, LambdaRequest.newBuilder().setName("a").build()))
                .isEqualTo("OK");
    }

    private Asynchrony companion() {
        return Asynchrony.with(router.endpoint());
    }

    private EdgeComputer computer(Appending executor, Asynchrony asynchrony) {
        EdgeComputer computer = new EdgeComputer(
                new EdgeComputerConfig("127.0.0.1", 0, "", EdgeDomain.HEARTBEAT),
                executor,
                asynchrony,
                domain.transport(),
                domain.metrics);
        computers.add(computer);
        computer.start();
        executor.known.forEach(lambda -> domain.install(router, computer.endpoint(), lambda));
        return computer;
    }

    private EdgePort callbackServer(int port) {
        return callbackTransport.open(
                "callback",
                "127.0.0.1",
                port,
                new UnaryService(CallbackServerGrpc.getServiceDescriptor())
                        .method(CallbackServerGrpc.getReceiveResponseMethod(), (response, headers, answer) -> {
                            results.add(response);
                            answer.send(Void.getDefaultInstance());
                        })
                        .build());
    }

    private LambdaRequest request(Workflow workflow) {
        return request(workflow, "u");
    }

    private LambdaRequest request(Workflow workflow, String uuid) {
        LambdaRequest.Builder request =
                LambdaRequest.newBuilder().setInput("x").setUuid(uuid).setCallback(callback.endpoint());
        workflow.putInto(request);
        return request.build();
    }

    private String retcode(EdgeComputer computer, LambdaRequest request) {
        return run(computer.endpoint(), request).getRetcode();
    }

    private LambdaResponse run(String endpoint, LambdaRequest request) {
        return EdgeServerGrpc.newBlockingStub(callbackTransport.channel(endpoint))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .runLambda(request);
    }

    private LambdaResponse onlyResult() {
        EdgeDomain.await().until(() -> !results.isEmpty());
        assertThat(results).hasSize(1);
        return results.get(0);
    }
}
