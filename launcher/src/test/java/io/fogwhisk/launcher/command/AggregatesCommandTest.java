package io.fogwhisk.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fogwhisk.launcher.Fogwhisk;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Against an OpenWhisk that answers with results given beforehand. */
class AggregatesCommandTest {

    @TempDir
    private Path folder;

    private final Deque<String> results = new ArrayDeque<>();
    private final StringWriter out = new StringWriter();
    private final HttpServer openWhisk = server();

    @BeforeEach
    void start() {
        openWhisk.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = """
                    {"activationId":"0123456789abcdef0123456789abcdef","namespace":"guest","name":"aggregatesAction",
                     "version":"0.0.1","subject":"guest","start":1,"end":2,"annotations":[],"logs":[],
                     "response":{"status":"success","success":true,"result":RESULT}}
                    """.replace("RESULT", results.remove()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        openWhisk.start();
    }

    @AfterEach
    void stop() {
        openWhisk.stop(0);
    }

    @Test
    void goesOnUntilNothingIsLeft() throws IOException {
        // Given
        results.add("{\"windows\":1000,\"points\":5,\"waiting\":5,\"more\":true,\"next\":\"2026-03-01T16:40:00Z\"}");
        results.add("{\"windows\":1000,\"points\":3,\"waiting\":8}");

        // When
        int code = backfill();

        // Then
        assertThat(code).isZero();
        assertThat(out.toString()).contains("2000 windows computed, 8 points handed to the outbox, 8 wait");
    }

    @Test
    void endsWithWhereToGoOnWhenARunCameToNoWindow() throws IOException {
        // Given: an action that would say so for ever
        String nothing = "{\"windows\":0,\"points\":0,\"waiting\":0,\"more\":true,\"next\":\"2026-03-01T00:00:00Z\"}";
        results.addAll(List.of(nothing, nothing, nothing));

        // When
        int code = backfill();

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).contains("go on with --from 2026-03-01T00:00:00Z");
        assertThat(results).hasSize(2);
    }

    private int backfill() throws IOException {
        Path yaml = Files.writeString(
                folder.resolve("site.yaml"),
                "openwhisk: {api-host: \"http://127.0.0.1:"
                        + openWhisk.getAddress().getPort() + "\", auth: \"" + AuthKey.GUEST.uuid() + ":"
                        + AuthKey.GUEST.secret() + "\", allow-well-known-keys: true}\n");
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(out, true));
        return line.execute(
                "aggregates",
                "backfill",
                "--config",
                yaml.toString(),
                "--from",
                "2026-03-01",
                "--to",
                "2026-03-02T09:20:00Z");
    }

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException("no port is free", e);
        }
    }
}
