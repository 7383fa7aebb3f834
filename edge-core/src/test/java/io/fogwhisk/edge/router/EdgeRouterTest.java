package io.fogwhisk.edge.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.TableId;
import io.fogwhisk.edge.rpc.proto.Void;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeRouterTest {

    private static final LambdaExecutor ECHO =
            call -> CompletableFuture.completedStage(LambdaResult.done(call.input()));

    private EdgeDomain domain = new EdgeDomain(true);

    @AfterEach
    void close() {
        domain.close();
    }

    private void wire(boolean inProcess) {
        domain.close();
        domain = new EdgeDomain(inProcess);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void carriesALambdaToAComputerAndTheAnswerBack(boolean inProcess) {
        // Given
        wire(inProcess);
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, ECHO, "f");
        EdgeDomain.awaitRoutes(router, 1);

        // When
        LambdaResult result = domain.call(router.endpoint(), LambdaCall.of("f", "hello"));

        // Then
        assertThat(result).isInstanceOfSatisfying(LambdaResult.Done.class, done -> {
            assertThat(done.output()).isEqualTo("hello");
            assertThat(done.responder()).isEqualTo(computer.endpoint());
            assertThat(done.hops()).isEqualTo(2);
        });
        assertThat(domain.metrics.value(Meter.EDGE_FORWARDED)).isEqualTo(1);
        assertThat(domain.metrics.value(Meter.EDGE_EXECUTED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void passesTheCallersKeyAndWishOn(boolean inProcess) {
        // Given
        wire(inProcess);
        List<LambdaCall> seen = new CopyOnWriteArrayList<>();
        EdgeRouter router = domain.router("");
        EdgeComputer computer = domain.computer("", 0, recording(seen), "f");
        install(router, computer.endpoint(), "f");

        // When
        domain.call(
                router.endpoint(),
                LambdaCall.of("f", "").authorizedBy("Basic abc").replyAs("accepted"));

        // Then
        assertThat(seen).singleElement().satisfies(call -> {
            assertThat(call.authorization()).contains("Basic abc");
            assertThat(call.reply()).contains("accepted");
            assertThat(call.forward()).isTrue();
            assertThat(call.hops()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void usesAnotherComputerWhileOneIsAwayAndTheFirstAgainWhenItIsBack(boolean inProcess) {
        // Given
        wire(inProcess);
        EdgeRouter router = domain.router("");
        EdgeComputer first = domain.computer("", 0, ECHO, "f");
        EdgeComputer second = domain.computer("", 0, ECHO, "f");
        install(router, first.endpoint(), "f");
        install(router, second.endpoint(), "f");
        String endpoint = first.endpoint();

        // When
        first.close();

        // Then
        for (int i = 0; i < 20; i++) {
            assertThat(domain.call(router.endpoint(), LambdaCall.of("f", "")).responder())
                    .isEqualTo(second.endpoint());
        }

        // When
        domain.computer("", portOf(endpoint), ECHO, "f");

        // Then
        EdgeDomain.await()
                .until(() -> domain.call(router.endpoint(), LambdaCall.of("f", ""))
                        .responder()
                        .equals(endpoint));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsTheRealCauseWhenNobodyIsLeft(boolean inProcess) {
        // Given
        wire(inProcess);
        EdgeRouter router = domain.router("");
        EdgeComputer computer = domain.computer("", 0, ECHO, "f");
        install(router, computer.endpoint(), "f");
        computer.close();

        // When
        String atFirst = retcode(domain.call(router.endpoint(), LambdaCall.of("f", "")));
        String whileSetAside = retcode(domain.call(router.endpoint(), LambdaCall.of("f", "")));

        // Then
        assertThat(atFirst)
                .startsWith("RPC failed: ")
                .contains(computer.endpoint())
                .contains("Connection refused");
        assertThat(whileSetAside).contains(computer.endpoint()).contains("Connection refused");
    }

    @Test
    void tellsWhenItKnowsNobody() {
        EdgeRouter router = domain.router("");

        assertThat(retcode(domain.call(router.endpoint(), LambdaCall.of("f", ""))))
                .isEqualTo("No destinations found for the entry");
    }

    @Test
    void survivesAHundredDeathsOfAComputer() {
        // Given
        EdgeRouter router = domain.router("");
        EdgeComputer computer = domain.computer("", 0, ECHO, "f");
        String endpoint = computer.endpoint();
        install(router, endpoint, "f");

        for (int i = 0; i < 100; i++) {
            // When
            computer.close();
            assertThat(domain.call(router.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Failed.class);
            computer = domain.computer("", portOf(endpoint), ECHO, "f");
            install(router, endpoint, "f");

            // Then
            assertThat(domain.call(router.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Done.class);
        }
        assertThat(router.inFlight()).isZero();
    }

    @Test
    void handsAFailureOfTheFunctionBackAndEvictsNobody() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        AtomicInteger runs = new AtomicInteger();
        domain.computer(
                controller.endpoint(),
                0,
                call -> {
                    runs.incrementAndGet();
                    return CompletableFuture.completedStage(LambdaResult.failed("division by zero"));
                },
                "f");
        EdgeDomain.awaitRoutes(router, 1);

        // When
        LambdaResult result = domain.call(router.endpoint(), LambdaCall.of("f", ""));

        // Then
        assertThat(retcode(result)).isEqualTo("division by zero");
        assertThat(runs).hasValue(1);
        assertThat(router.entries()).hasSize(1);
        assertThat(controller.computers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neverRunsALambdaAgainThatMayHaveRun(boolean inProcess) {
        // Given: the first takes the call and is gone before it answers
        wire(inProcess);
        AtomicInteger runs = new AtomicInteger();
        EdgeRouter router = inOrder();
        EdgeComputer first = domain.computer(
                "",
                0,
                call -> {
                    runs.incrementAndGet();
                    return new CompletableFuture<>();
                },
                "f");
        EdgeComputer second = domain.computer("", 0, counting(runs), "f");
        install(router, first.endpoint(), "f");
        install(router, second.endpoint(), "f");
        CompletionStage<LambdaResult> call = async(router, "f");
        EdgeDomain.await().until(() -> runs.get() == 1);

        // When
        first.close();

        // Then
        assertThat(retcode(join(call))).startsWith("RPC failed: " + first.endpoint());
        assertThat(runs).hasValue(1);
    }

    @Test
    void neverRunsALambdaAgainThatWasSentWhenTheConnectionBroke() throws Exception {
        // Given: a peer that speaks just enough HTTP/2 to be sent a request
        AtomicInteger runs = new AtomicInteger();
        EdgeRouter router = inOrder();
        try (ServerSocket peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String endpoint = "127.0.0.1:" + peer.getLocalPort();
            EdgeComputer second = domain.computer("", 0, counting(runs), "f");
            install(router, endpoint, "f");
            install(router, second.endpoint(), "f");
            CompletionStage<LambdaResult> call = async(router, "f");

            // When
            try (Socket socket = peer.accept()) {
                byte[] emptySettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
                socket.getOutputStream().write(emptySettings);
                readUntil(socket.getInputStream(), "marker-of-the-input");
            }

            // Then
            assertThat(retcode(join(call))).startsWith("RPC failed: " + endpoint + ": UNAVAILABLE");
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void givesUpOnAComputerThatNeverAnswers() {
        // Given
        EdgeRouter router = domain.router("", 10, Duration.ofMillis(50));
        EdgeComputer computer = domain.computer("", 0, call -> new CompletableFuture<>(), "f");
        install(router, computer.endpoint(), "f");

        // When
        LambdaResult result = domain.call(router.endpoint(), LambdaCall.of("f", ""));

        // Then
        assertThat(retcode(result)).contains("DEADLINE_EXCEEDED").contains(computer.endpoint());
        assertThat(router.inFlight()).isZero();
        assertThat(router.entries()).hasSize(1);
    }

    @Test
    void refusesClearlyWhenFull() {
        // Given
        EdgeRouter router = domain.router("", 1, Duration.ofSeconds(10));
        CompletableFuture<LambdaResult> slow = new CompletableFuture<>();
        EdgeComputer computer = domain.computer("", 0, call -> slow, "f");
        install(router, computer.endpoint(), "f");
        CompletionStage<LambdaResult> first = async(router, "f");
        EdgeDomain.await().until(() -> router.inFlight() == 1);

        // When
        LambdaResult second = domain.call(router.endpoint(), LambdaCall.of("f", ""));
        slow.complete(LambdaResult.done("late"));

        // Then
        assertThat(retcode(second)).startsWith("Too many lambdas in flight").contains(router.endpoint());
        assertThat(join(first)).isInstanceOf(LambdaResult.Done.class);
        assertThat(domain.call(router.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Done.class);
    }

    @Test
    void detectsTwoRoutersThatSendALambdaInCircles() {
        // Given
        EdgeRouter one = domain.router("");
        EdgeRouter other = domain.router("");
        install(one, other.endpoint(), "f");
        install(other, one.endpoint(), "f");

        // When
        LambdaResult result = domain.call(one.endpoint(), LambdaCall.of("f", ""));

        // Then
        assertThat(retcode(result)).isEqualTo("loop detected");
        assertThat(one.entries()).hasSize(1);
    }

    @Test
    void keepsADryRunDry() {
        // Given
        EdgeRouter router = domain.router("");
        AtomicInteger runs = new AtomicInteger();
        EdgeComputer computer = domain.computer(
                "",
                0,
                call -> {
                    runs.incrementAndGet();
                    return CompletableFuture.completedStage(LambdaResult.done(""));
                },
                "f");
        install(router, computer.endpoint(), "f");
        LambdaRequest dry =
                LambdaCall.of("f", "").toProto().toBuilder().setDry(true).build();

        // When
        LambdaResponse response = EdgeServerGrpc.newBlockingStub(
                        domain.transport().channel(router.endpoint()))
                .runLambda(dry);

        // Then
        assertThat(response.getRetcode()).isEqualTo("OK");
        assertThat(runs).hasValue(0);
    }

    @Test
    void passesOnWhatItDoesNotKnow() {
        // Given
        EdgeRouter router = domain.router("");
        List<LambdaRequest> seen = new CopyOnWriteArrayList<>();
        EdgeTransport transport = domain.transport();
        try (EdgePort port = transport.open(
                "recorder",
                "127.0.0.1",
                0,
                new UnaryService(EdgeServerGrpc.getServiceDescriptor())
                        .method(EdgeServerGrpc.getRunLambdaMethod(), (request, headers, answer) -> {
                            seen.add(request);
                            answer.send(
                                    LambdaResponse.newBuilder().setRetcode("OK").build());
                        })
                        .build())) {
            install(router, port.endpoint(), "f");
            UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                    .addField(
                            100, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                    .build();
            LambdaRequest request = LambdaRequest.newBuilder()
                    .setName("f")
                    .addChain("f")
                    .addChain("g")
                    .setCallback("c:1")
                    .setUnknownFields(unknown)
                    .build();

            // When
            LambdaResponse response = EdgeServerGrpc.newBlockingStub(transport.channel(router.endpoint()))
                    .runLambda(request);

            // Then
            assertThat(seen)
                    .containsExactly(
                            request.toBuilder().setForward(true).setHops(1).build());
            assertThat(response.getResponder()).isEqualTo(port.endpoint());
        }
    }

    @Test
    void usesTheFinalTableForWhatAnotherRouterForwarded() {
        // Given: the second router knows the lambda only through a third one
        EdgeRouter first = domain.router("");
        EdgeRouter second = domain.router("");
        EdgeRouter third = domain.router("");
        EdgeComputer computer = domain.computer("", 0, ECHO, "f");
        configure(first, EdgeRouterConf.Action.CHANGE, "f", second.endpoint(), 1, false);
        configure(second, EdgeRouterConf.Action.CHANGE, "f", third.endpoint(), 1, false);
        install(third, computer.endpoint(), "f");

        // Then
        assertThat(retcode(domain.call(first.endpoint(), LambdaCall.of("f", ""))))
                .isEqualTo("No destinations found for the entry");
        assertThat(domain.call(second.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Done.class);
    }

    @Test
    void sharesTheLoadAmongComputers() {
        // Given
        EdgeRouter router = domain.router("");
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            EdgeComputer computer = domain.computer("", 0, ECHO, "f");
            install(router, computer.endpoint(), "f");
            expected.add(computer.endpoint());
        }

        // When
        Set<String> responders = new HashSet<>();
        EdgeDomain.await().until(() -> {
            responders.add(
                    domain.call(router.endpoint(), LambdaCall.of("f", "")).responder());
            return responders.size() == 3;
        });

        // Then
        assertThat(responders).isEqualTo(expected);
    }

    @Test
    void servesItsTablesToAnOperator() {
        // Given
        EdgeRouter router = domain.router("");
        EdgeRouterGrpc.EdgeRouterBlockingStub stub =
                EdgeRouterGrpc.newBlockingStub(domain.transport().channel(router.tableEndpoint()));

        // When
        String changed = configure(router, EdgeRouterConf.Action.CHANGE, "f", "h:1", 0.5f, true);
        String refused = configure(router, EdgeRouterConf.Action.CHANGE, "f", "h:1", -1, true);
        ForwardingTable table = stub.getTable(TableId.newBuilder().setValue(1).build());
        String removed = configure(router, EdgeRouterConf.Action.REMOVE, "f", "h:1", 0, false);

        // Then
        assertThat(stub.getNumTables(Void.getDefaultInstance()).getValue()).isEqualTo(2);
        assertThat(List.of(changed, removed)).containsOnly("OK");
        assertThat(refused).startsWith("Error: ").contains("-1.0");
        assertThat(table.getEntriesList()).singleElement().satisfies(entry -> {
            assertThat(entry.getDestination()).isEqualTo("h:1");
            assertThat(entry.getWeight()).isEqualTo(0.5f);
            assertThat(entry.getFinal()).isTrue();
        });
        assertThat(stub.getTable(TableId.newBuilder().setValue(0).build()).getEntriesList())
                .isEmpty();
    }

    @Test
    void refusesAConfigurationThatCannotWork() {
        assertThatThrownBy(() -> new EdgeRouterConfig("127.0.0.1", 0, 0, "", "random", 0, Duration.ofSeconds(1)))
                .isInstanceOf(EdgeException.class)
                .hasMessage("maxInFlight must be at least 1, was 0");
        assertThatThrownBy(() ->
                        domain.router(new EdgeRouterConfig("127.0.0.1", 0, 0, "", "best", 1, Duration.ofSeconds(1))))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("'best'");
    }

    private CompletionStage<LambdaResult> async(EdgeRouter router, String lambda) {
        return new EdgeClient(domain.transport())
                .call(router.endpoint(), LambdaCall.of(lambda, "marker-of-the-input"), EdgeDomain.TIMEOUT);
    }

    /** A router that tries destinations it knows nothing of in the order in which they were installed. */
    private EdgeRouter inOrder() {
        return domain.router(new EdgeRouterConfig(
                "127.0.0.1", 0, 0, "", "least-impedance", 10, Duration.ofSeconds(10), EdgeDomain.HEARTBEAT));
    }

    private static LambdaExecutor counting(AtomicInteger runs) {
        return call -> {
            runs.incrementAndGet();
            return CompletableFuture.completedStage(LambdaResult.done(""));
        };
    }

    private static void readUntil(InputStream in, String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(text) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the router hung up");
            }
            seen.append((char) next);
        }
    }

    private void install(EdgeRouter router, String destination, String lambda) {
        assertThat(configure(router, EdgeRouterConf.Action.CHANGE, lambda, destination, 1, true))
                .isEqualTo("OK");
    }

    private String configure(
            EdgeRouter router,
            EdgeRouterConf.Action action,
            String lambda,
            String destination,
            float weight,
            boolean isFinal) {
        return EdgeRouterGrpc.newBlockingStub(domain.transport().channel(router.tableEndpoint()))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .configure(EdgeRouterConf.newBuilder()
                        .setAction(action)
                        .setLambda(lambda)
                        .setDestination(destination)
                        .setWeight(weight)
                        .setFinal(isFinal)
                        .build())
                .getMsg();
    }

    private static LambdaExecutor recording(List<LambdaCall> seen) {
        return call -> {
            seen.add(call);
            return CompletableFuture.completedStage(LambdaResult.done(""));
        };
    }

    private static String retcode(LambdaResult result) {
        assertThat(result).isInstanceOf(LambdaResult.Failed.class);
        return ((LambdaResult.Failed) result).retcode();
    }

    private static LambdaResult join(CompletionStage<LambdaResult> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static int portOf(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }
}
