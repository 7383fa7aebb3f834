package io.fogwhisk.edge.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.ServerServiceDefinition;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EdgeTransportTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final EdgeTransport here = new EdgeTransport("here");
    private final EdgeTransport there = new EdgeTransport("there");

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    @Test
    void reachesItsOwnNodesInProcessOnTheCallersThread() {
        // Given
        EdgePort port = here.open("echo", "127.0.0.1", 0, tellsItsThread());

        // When
        LambdaResult result = join(new EdgeClient(here).call(port.endpoint(), LambdaCall.of("f", ""), TIMEOUT));

        // Then
        assertThat(here.serves(port.endpoint())).isTrue();
        assertThat(result)
                .isInstanceOfSatisfying(
                        LambdaResult.Done.class,
                        done -> assertThat(done.output())
                                .isEqualTo(Thread.currentThread().getName()));
    }

    @Test
    void knowsItsOwnNodesByBothNamesOfTheLoopback() {
        EdgePort port = here.open("echo", "127.0.0.1", 0, tellsItsThread());

        assertThat(here.serves("localhost:" + port.number())).isTrue();
    }

    @Test
    void reachesOtherNodesOverTcp() {
        // Given
        EdgePort port = there.open("echo", "127.0.0.1", 0, tellsItsThread());

        // When
        LambdaResult result = join(new EdgeClient(here).call(port.endpoint(), LambdaCall.of("f", ""), TIMEOUT));

        // Then
        assertThat(here.serves(port.endpoint())).isFalse();
        assertThat(result)
                .isInstanceOfSatisfying(
                        LambdaResult.Done.class,
                        done -> assertThat(done.output())
                                .isNotEqualTo(Thread.currentThread().getName()));
    }

    @Test
    void namesRoleAddressAndCureWhenThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> here.open("edge router", "127.0.0.1", taken.getLocalPort(), tellsItsThread()))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("edge router of here")
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("configure another");
        }
    }

    @Test
    void findsANodeThatComesBackOnTheSamePort() {
        // Given
        EdgeClient client = new EdgeClient(here);
        EdgePort first = there.open("echo", "127.0.0.1", 0, tellsItsThread());
        join(client.call(first.endpoint(), LambdaCall.of("f", ""), TIMEOUT));
        first.close();
        assertThat(join(client.call(first.endpoint(), LambdaCall.of("f", ""), TIMEOUT)))
                .isInstanceOf(LambdaResult.Failed.class);

        // When
        there.open("echo", "127.0.0.1", first.number(), tellsItsThread());

        // Then
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> join(client.call(first.endpoint(), LambdaCall.of("f", ""), TIMEOUT))
                        instanceof LambdaResult.Done);
    }

    @Test
    void saysWhoIsAwayAndWhy() {
        // Given
        EdgePort gone = there.open("echo", "127.0.0.1", 0, tellsItsThread());
        gone.close();

        // When
        LambdaResult result = join(new EdgeClient(here).call(gone.endpoint(), LambdaCall.of("f", ""), TIMEOUT));

        // Then
        assertThat(result)
                .isInstanceOfSatisfying(
                        LambdaResult.Failed.class,
                        failed -> assertThat(failed.retcode())
                                .contains(gone.endpoint())
                                .contains("Connection refused"));
    }

    @Test
    void givesUpOnANodeThatNeverAnswers() {
        // Given
        ServerServiceDefinition silent = new UnaryService(EdgeServerGrpc.getServiceDescriptor())
                .method(EdgeServerGrpc.getRunLambdaMethod(), (request, headers, answer) -> {})
                .build();
        EdgePort port = here.open("silent", "127.0.0.1", 0, silent);

        // When
        LambdaResult result =
                join(new EdgeClient(here).call(port.endpoint(), LambdaCall.of("f", ""), Duration.ofMillis(50)));

        // Then
        assertThat(result)
                .isInstanceOfSatisfying(
                        LambdaResult.Failed.class,
                        failed -> assertThat(failed.retcode()).contains("did not answer"));
    }

    @Test
    void refusesCallsAfterTheClose() {
        here.close();

        assertThatThrownBy(() -> here.channel("127.0.0.1:1"))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void refusesWhatIsNoEndpoint() {
        assertThatThrownBy(() -> here.channel("nowhere"))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("host:port");
    }

    private static LambdaResult join(CompletionStage<LambdaResult> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static ServerServiceDefinition tellsItsThread() {
        return new UnaryService(EdgeServerGrpc.getServiceDescriptor())
                .method(
                        EdgeServerGrpc.getRunLambdaMethod(),
                        (request, headers, answer) -> answer.send(LambdaResponse.newBuilder()
                                .setRetcode("OK")
                                .setOutput(Thread.currentThread().getName())
                                .build()))
                .build();
    }
}
