package io.fogwhisk.edge.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.dispatcher.EstimatedRouting;
import io.fogwhisk.edge.dispatcher.EstimatorConfig;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunLambda;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.UnaryService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that routers pass on unread, and that nobody can read, harms nobody but its caller. */
class UnreadableRequestTest {

    private static final MethodDescriptor<byte[], RunAnswer> METHOD = MethodDescriptor.<byte[], RunAnswer>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(RunLambda.METHOD.getFullMethodName())
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(RunLambda.METHOD.getResponseMarshaller())
            .build();

    private final EdgeDomain domain = new EdgeDomain(false);
    private final EdgeTransport caller = domain.transport();

    @AfterEach
    void close() {
        domain.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void setsNoComputerAside(boolean inProcess) {
        // Given
        try (EdgeDomain tried = new EdgeDomain(inProcess)) {
            EdgeRouter router = tried.router("");
            EdgeComputer computer = tried.computer("", 0, EdgeDomain.ECHO, "f");
            tried.install(router, computer.endpoint(), "f");

            // When
            for (int i = 0; i < 10; i++) {
                assertThat(callUnreadably(router.endpoint())).isNotEqualTo("OK");
            }

            // Then
            assertThat(router.entries().get(0).status().breaker()).isEqualTo("closed");
            assertThat(tried.call(router.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Done.class);
            EdgeDomain.await().until(() -> router.inFlight() == 0);
        }
    }

    @Test
    void keepsNoPlaceInADispatcherThatAsksBefore() {
        // Given
        EstimatedRouting routing = new EstimatedRouting(
                EstimatorConfig.parse("--ptimeest-conf", "type=probe,output="),
                100,
                domain.transport(),
                System::nanoTime);
        EdgeRouter dispatcher = domain.router(EdgeDomain.config(0, 0, "", 2, Duration.ofSeconds(10)), routing);
        EdgeComputer computer = domain.computer("", 0, EdgeDomain.ECHO, "f");
        domain.install(dispatcher, computer.endpoint(), "f");

        // When
        for (int i = 0; i < 3; i++) {
            assertThat(callUnreadably(dispatcher.endpoint())).isNotEqualTo("OK");
        }

        // Then
        assertThat(dispatcher.inFlight()).isZero();
    }

    @Test
    void isLikeNoneIfItIsAnAnswer() {
        // Given: an output that is no text
        MethodDescriptor<byte[], byte[]> method =
                METHOD.toBuilder(new Bytes(), new Bytes()).build();
        EdgePort port = domain.transport()
                .open(
                        "computer",
                        "127.0.0.1",
                        0,
                        new UnaryService(ServiceDescriptor.newBuilder(RunLambda.SERVICE.getName())
                                        .addMethod(method)
                                        .build())
                                .method(
                                        method,
                                        (request, headers, answer) ->
                                                answer.send(new byte[] {1 << 3 | 2, 2, 'O', 'K', 2 << 3 | 2, 1, -1}))
                                .build());

        // When
        LambdaResult result = domain.call(port.endpoint(), LambdaCall.of("f", ""));

        // Then
        assertThat(EdgeDomain.retcode(result)).startsWith("RPC failed: " + port.endpoint() + " did not answer: ");
    }

    /** Its states are no message. */
    private String callUnreadably(String endpoint) {
        byte[] request = {1 << 3 | 2, 1, 'f', 7 << 3 | 2, 1, -1};
        CompletableFuture<String> told = new CompletableFuture<>();
        UnaryCall.start(
                caller.channel(endpoint),
                METHOD,
                request,
                new Metadata(),
                Duration.ofSeconds(20),
                new UnaryCall.Listener<RunAnswer>() {
                    @Override
                    public void onAnswer(RunAnswer answer) {
                        told.complete(answer.retcode());
                    }

                    @Override
                    public void onFailure(Status status, boolean sent) {
                        told.complete(status.toString());
                    }
                });
        return told.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
