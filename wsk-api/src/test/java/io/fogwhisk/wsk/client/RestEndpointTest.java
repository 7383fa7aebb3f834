package io.fogwhisk.wsk.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class RestEndpointTest {

    private static final byte[] HEAD =
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".getBytes(StandardCharsets.US_ASCII);

    @Test
    void anAnswerWhoseBodyNeverEndsFailsInTime() throws Exception {
        // Given a server that begins an answer and falls silent
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RestEndpoint endpoint = new RestEndpoint(
                        "test", ApiHost.of("http://127.0.0.1:" + server.getLocalPort()), Duration.ofSeconds(5))) {
            // When
            CompletableFuture<HttpResponse<byte[]>> answer =
                    endpoint.exchange(endpoint.request("/").GET().build(), Duration.ofMillis(300), 1_000);
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(HEAD);
                socket.getOutputStream().flush();

                // Then
                Throwable failure = answer.handle((value, thrown) -> thrown).get(10, TimeUnit.SECONDS);
                assertThat(failure).hasCauseInstanceOf(TimeoutException.class);
                // And its connection is given up
                socket.setSoTimeout(10_000);
                InputStream request = socket.getInputStream();
                assertThat(request.readAllBytes()).startsWith("GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }
}
