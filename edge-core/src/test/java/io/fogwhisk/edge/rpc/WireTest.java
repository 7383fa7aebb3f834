package io.fogwhisk.edge.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.rpc.proto.CallbackServerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeComputerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.StateServerGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What calls are named on the wire, and what travels beside the messages; for their bytes see {@link GoldenTest}. */
class WireTest {

    @Test
    void namesTheMethodsAsForeignNodesDo() {
        assertThat(Stream.of(
                                EdgeServerGrpc.getServiceDescriptor(),
                                CallbackServerGrpc.getServiceDescriptor(),
                                StateServerGrpc.getServiceDescriptor(),
                                EdgeRouterGrpc.getServiceDescriptor(),
                                EdgeControllerGrpc.getServiceDescriptor(),
                                EdgeComputerGrpc.getServiceDescriptor(),
                                RunLambda.SERVICE)
                        .flatMap(service -> service.getMethods().stream())
                        .map(MethodDescriptor::getFullMethodName))
                .containsExactlyInAnyOrder(
                        "uiiit.rpc.EdgeServer/RunLambda",
                        "uiiit.rpc.CallbackServer/ReceiveResponse",
                        "uiiit.rpc.StateServer/Get",
                        "uiiit.rpc.StateServer/Put",
                        "uiiit.rpc.StateServer/Del",
                        "uiiit.rpc.EdgeRouter/Configure",
                        "uiiit.rpc.EdgeRouter/GetTable",
                        "uiiit.rpc.EdgeRouter/GetNumTables",
                        "uiiit.rpc.EdgeController/AnnounceComputer",
                        "uiiit.rpc.EdgeController/AnnounceRouter",
                        "uiiit.rpc.EdgeController/RemoveComputer",
                        "uiiit.rpc.EdgeComputer/StreamUtil",
                        "uiiit.rpc.EdgeServer/RunLambda");
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
