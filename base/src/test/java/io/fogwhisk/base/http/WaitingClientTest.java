package io.fogwhisk.base.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitingClientTest {

    private static final int TIMEOUT_MILLIS = 20_000;

    private final HttpHost host = new HttpHost();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch looked = new CountDownLatch(1);
    private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

    @BeforeEach
    void start() {
        host.start();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void isGoneOnceItClosedItsConnection() throws Exception {
        try (HttpHost.Port port = open(client -> {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
            while (!client.gone() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return client.gone();
        })) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
                send(socket, "GET /long");
                assertThat(begun.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            }

            assertThat(outcome.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        }
    }

    @Test
    void isThereWhileItWaitsAndWhatItSendsAheadIsAnsweredNext() throws Exception {
        try (HttpHost.Port port = open(client -> {
                    boolean before = client.gone();
                    looked.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
                    return before || client.gone() || client.gone();
                });
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            send(socket, "GET /long");
            assertThat(begun.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();

            // When
            send(socket, "GET /next");
            looked.countDown();

            // Then
            StringBuilder answers = new StringBuilder();
            while (answers.indexOf("next answer") < 0) {
                int next = socket.getInputStream().read();
                assertThat(next).as(answers.toString()).isNotNegative();
                answers.append((char) next);
            }
            assertThat(outcome.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(answers).contains("long answer");
        }
    }

    private static void send(Socket socket, String request) throws IOException {
        socket.getOutputStream().write((request + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private HttpHost.Port open(Looking looking) {
        return host.open(new HttpRole("waiting", "127.0.0.1", 0, config -> {
            config.routes.get("/long", ctx -> ctx.future(() -> CompletableFuture.runAsync(() -> look(ctx, looking))));
            config.routes.get("/next", ctx -> ctx.result("next answer"));
        }));
    }

    private void look(Context ctx, Looking looking) {
        try {
            WaitingClient client = WaitingClient.of(ctx.req());
            begun.countDown();
            outcome.complete(looking.at(client));
        } catch (Exception e) {
            outcome.completeExceptionally(e);
        }
        ctx.result("long answer");
    }

    @FunctionalInterface
    private interface Looking {
        boolean at(WaitingClient client) throws Exception;
    }
}
