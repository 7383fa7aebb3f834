package io.fogwhisk.lean.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long an answer is waited for. */
class CatalogRequestTest {

    private static final int PARTS = 20;
    private static final int PART = 64 << 10;
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final Semaphore parts = new Semaphore(0);
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private HttpServer server;

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, (long) PARTS * PART);
                for (int i = 0; i < PARTS; i++) {
                    parts.acquireUninterruptibly();
                    exchange.getResponseBody().write(new byte[PART]);
                    exchange.getResponseBody().flush();
                }
            }
        });
        server.start();
    }

    @AfterEach
    void close() {
        parts.release(PARTS);
        server.stop(0);
        executor.shutdownNow();
    }

    @Test
    void waitsForALongAnswerAsLongAsPartsOfItCome() throws Exception {
        // Given
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        CatalogRequest request = new CatalogRequest(
                HttpClient.newHttpClient(), HttpRequest.newBuilder(uri).build(), uri.toString(), PARTS * PART);
        // When: asked five times a second whether the answer is wanted, the server sends a part, for four seconds
        Optional<HttpResponse<byte[]>> answer = request.await(Duration.ofSeconds(30), LIMIT, () -> {
            parts.release();
            return true;
        });
        // Then
        assertThat(answer).hasValueSatisfying(whole -> assertThat(whole.body()).hasSize(PARTS * PART));
    }

    @Test
    void givesUpAnAnswerOfWhichNothingComes() throws Exception {
        // Given
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        CatalogRequest request = new CatalogRequest(
                HttpClient.newHttpClient(), HttpRequest.newBuilder(uri).build(), uri.toString(), PARTS * PART);
        // When
        Optional<HttpResponse<byte[]>> answer =
                request.await(Duration.ofSeconds(30), Duration.ofMillis(300), () -> true);
        // Then
        assertThat(answer).isEmpty();
    }
}
