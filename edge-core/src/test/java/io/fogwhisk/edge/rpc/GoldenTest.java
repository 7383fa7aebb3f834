package io.fogwhisk.edge.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.Dag;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import io.fogwhisk.edge.rpc.proto.FunctionList;
import io.fogwhisk.edge.rpc.proto.IndexList;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.NumTables;
import io.fogwhisk.edge.rpc.proto.Return;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import io.fogwhisk.edge.rpc.proto.State;
import io.fogwhisk.edge.rpc.proto.StateResponse;
import io.fogwhisk.edge.rpc.proto.TableId;
import io.fogwhisk.edge.rpc.proto.Utilization;
import io.fogwhisk.edge.rpc.proto.Void;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of every message, against files that {@code src/test/golden/encode.py} wrote, which knows nothing of our
 * code.
 */
class GoldenTest {

    private static final String UUID = "9b2f1a34-0000-4000-8000-000000000001";

    private static final LambdaRequest REQUEST = LambdaRequest.newBuilder()
            .setName("clambda0")
            .setInput("{\"input\":\"\u00e8\"}")
            .setDatain(bytes(0, 1, 0xfe, 0xff))
            .setDry(true)
            .setForward(true)
            .setHops(300)
            .putStates("s0", State.newBuilder().setLocation("10.0.0.1:6473").build())
            .setCallback("10.0.0.9:6480")
            .addChain("clambda0")
            .addChain("clambda1")
            .setDag(Dag.newBuilder()
                    .addSuccessors(indexes(1, 2))
                    .addSuccessors(indexes(3))
                    .addSuccessors(indexes(3))
                    .addNames("a")
                    .addNames("b")
                    .addNames("c")
                    .addNames("d"))
            .putDependencies(
                    "s0",
                    FunctionList.newBuilder()
                            .addFunctions("clambda0")
                            .addFunctions("clambda1")
                            .build())
            .setNextFunctionIndex(1)
            .setUuid(UUID)
            .build();

    private static final LambdaRequest OUR_REQUEST = REQUEST.toBuilder()
            .setJoinEndpoint("10.0.0.3:6473")
            .setJoined(true)
            .setFailure("step 'b' (1) failed: no")
            .setPreviousFunctionIndex(2)
            .build();

    private static final LambdaResponse RESPONSE = LambdaResponse.newBuilder()
            .setRetcode("OK")
            .setOutput("out\u20ac")
            .setResponder("10.0.0.1:6473")
            .setPtime(1234)
            .setDataout(bytes(0x80, 0))
            .setLoad1(1)
            .setLoad10(50)
            .setLoad30(100)
            .setHops(2)
            .putStates("s0", State.newBuilder().setContent(bytes(5)).build())
            .setAsynchronous(true)
            .build();

    private static final LambdaResponse OUR_RESPONSE =
            RESPONSE.toBuilder().setUuid(UUID).build();

    private static final UnknownFieldSet UNKNOWN = UnknownFieldSet.newBuilder()
            .addField(90, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .addField(
                    999,
                    UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("later"))
                            .build())
            .build();

