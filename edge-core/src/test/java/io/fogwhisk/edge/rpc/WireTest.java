package io.fogwhisk.edge.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.Dag;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import io.fogwhisk.edge.rpc.proto.FunctionList;
import io.fogwhisk.edge.rpc.proto.IndexList;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.Return;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import io.fogwhisk.edge.rpc.proto.State;
import io.grpc.Metadata;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes on the wire, written by hand from the field numbers that foreign nodes use. */
class WireTest {

    static Stream<Arguments> messages() {
        LambdaRequest request = LambdaRequest.newBuilder()
                .setName("f")
                .setInput("in")
                .setDatain(ByteString.copyFrom(new byte[] {1, 2}))
                .setDry(true)
                .setForward(true)
                .setHops(3)
                .putStates("s", State.newBuilder().setLocation("h:1").build())
                .setCallback("c:1")
                .addChain("f")
                .addChain("g")
                .setDag(Dag.newBuilder()
                        .addSuccessors(IndexList.newBuilder().addFunctions(1))
                        .addNames("f")
                        .addNames("g"))
                .putDependencies(
                        "s", FunctionList.newBuilder().addFunctions("f").build())
                .setNextFunctionIndex(1)
                .setUuid("u")
                .build();
        LambdaResponse response = LambdaResponse.newBuilder()
                .setRetcode("OK")
                .setOutput("out")
                .setResponder("h:1")
                .setPtime(7)
                .setDataout(ByteString.copyFrom(new byte[] {9}))
                .setLoad1(1)
                .setLoad10(10)
                .setLoad30(30)
                .setHops(2)
                .putStates(
                        "s",
                        State.newBuilder()
                                .setContent(ByteString.copyFrom(new byte[] {5}))
                                .build())
                .setAsynchronous(true)
                .build();
        return Stream.of(
                Arguments.of(
                        request,
                        "0a0166" + "1202696e" + "1a020102" + "2001" + "2801" + "3003"
                                + "3a0a" + "0a0173" + "1205" + "1203683a31"
                                + "4203633a31" + "4a0166" + "4a0167"
                                + "520b" + "0a03" + "0a0101" + "120166" + "120167"
                                + "5a08" + "0a0173" + "1203" + "0a0166"
                                + "6001" + "6a0175"),
                Arguments.of(
                        response,
                        "0a024f4b" + "12036f7574" + "1a03683a31" + "2007" + "2a0109" + "3001" + "380a" + "401e" + "4802"
                                + "5208" + "0a0173" + "1203" + "1a0105" + "5801"),
                Arguments.of(
                        EdgeRouterConf.newBuilder()
                                .setAction(EdgeRouterConf.Action.CHANGE)
                                .setLambda("f")
                                .setDestination("h:1")
                                .setWeight(1.0f)
                                .setFinal(true)
                                .build(),
                        "0801" + "120166" + "1a03683a31" + "250000803f" + "2801"),
                Arguments.of(Return.newBuilder().setMsg("OK").build(), "12024f4b"),
                Arguments.of(
                        ForwardingTable.newBuilder()
                                .addEntries(new ForwardingEntry("f", "h:1", 0.5f, true).toProto())
                                .build(),
                        "0a0f" + "0a0166" + "1203683a31" + "1d0000003f" + "2001"),
                Arguments.of(
                        ComputerInfo.newBuilder()
                                .setEdgeServerEndpoint("h:1")
                                .addContainers(ComputerInfo.Container.newBuilder()
                                        .setName("n")
                                        .setProcessor("p")
                                        .setLambda("f")
                                        .setNumWorkers(1))
                                .build(),
                        "0a03683a31" + "120b" + "0a016e" + "120170" + "1a0166" + "2001"),
                Arguments.of(
                        RouterInfo.newBuilder()
                                .setEdgeServerEndpoint("h:1")
                                .setForwardingTableEndpoint("h:2")
                                .build(),
                        "0a03683a31" + "1203683a32"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void writesTheBytesThatForeignNodesRead(Message message, String hex) {
        assertThat(HexFormat.of().formatHex(message.toByteArray())).isEqualTo(hex);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void readsTheBytesThatForeignNodesWrite(Message message, String hex) throws Exception {
        assertThat(message.getParserForType().parseFrom(HexFormat.of().parseHex(hex)))
                .isEqualTo(message);
    }

    @Test
    void namesTheMethodsAsForeignNodesDo() {
        assertThat(EdgeServerGrpc.getRunLambdaMethod().getFullMethodName()).isEqualTo("uiiit.rpc.EdgeServer/RunLambda");
        assertThat(EdgeRouterGrpc.getConfigureMethod().getFullMethodName()).isEqualTo("uiiit.rpc.EdgeRouter/Configure");
        assertThat(EdgeControllerGrpc.getAnnounceComputerMethod().getFullMethodName())
                .isEqualTo("uiiit.rpc.EdgeController/AnnounceComputer");
    }

    @Test
    void carriesACallThereAndBack() {
        // Given
        LambdaCall call = LambdaCall.of("f", "in").authorizedBy("Basic x").replyAs("accepted");

        // When
        Metadata headers = CallMetadata.passedOn(CallMetadata.of(call));
        LambdaCall arrived = LambdaCall.fromProto(call.toProto(), headers);

        // Then
        assertThat(arrived).isEqualTo(call);
    }

    @Test
    void tellsAFaultOfTheDomainFromOneOfTheFunction() {
        assertThat(Retcode.saysUnavailable("No destinations found for the entry"))
                .isTrue();
        assertThat(Retcode.saysUnavailable("RPC failed: h:1 is unreachable")).isTrue();
        assertThat(Retcode.saysUnavailable("unexpected HTTP response: 502")).isFalse();
    }
}
