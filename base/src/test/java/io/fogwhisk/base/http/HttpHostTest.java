package io.fogwhisk.base.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.javalin.config.JavalinConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHostTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpHost host = new HttpHost();

    @BeforeEach
    void start() {
        host.start();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void eachPortServesItsOwnRolesRoutes() throws Exception {
        try (HttpHost.Port one = host.open(role("one", 0));
                HttpHost.Port two = host.open(role("two", 0))) {
            assertThat(get(one.number(), "/name")).isEqualTo("200 one");
            assertThat(get(two.number(), "/name")).isEqualTo("200 two");
            assertThat(get(one.number(), "/two")).startsWith("404");
        }
    }

    @Test
    void aSlashInsideASegmentReachesTheRolesThatAskedForIt() throws Exception {
        Consumer<JavalinConfig> echo =
                config -> config.routes.get("/*", ctx -> ctx.result(ctx.req().getRequestURI()));
        try (HttpHost.Port strict = host.open(new HttpRole("strict", "127.0.0.1", 0, echo));
                HttpHost.Port open = host.open(new HttpRole("open", "127.0.0.1", 0, echo).withEncodedSlashes())) {
            assertThat(get(open.number(), "/db/guest%2Fname")).isEqualTo("200 /db/guest%2Fname");
            assertThat(get(strict.number(), "/db/guest%2Fname")).startsWith("400");
        }
    }

    @Test
    void aClosedPortTakesNoConnectionsAndTheOthersStay() throws Exception {
        HttpHost.Port one = host.open(role("one", 0));
        int number = one.number();
        try (HttpHost.Port two = host.open(role("two", 0))) {
            one.close();

            assertThatThrownBy(() -> get(number, "/name")).isInstanceOf(ConnectException.class);
            assertThat(get(two.number(), "/name")).isEqualTo("200 two");
        }
    }

    @Test
    void aPortThatClosesAnswersWhatIsUnderWay() throws Exception {
        // Given
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        HttpHost patient = new HttpHost(LIMIT);
        patient.start();
        HttpHost.Port port = patient.open(slow(asked, answer));
        int number = port.number();
        CompletableFuture<HttpResponse<String>> slow =
                client.sendAsync(request(number, "/slow"), BodyHandlers.ofString());
        asked.await();
        try (Socket kept = new Socket(InetAddress.getLoopbackAddress(), number)) {
            kept.setSoTimeout(30_000);
            kept.getOutputStream().write(head("GET", "Accept: */*"));
            assertThat(readUntil(kept, "quick")).startsWith("HTTP/1.1 200").doesNotContain("Connection: close");

            // When
            CompletableFuture<Void> closed = CompletableFuture.runAsync(port::close);

            // Then
            await().untilAsserted(() -> assertThatThrownBy(
                            () -> new Socket(InetAddress.getLoopbackAddress(), number).close())
                    .isInstanceOf(ConnectException.class));
            kept.getOutputStream().write(head("GET", "Accept: */*"));
            assertThat(readUntil(kept, "quick")).startsWith("HTTP/1.1 200").contains("Connection: close");
            assertThat(closed).isNotDone();
            answer.countDown();
            assertThat(slow.join().body()).isEqualTo("slow");
            closed.join();
        } finally {
            patient.close();
        }
    }

    @Test
    void aPortThatClosesGivesUpWhatTakesTooLong() throws Exception {
        // Given
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        HttpHost hasty = new HttpHost(Duration.ofMillis(10));
        hasty.start();
        HttpHost.Port port = hasty.open(slow(asked, answer));
        CompletableFuture<HttpResponse<String>> slow =
                client.sendAsync(request(port.number(), "/slow"), BodyHandlers.ofString());
        asked.await();

        // When
        port.close();

        // Then
        assertThat(slow).failsWithin(LIMIT);
        answer.countDown();
        hasty.close();
    }

    private static HttpRole slow(CountDownLatch asked, CountDownLatch answer) {
        return new HttpRole(
                "slow",
                "127.0.0.1",
                0,
                config -> config.routes
                        .get("/", context -> context.result("quick"))
                        .get("/slow", context -> {
                            asked.countDown();
                            answer.await();
                            context.result("slow");
                        }));
    }

    @Test
    void aPortCanBeOpenedAgain() throws Exception {
        HttpHost.Port first = host.open(role("one", 0));
        int number = first.number();
        first.close();

        try (HttpHost.Port again = host.open(role("one", number))) {
            assertThat(again.number()).isEqualTo(number);
            assertThat(get(number, "/name")).isEqualTo("200 one");
        }
    }

    @Test
    void aTakenPortIsNamedTogetherWithItsRole() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> host.open(role("dc-1/openwhisk", taken.getLocalPort())))
                    .isInstanceOf(HttpException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("dc-1/openwhisk")
                    .hasMessageContaining("configure another");
        }
    }

    @Test
    void aClientThatSendsTooMuchGetsItsAnswerAndKeepsItsConnection() throws Exception {
        HttpRole refusing = new HttpRole(
                "refusing",
                "127.0.0.1",
                0,
                config -> config.routes
                        .post("/", context -> context.status(413).result("too large"))
                        .get("/", context -> context.result("still here")));
        int size = 8 * 1024 * 1024;
        try (HttpHost.Port port = host.open(refusing);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(head("POST", "Content-Length: " + size));
            out.write(new byte[size]);
            assertThat(readUntil(socket, "too large")).startsWith("HTTP/1.1 413");

            out.write(head("GET", "Accept: */*"));
            assertThat(readUntil(socket, "still here")).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 200_000})
    void clientsThatStopWithinABodyKeepNobodyWaiting(int sent) throws Exception {
        Consumer<JavalinConfig> routes = config -> config.routes
                .post("/", context -> context.result(sent == 0 ? context.body() : "not read"))
                .get("/name", context -> context.result("here"));
        List<Socket> stalled = new ArrayList<>();
        try (HttpHost.Port port = host.open(new HttpRole("stalled", "127.0.0.1", 0, routes))) {
            for (int i = 0; i < 80; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.number());
                stalled.add(socket);
                socket.getOutputStream().write(head("POST", "Content-Length: 1000000"));
                socket.getOutputStream().write(new byte[sent]);
            }

            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.number() + "/name"))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(response.body()).isEqualTo("here");
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }

    private static byte[] head(String method, String header) {
        return (method + " / HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        int next = in.read();
        while (next >= 0) {
            text.append((char) next);
            if (text.indexOf(end) >= 0) {
                return text.toString();
            }
            next = in.read();
        }
        return text.append(" (connection closed)").toString();
    }

    private static HttpRole role(String name, int port) {
        Consumer<JavalinConfig> routes = config -> {
            config.routes.get("/name", context -> context.result(name));
            config.routes.get("/" + name, context -> context.result("mine"));
        };
        return new HttpRole(name, "127.0.0.1", port, routes);
    }

    private static HttpRequest request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
    }

    private String get(int port, String path) throws Exception {
        var response = client.send(request(port, path), BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