    static Stream<Arguments> messages() {
        EdgeRouterConf change = EdgeRouterConf.newBuilder()
                .setAction(EdgeRouterConf.Action.CHANGE)
                .setLambda("clambda0")
                .setDestination("10.0.0.1:6473")
                .setWeight(0.25f)
                .setFinal(true)
                .build();
        ForwardingEntry entry = new ForwardingEntry("clambda0", "10.0.0.1:6473", 0.25f, true);
        ComputerInfo.Container container = ComputerInfo.Container.newBuilder()
                .setName("ccontainer0")
                .setProcessor("arm")
                .setLambda("clambda0")
                .setNumWorkers(4)
                .build();
        return Stream.of(
                Arguments.of("void", Void.getDefaultInstance()),
                Arguments.of("lambda-request", REQUEST),
                Arguments.of("lambda-request-ours", OUR_REQUEST),
                Arguments.of("lambda-response", RESPONSE),
                Arguments.of("lambda-response-ours", OUR_RESPONSE),
                Arguments.of(
                        "state",
                        State.newBuilder()
                                .setName("s0")
                                .setLocation("10.0.0.1:6473")
                                .setContent(bytes(0, 0xff))
                                .build()),
                Arguments.of(
                        "state-response",
                        StateResponse.newBuilder()
                                .setRetcode("OK")
                                .setState(State.newBuilder().setContent(bytes(0, 0xff)))
                                .build()),
                Arguments.of(
                        "dag",
                        Dag.newBuilder()
                                .addSuccessors(indexes(1, 1L << 40))
                                .addSuccessors(indexes())
                                .addNames("a")
                                .addNames("b")
                                .addNames("c")
                                .build()),
                Arguments.of("index-list", indexes(0, 1, 127, 128, Long.MIN_VALUE)),
                Arguments.of(
                        "function-list",
                        FunctionList.newBuilder()
                                .addFunctions("f")
                                .addFunctions("")
                                .addFunctions("g")
                                .build()),
                Arguments.of(
                        "edge-router-conf-flush",
                        EdgeRouterConf.newBuilder()
                                .setAction(EdgeRouterConf.Action.FLUSH)
                                .build()),
                Arguments.of("edge-router-conf-change", change),
                Arguments.of(
                        "edge-router-conf-ours",
                        change.toBuilder()
                                .setIdempotent(true)
                                .setControlled(true)
                                .build()),
                Arguments.of(
                        "edge-router-conf-remove",
                        EdgeRouterConf.newBuilder()
                                .setAction(EdgeRouterConf.Action.REMOVE)
                                .setLambda("clambda0")
                                .setDestination("10.0.0.1:6473")
                                .build()),
                Arguments.of(
                        "return",
                        Return.newBuilder()
                                .setMsg("Error: Invalid weight '-1.000000', must be > 0")
                                .build()),
                Arguments.of(
                        "forwarding-table",
                        ForwardingTable.newBuilder()
                                .addEntries(entry.toProto())
                                .addEntries(new ForwardingEntry("clambda1", "h:1", 1, false).toProto())
                                .build()),
                Arguments.of(
                        "forwarding-table-ours",
                        ForwardingTable.newBuilder()
                                .addEntries(new ForwardingEntry(
                                                "clambda0",
                                                "10.0.0.1:6473",
                                                0.25f,
                                                true,
                                                true,
                                                true,
                                                new DestinationStatus(3, 0.0125, 1L << 40, 12, "closed"))
                                        .toProto())
                                .build()),
                Arguments.of("table-id", TableId.newBuilder().setValue(1).build()),
                Arguments.of("num-tables", NumTables.newBuilder().setValue(2).build()),
                Arguments.of(
                        "computer-info",
                        ComputerInfo.newBuilder()
                                .setEdgeServerEndpoint("10.0.0.1:6473")
                                .addContainers(container)
                                .addContainers(ComputerInfo.Container.newBuilder()
                                        .setName("gcontainer0")
                                        .setProcessor("bm2837")
                                        .setLambda("glambda0")
                                        .setNumWorkers(2))
                                .build()),
                Arguments.of(
                        "computer-info-ours",
                        ComputerInfo.newBuilder()
                                .setEdgeServerEndpoint("10.0.0.1:6473")
                                .addContainers(container.toBuilder().setIdempotent(true))
                                .build()),
                Arguments.of(
                        "router-info",
                        RouterInfo.newBuilder()
                                .setEdgeServerEndpoint("10.0.0.2:6473")
                                .setForwardingTableEndpoint("10.0.0.2:6474")
                                .build()),
                Arguments.of(
                        "utilization",
                        Utilization.newBuilder().putValues("arm", 0.75f).build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void writesTheGoldenBytes(String file, Message message) throws IOException {
        assertThat(message.toByteArray()).isEqualTo(golden(file));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void readsTheGoldenBytes(String file, Message message) throws IOException {
        assertThat(message.getParserForType().parseFrom(golden(file))).isEqualTo(message);
    }

    @Test
    void everyMessageOfTheWireHasAGoldenFile() {
        Set<String> known = new TreeSet<>();
        LambdaRequest.getDescriptor().getFile().getMessageTypes().forEach(type -> known.add(type.getName()));

        Set<String> tested = new TreeSet<>();
        messages()
                .forEach(each -> tested.add(
                        ((Message) each.get()[1]).getDescriptorForType().getName()));

        assertThat(tested).isEqualTo(known);
    }

    @Test
    void everyFieldOfTheWireIsInAGoldenFile() {
        messages()
                .map(each -> (Message) each.get()[1])
                .collect(Collectors.groupingBy(Message::getDescriptorForType))
                .forEach((type, examples) -> assertThat(type.getFields())
                        .allSatisfy(field -> assertThat(examples)
                                .as(field.getFullName())
                                .anyMatch(example -> field.isRepeated()
                                        ? example.getRepeatedFieldCount(field) > 0
                                        : example.getAllFields().containsKey(field))));
    }

    @Test
    void aRequestOnItsWayIsReadAsFarAsRoutingNeedsIt() throws IOException {
        RunRequest request = RunRequest.parse(golden("lambda-request-unknown"));

        assertThat(request.name()).isEqualTo("clambda0");
        assertThat(request.size()).isEqualTo("{\"input\":\"\u00e8\"}".length() + 1);
        assertThat(request.dry()).isTrue();
        assertThat(request.forward()).isTrue();
        assertThat(request.hops()).isEqualTo(300);
        assertThat(request.proto())
                .isEqualTo(OUR_REQUEST.toBuilder().setUnknownFields(UNKNOWN).build());
    }

    @Test
    void aRequestThatGoesOnKeepsWhatTheRouterDoesNotKnow() throws IOException {
        RunRequest onward = RunRequest.parse(golden("lambda-request-unknown")).onward();

        assertThat(written(onward)).isEqualTo(golden("lambda-request-onward"));
        assertThat(LambdaRequest.parseFrom(written(onward)))
                .isEqualTo(OUR_REQUEST.toBuilder()
                        .setUnknownFields(UNKNOWN)
                        .setHops(301)
                        .build());
    }

    @Test
    void aRequestOfAClientGoesOnWithTheFirstHop() throws IOException {
        RunRequest onward = RunRequest.parse(golden("lambda-request-unrouted")).onward();

        assertThat(onward.forward()).isTrue();
        assertThat(written(onward)).startsWith(golden("lambda-request-unrouted"));
        assertThat(LambdaRequest.parseFrom(written(onward)))
                .isEqualTo(OUR_REQUEST.toBuilder()
                        .setUnknownFields(UNKNOWN)
                        .setHops(1)
                        .build());
    }

    @Test
    void aRequestWithinTheProcessIsWrittenAsTheMessageIs() throws IOException {
        assertThat(written(RunRequest.of(OUR_REQUEST))).isEqualTo(golden("lambda-request-ours"));
    }

    @Test
    void anAnswerOnItsWayIsReadAsFarAsARouterNeedsIt() throws IOException {
        RunAnswer answer = RunAnswer.parse(golden("lambda-response-ours"));

        assertThat(answer.retcode()).isEqualTo("OK");
        assertThat(answer.ok()).isTrue();
        assertThat(answer.responder()).isEqualTo("10.0.0.1:6473");
        assertThat(answer.processingMillis()).isEqualTo(1234);
        assertThat(answer.load1()).isEqualTo(1);
        assertThat(answer.proto()).isEqualTo(OUR_RESPONSE);
        assertThat(written(answer)).isEqualTo(golden("lambda-response-ours"));
    }

    @Test
    void anAnswerWithoutAResponderGetsOneAndKeepsTheRest() throws IOException {
        RunAnswer named = RunAnswer.parse(golden("lambda-response-nameless")).from("10.0.0.2:6473");

        assertThat(named.responder()).isEqualTo("10.0.0.2:6473");
        assertThat(written(named)).isEqualTo(golden("lambda-response-named"));
        assertThat(named.proto())
                .isEqualTo(OUR_RESPONSE.toBuilder()
                        .setResponder("10.0.0.2:6473")
                        .setUnknownFields(UNKNOWN)
                        .build());
    }

    private static byte[] written(RunRequest request) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        request.writeTo(out);
        assertThat(request.length()).isEqualTo(out.size());
        return out.toByteArray();
    }

    private static byte[] written(RunAnswer answer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        answer.writeTo(out);
        assertThat(answer.length()).isEqualTo(out.size());
        return out.toByteArray();
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream file = GoldenTest.class.getResourceAsStream("/golden/" + name + ".bin")) {
            assertThat(file).as(name).isNotNull();
            return file.readAllBytes();
        }
    }

    private static ByteString bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteString.copyFrom(bytes);
    }

    private static IndexList indexes(long... values) {
        return IndexList.newBuilder()
                .addAllFunctions(Arrays.stream(values).boxed().toList())
                .build();
    }
}
