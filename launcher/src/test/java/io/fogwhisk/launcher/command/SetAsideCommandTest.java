package io.fogwhisk.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fogwhisk.launcher.Fogwhisk;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SetAsideCommandTest {

    private static final String READINGS =
            "[{\"time\":\"2030-01-01T00:00:00Z\",\"reason\":\"no JSON\",\"payload\":\"x\"}]";

    @Test
    void listsReadingsWithoutAFeedProviderAndSaysWhereMessagesAre() throws IOException {
        // Given
        HttpServer dashboard = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        dashboard.createContext("/api/set-aside", exchange -> {
            byte[] body = READINGS.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        dashboard.start();
        StringWriter out = new StringWriter();
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));

        // When
        int code = line.execute(
                "set-aside",
                "--dashboard",
                "http://127.0.0.1:" + dashboard.getAddress().getPort());
        dashboard.stop(0);

        // Then
        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("no JSON")
                .contains("1 readings set aside")
                .contains("fogwhisk feeds set-aside list");
    }
}
