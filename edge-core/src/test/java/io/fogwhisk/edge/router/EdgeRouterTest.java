package io.fogwhisk.edge.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.controller.EdgeController;
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
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeRouterTest {

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
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
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
        domain.install(router, computer.endpoint(), "f");

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

    @Test
    void detectsTwoRoutersThatSendALambdaInCircles() {
        // Given
        EdgeRouter one = domain.router("");
        EdgeRouter other = domain.router("");
        domain.install(one, other.endpoint(), "f");
        domain.install(other, one.endpoint(), "f");

        // When
        LambdaResult result = domain.call(one.endpoint(), LambdaCall.of("f", ""));

        // Then
        assertThat(EdgeDomain.retcode(result)).isEqualTo("loop detected");
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
        domain.install(router, computer.endpoint(), "f");
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
            domain.install(router, port.endpoint(), "f");
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
        EdgeComputer computer = domain.computer("", 0, EdgeDomain.ECHO, "f");
        domain.configure(first, EdgeRouterConf.Action.CHANGE, "f", second.endpoint(), 1, false);
        domain.configure(second, EdgeRouterConf.Action.CHANGE, "f", third.endpoint(), 1, false);
        domain.install(third, computer.endpoint(), "f");

        // Then
        assertThat(EdgeDomain.retcode(domain.call(first.endpoint(), LambdaCall.of("f", ""))))
                .isEqualTo("No destinations found for the entry");
        assertThat(domain.call(second.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Done.class);
    }

    @Test
    void sharesTheLoadAmongComputers() {
        // Given
        EdgeRouter router = domain.router("");
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            EdgeComputer computer = domain.computer("", 0, EdgeDomain.ECHO, "f");
            domain.install(router, computer.endpoint(), "f");
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
        String changed = domain.configure(router, EdgeRouterConf.Action.CHANGE, "f", "h:1", 0.5f, true);
        String refused = domain.configure(router, EdgeRouterConf.Action.CHANGE, "f", "h:1", -1, true);
        ForwardingTable table = stub.getTable(TableId.newBuilder().setValue(1).build());
        String removed = domain.configure(router, EdgeRouterConf.Action.REMOVE, "f", "h:1", 0, false);

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
        assertThatThrownBy(() -> new EdgeRouterConfig.Bounds(0, 0, Duration.ofSeconds(1)))
                .isInstanceOf(EdgeException.class)
                .hasMessage("maxInFlight must be at least 1, was 0");
    }

    private static LambdaExecutor recording(List<LambdaCall> seen) {
        return call -> {
            seen.add(call);
            return CompletableFuture.completedStage(LambdaResult.done(""));
        };
    }
}
