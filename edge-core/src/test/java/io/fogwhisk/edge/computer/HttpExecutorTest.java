package io.fogwhisk.edge.computer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.State;
import io.grpc.Context;
import io.grpc.Metadata;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpExecutorTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Semaphore gate = new Semaphore(0);
    private final AtomicInteger under = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> paths = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private HttpExecutor executor;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        executor = executor(2, Duration.ofSeconds(20));
    }

    @AfterEach
    void close() {
        gate.release(1_000);
        executor.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void postsTheInputAndReturnsTheBody() {
        // Given
        State state = State.newBuilder().setLocation("h:1").build();
        LambdaRequest request = LambdaRequest.newBuilder()
                .setName("upper")
                .setInput("gr\u00fc\u00df")
                .putStates("s", state)
                .build();

        // When
        LambdaResponse.Builder answer =
                await(executor.run(request, new Metadata()).toCompletableFuture());

        // Then
        assertThat(answer.getRetcode()).isEqualTo("OK");
        assertThat(answer.getOutput()).isEqualTo("POST /function/upper gr\u00fc\u00df");
        assertThat(answer.getStatesMap()).containsEntry("s", state);
    }

    @Test
    void saysWhichStatusCameInstead() {
        assertThat(await(run("missing")).getRetcode()).isEqualTo("error HTTP response received (404)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"big", "big-in-pieces"})
    void reportsAnAnswerThatIsTooLarge(String lambda) {
        // When
        String retcode = await(run(lambda)).getRetcode();

        // Then: the function ran, so nobody else is to run it
        assertThat(retcode).endsWith(": the answer has more than 4177920 bytes");
        assertThat(Retcode.saysUnavailable(retcode)).isFalse();
        assertThat(Retcode.saysNotExecuted(retcode)).isFalse();
        assertThat(await(run("f")).getRetcode()).as("the next call").isEqualTo("OK");
    }

    @Test
    void keepsToTheFunctionsWhateverTheNameIs() {
        // When
        await(run("../system/functions?x"));

        // Then
        assertThat(paths).containsExactly("/function/%2E%2E%2Fsystem%2Ffunctions%3Fx");
    }

    @Test
    void callsNoMoreThanSoManyAtATime() {
        // Given
        List<CompletableFuture<LambdaResponse.Builder>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(run("slow"));
        }
        EdgeDomain.await().until(() -> under.get() == 2);

        // When
        gate.release(1);

        // Then: the third begins when one has ended
        EdgeDomain.await().until(() -> paths.size() == 3);
        assertThat(under.get()).isLessThanOrEqualTo(2);
        gate.release(10);
        assertThat(answers)
                .allSatisfy(each -> assertThat(await(each).getRetcode()).isEqualTo("OK"));
    }

    @Test
    void doesNotCallForSomebodyWhoWentAway() {
        // Given
        var first = run("slow");
        var second = run("slow");
        Context.CancellableContext caller = Context.ROOT.withCancellation();
        List<CompletableFuture<LambdaResponse.Builder>> gone = new ArrayList<>();
        caller.run(() -> gone.add(run("gone")));
        EdgeDomain.await().until(() -> under.get() == 2);

        // When
        caller.cancel(null);
        gate.release(2);

        // Then
        assertThat(await(gone.get(0)).getRetcode()).contains("went away");
        assertThat(await(first).getRetcode()).isEqualTo("OK");
        assertThat(await(second).getRetcode()).isEqualTo("OK");
        assertThat(paths).containsExactly("/function/slow", "/function/slow");
    }

    @Test
    void tellsAGatewayThatIsAwayFromOneThatIsSlow() {
        // Given
        try (HttpExecutor hasty = executor(1, Duration.ofMillis(300))) {

            // When
            String slow = await(hasty.run(request("slow"), new Metadata()).toCompletableFuture())
                    .getRetcode();
            server.stop(0);
            String away = await(run("f")).getRetcode();

            // Then
            assertThat(slow).startsWith(Retcode.RPC_FAILED).contains("did not answer");
            assertThat(Retcode.saysNotExecuted(slow)).isFalse();
            assertThat(Retcode.saysNotExecuted(away)).as(away).isTrue();
        }
    }

    @Test
    void givesUpOnAnAnswerThatBreaksOffInTheMiddle() {
        // Given: a gateway that sends the head and a byte and then stalls
        try (HttpExecutor hasty = executor(1, Duration.ofMillis(300))) {

            // When
            String stalled = await(hasty.run(request("stalled"), new Metadata()).toCompletableFuture())
                    .getRetcode();

            // Then: its place is free again
            assertThat(stalled).startsWith(Retcode.RPC_FAILED).contains("did not answer");
            assertThat(await(hasty.run(request("f"), new Metadata()).toCompletableFuture())
                            .getRetcode())
                    .isEqualTo("OK");
        }
    }

    @Test
    void knowsTheLambdasItWasTold() {
        // Given
        try (HttpExecutor told =
                new HttpExecutor("t", HttpGateway.at("http://localhost:1", 1, Set.of("f"), Duration.ofSeconds(1)))) {

            // Then
            assertThat(told.knows("f")).isTrue();
            assertThat(told.knows("g")).isFalse();
            assertThat(executor.knows("g")).isTrue();
            assertThat(told.estimate(request("f")).getRetcode()).isEqualTo("OK");
        }
    }

    @Test
    void refusesAGatewayThatIsNoAddress() {
        for (String gateway : List.of("localhost:8080", "ftp://host/", "http://", "http://a b/")) {
            assertThatThrownBy(() -> HttpGateway.at(gateway, 1, Set.of(), Duration.ofSeconds(1)))
                    .isInstanceOf(EdgeException.class)
                    .hasMessage("gateway-url must be an http or https address, was '" + gateway + "'");
        }
    }

    private HttpExecutor executor(int clients, Duration timeout) {
        return new HttpExecutor(
                "test",
                HttpGateway.at("http://localhost:" + server.getAddress().getPort(), clients, Set.of(), timeout));
    }

    private CompletableFuture<LambdaResponse.Builder> run(String lambda) {
        return executor.run(request(lambda), new Metadata()).toCompletableFuture();
    }

    private static LambdaRequest request(String lambda) {
        return LambdaRequest.newBuilder().setName(lambda).setInput("x").build();
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        under.incrementAndGet();
        paths.add(path);
        try (exchange) {
            if (path.endsWith("slow")) {
                gate.acquire();
            }
            under.decrementAndGet();
            byte[] answer = (exchange.getRequestMethod() + " " + path + " " + body).getBytes(StandardCharsets.UTF_8);
            if (path.contains("big")) {
                byte[] big = new byte[5 << 20];
                exchange.sendResponseHeaders(200, path.endsWith("pieces") ? 0 : big.length);
                exchange.getResponseBody().write(big);
                return;
            }
            if (path.endsWith("stalled")) {
                exchange.sendResponseHeaders(200, 2);
                exchange.getResponseBody().write('x');
                exchange.getResponseBody().flush();
                gate.acquire();
                return;
            }
            exchange.sendResponseHeaders(path.endsWith("missing") ? 404 : 200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
