package io.fogwhisk.bridge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.bridge.BridgedSite;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The OpenWhisk behind begins its answers and never ends some of them. */
class StalledOpenWhiskTest {

    // As many as the proxy hands on at a time.
    private static final int PLACES = 64;

    private final BridgedSite site = new BridgedSite(true);
    private final HttpHost http = new HttpHost();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();
    private final ServerSocket openWhisk;
    private final WskProxy proxy;

    StalledOpenWhiskTest() throws IOException {
        openWhisk = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        proxy = new WskProxy(
                new WskProxyConfig(
                        "127.0.0.1", 0, Duration.ofMillis(500), "http://127.0.0.1:" + openWhisk.getLocalPort()),
                site.bridge(),
                Callers.knownTo(site.whisk),
                http);
    }

    @BeforeEach
    void start() {
        http.start();
        proxy.start();
        threads.execute(this::accept);
    }

    @AfterEach
    void close() throws IOException {
        openWhisk.close();
        for (Socket each : connections) {
            each.close();
        }
        proxy.close();
        http.close();
        site.close();
        threads.shutdownNow();
    }

    @Test
    void answersThatStallBreakOffAndTheirPlacesAreFreeAgain() {
        // Given
        List<CompletableFuture<Boolean>> stalled = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            stalled.add(get("stall").handle((answer, failure) -> failure != null || answer.statusCode() != 200));
        }

        // When
        assertThat(stalled)
                .allSatisfy(each ->
                        assertThat(each.orTimeout(20, TimeUnit.SECONDS).join()).isTrue());

        // Then
        HttpResponse<String> whole =
                get("whole").orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo("xx");
    }

    private CompletableFuture<HttpResponse<String>> get(String path) {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/" + path))
                        .header("Authorization", AuthKey.GUEST.basicHeader())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = openWhisk.accept();
                connections.add(socket);
                threads.execute(() -> answer(socket));
            }
        } catch (IOException e) {
            // The end of the test.
        }
    }

    private static void answer(Socket socket) {
        try {
            BufferedReader request =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (String line = request.readLine(); line != null; line = request.readLine()) {
                boolean whole = line.contains("/whole");
                while (line != null && !line.isEmpty()) {
                    line = request.readLine();
                }
                String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + (whole ? "xx" : "x");
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // The proxy gives stalled connections up.
        }
    }
}
