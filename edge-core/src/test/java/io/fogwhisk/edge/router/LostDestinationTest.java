package io.fogwhisk.edge.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a router does when a computer dies, breaks, hangs or is full. */
class LostDestinationTest {

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
    void usesAnotherComputerWhileOneIsAwayAndTheFirstAgainWhenItIsBack(boolean inProcess) {
        // Given
        wire(inProcess);
        EdgeRouter router = domain.router("");
        EdgeComputer first = domain.computer("", 0, EdgeDomain.ECHO, "f");
        EdgeComputer second = domain.computer("", 0, EdgeDomain.ECHO, "f");
        domain.install(router, first.endpoint(), "f");
        domain.install(router, second.endpoint(), "f");
        String endpoint = first.endpoint();

        // When
        first.close();

        // Then
        for (int i = 0; i < 20; i++) {
            assertThat(domain.call(router.endpoint(), LambdaCall.of("f", "")).responder())
                    .isEqualTo(second.endpoint());
        }

        // When
        domain.computer("", portOf(endpoint), EdgeDomain.ECHO, "f");

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
        EdgeComputer computer = domain.computer("", 0, EdgeDomain.ECHO, "f");
        domain.install(router, computer.endpoint(), "f");
        computer.close();

        // When
        String atFirst = EdgeDomain.retcode(domain.call(router.endpoint(), LambdaCall.of("f", "")));
        String whileSetAside = EdgeDomain.retcode(domain.call(router.endpoint(), LambdaCall.of("f", "")));

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

        assertThat(EdgeDomain.retcode(domain.call(router.endpoint(), LambdaCall.of("f", ""))))
                .isEqualTo("No destinations found for the entry");
    }

    @Test
    void survivesAHundredDeathsOfAComputer() {
        // Given
        EdgeRouter router = domain.router("");
        EdgeComputer computer = domain.computer("", 0, EdgeDomain.ECHO, "f");
        String endpoint = computer.endpoint();
        domain.install(router, endpoint, "f");

        for (int i = 0; i < 100; i++) {
            // When
            computer.close();
            assertThat(domain.call(router.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Failed.class);
            computer = domain.computer("", portOf(endpoint), EdgeDomain.ECHO, "f");
            domain.install(router, endpoint, "f");

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
        assertThat(EdgeDomain.retcode(result)).isEqualTo("division by zero");
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
        domain.install(router, first.endpoint(), "f");
        domain.install(router, second.endpoint(), "f");
        CompletionStage<LambdaResult> call = async(router, "f");
        EdgeDomain.await().until(() -> runs.get() == 1);

        // When
        first.close();

        // Then
        assertThat(EdgeDomain.retcode(join(call))).startsWith("RPC failed: " + first.endpoint());
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
            domain.install(router, endpoint, "f");
            domain.install(router, second.endpoint(), "f");
            CompletionStage<LambdaResult> call = async(router, "f");

            // When
            try (Socket socket = peer.accept()) {
                byte[] emptySettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
                socket.getOutputStream().write(emptySettings);
                readUntil(socket.getInputStream(), "marker-of-the-input");
            }

            // Then
            assertThat(EdgeDomain.retcode(join(call))).startsWith("RPC failed: " + endpoint + ": UNAVAILABLE");
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void givesUpOnAComputerThatNeverAnswers() {
        // Given
        EdgeRouter router = domain.router("", 10, Duration.ofMillis(50));
        EdgeComputer computer = domain.computer("", 0, call -> new CompletableFuture<>(), "f");
        domain.install(router, computer.endpoint(), "f");

        // When
        LambdaResult result = domain.call(router.endpoint(), LambdaCall.of("f", ""));

        // Then
        assertThat(EdgeDomain.retcode(result)).contains("DEADLINE_EXCEEDED").contains(computer.endpoint());
        assertThat(router.inFlight()).isZero();
        assertThat(router.entries()).hasSize(1);
    }

    @Test
    void refusesClearlyWhenFull() {
        // Given
        EdgeRouter router = domain.router("", 1, Duration.ofSeconds(10));
        CompletableFuture<LambdaResult> slow = new CompletableFuture<>();
        EdgeComputer computer = domain.computer("", 0, call -> slow, "f");
        domain.install(router, computer.endpoint(), "f");
        CompletionStage<LambdaResult> first = async(router, "f");
        EdgeDomain.await().until(() -> router.inFlight() == 1);

        // When
        LambdaResult second = domain.call(router.endpoint(), LambdaCall.of("f", ""));
        slow.complete(LambdaResult.done("late"));

        // Then
        assertThat(EdgeDomain.retcode(second))
                .startsWith("Too many lambdas in flight")
                .contains(router.endpoint());
        assertThat(join(first)).isInstanceOf(LambdaResult.Done.class);
        assertThat(domain.call(router.endpoint(), LambdaCall.of("f", ""))).isInstanceOf(LambdaResult.Done.class);
    }

    private CompletionStage<LambdaResult> async(EdgeRouter router, String lambda) {
        return new EdgeClient(domain.transport())
                .call(router.endpoint(), LambdaCall.of(lambda, "marker-of-the-input"), EdgeDomain.TIMEOUT);
    }

    /** A router that tries destinations it knows nothing of in the order in which they were installed. */
    private EdgeRouter inOrder() {
        return domain.router(EdgeDomain.config(0, 0, "", 10, Duration.ofSeconds(10)), "least-impedance");
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

    private static LambdaResult join(CompletionStage<LambdaResult> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static int portOf(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }
}
