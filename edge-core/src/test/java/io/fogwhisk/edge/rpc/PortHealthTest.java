package io.fogwhisk.edge.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a probe, such as that of Kubernetes, is told by a port of the edge domain. */
class PortHealthTest {

    private final EdgeTransport transport = new EdgeTransport("test");
    private final EdgePort port = transport.open("echo", "127.0.0.1", 0, new Echo().bindService());
    private final ManagedChannel channel = channel();

    private static final class Echo extends EdgeServerGrpc.EdgeServerImplBase {
        @Override
        public void runLambda(LambdaRequest request, StreamObserver<LambdaResponse> answer) {
            answer.onNext(LambdaResponse.newBuilder()
                    .setRetcode("OK")
                    .setOutput(request.getInput())
                    .build());
            answer.onCompleted();
        }
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        transport.close();
    }

    @Test
    void anOpenPortServes() {
        assertThat(check()).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void aNodeThatIsAboutToLeaveSaysSoWhileItGoesOnServing() {
        // Given
        Iterator<HealthCheckResponse> watched = probe().watch(HealthCheckRequest.getDefaultInstance());
        assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVING);

        // When
        transport.leaving();

        // Then
        assertThat(check()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        LambdaResponse answer = EdgeServerGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .runLambda(
                        LambdaRequest.newBuilder().setName("f").setInput("in").build());
        assertThat(answer.getOutput()).isEqualTo("in");
    }

    @Test
    void aClosedPortAnswersNobody() {
        port.close();

        assertThatThrownBy(this::check).isInstanceOf(StatusRuntimeException.class);
    }

    private ServingStatus check() {
        return probe().check(HealthCheckRequest.getDefaultInstance()).getStatus();
    }

    private HealthGrpc.HealthBlockingStub probe() {
        return HealthGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private ManagedChannel channel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", port.number())
                .usePlaintext()
                .build();
    }
}
