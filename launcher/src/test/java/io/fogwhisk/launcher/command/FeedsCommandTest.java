package io.fogwhisk.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.launcher.Fogwhisk;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.site.RemoteFeeds;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FeedsCommandTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void showsTheFeedsOfAProviderAndWhatTheySetAside() {
        // Given
        int port = TestPorts.free();
        SiteConfig config = ConfigFile.parse(
                "x",
                "",
                Map.of(
                        "FOGWHISK_SITE_DATA",
                        folder.toString(),
                        "FOGWHISK_FEEDS_PORT",
                        String.valueOf(port),
                        "FOGWHISK_FEEDS_SLIM_TOPICS",
                        "test",
                        "FOGWHISK_FEEDS_SLIM_AUTH",
                        AuthKey.GUEST.reveal(),
                        "FOGWHISK_FEEDS_SLIM_URL",
                        "mqtt://127.0.0.1:1",
                        "FOGWHISK_OPENWHISK_API_HOST",
                        "http://127.0.0.1:1"),
                SiteConfig::read);
        String url = "http://127.0.0.1:" + port;
        try (HttpHost http = new HttpHost();
                Service provider = RemoteFeeds.alone(config, http, Clock.systemUTC())) {
            http.start();
            provider.start();

            // When
            int listed = run("feeds", "list", "--feeds", url);
            int json = run("feeds", "list", "--json", "--feeds", url);
            int aside = run("feeds", "set-aside", "list", "--feeds", url);
            int replayed = run("feeds", "set-aside", "replay", "--all", "--feeds", url);
            int one = run("feeds", "set-aside", "replay", "17", "--feeds", url);
            int dropped = run("feeds", "set-aside", "drop", "--trigger", "/guest/feed_trigger", "--feeds", url);

            // Then
            assertThat(new int[] {listed, json, aside, replayed, one, dropped})
                    .as(err.toString())
                    .containsOnly(0);
            assertThat(out.toString())
                    .contains("last error")
                    .contains("/guest/feed_trigger")
                    .contains("connecting")
                    .contains("\"topic\" : \"test\"")
                    .contains("0 messages set aside")
                    .contains("0 messages are fired again")
                    .contains("0 messages dropped")
                    .doesNotContain(AuthKey.GUEST.secret());
        }
    }

    @Test
    void saysWhatIsWrongWithACall() {
        assertThat(run("feeds", "set-aside", "drop")).isEqualTo(2);
        assertThat(run("feeds", "set-aside", "drop", "--trigger", "t")).isEqualTo(1);
        assertThat(run("feeds", "list", "--feeds", "http://127.0.0.1:" + TestPorts.free()))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("ID | --all | --trigger")
                .contains("--trigger must have the form /namespace/name, was 't'")
                .contains("is it running?")
                .doesNotContain("\tat ");
    }

    @Test
    void aTopicCannotWriteOnTheTerminal() throws Exception {
        // Given
        String feed = "{\"trigger\":\"/guest/t\",\"state\":\"refused\",\"lastError\":\"topic \\u001b[2J\\n\"}";
        String message = "{\"id\":1,\"trigger\":\"/guest/t\",\"topic\":\"a\\u009b\",\"reason\":\"\\u202e\"}";
        try (Answers provider = new Answers(
                Map.of("/feeds", "[" + feed + "]", "/set-aside", "{\"count\":1,\"messages\":[" + message + "]}"))) {
            // When
            run("feeds", "list", "--feeds", provider.url());
            run("feeds", "list", "--json", "--feeds", provider.url());
            run("feeds", "set-aside", "list", "--feeds", provider.url());
            run("feeds", "set-aside", "list", "--json", "--feeds", provider.url());

            // Then
            assertThat(out.toString())
                    .contains("topic \\u001b[2J\\u000a")
                    .contains("a\\u009b")
                    .doesNotContain("\u001b")
                    .doesNotContain("\u009b")
                    .doesNotContain("\u202e");
        }
    }

    @Test
    void whatIsNoFeedProviderIsSaidToBeNone() throws Exception {
        try (Answers pages = new Answers(Map.of("/feeds", "<html>"));
                Answers others = new Answers(Map.of("/other", "{}"));
                Answers words = new Answers(Map.of("/feeds", "\"yes\""))) {
            for (Answers each : List.of(pages, others, words)) {
                assertThat(run("feeds", "list", "--feeds", each.url())).isEqualTo(1);
                assertThat(err.toString())
                        .contains("what answers at " + each.url() + " is not a feed provider")
                        .contains("--feeds names another")
                        .doesNotContain("\tat ");
                err.getBuffer().setLength(0);
            }
        }
        assertThat(run("feeds", "list", "--feeds", "nowhere")).isEqualTo(1);
        assertThat(run("feeds", "list", "--auth", "nokey")).isEqualTo(1);
        assertThat(err.toString())
                .contains("--feeds must be an address such as http://127.0.0.1:3000, was 'nowhere'")
                .contains("--auth must be a key of the form uuid:key")
                .doesNotContain("nokey")
                .doesNotContain("\tat ");
    }

    @Test
    void aProviderThatIsNotOpenSaysWhichKeyItWants() {
        // Given
        int port = TestPorts.free();
        Map<String, String> environment = Map.of(
                "FOGWHISK_SITE_DATA",
                folder.toString(),
                "FOGWHISK_FEEDS_PORT",
                String.valueOf(port),
                "FOGWHISK_FEEDS_OPEN",
                "false",
                "FOGWHISK_OPENWHISK_API_HOST",
                "http://127.0.0.1:1");
        SiteConfig config = ConfigFile.parse("x", "", environment, SiteConfig::read);
        try (HttpHost http = new HttpHost();
                Service provider = RemoteFeeds.alone(config, http, Clock.systemUTC())) {
            http.start();
            provider.start();
            String url = "http://127.0.0.1:" + port;

            // When
            int without = run("feeds", "list", "--feeds", url);
            int unknown = run("feeds", "list", "--feeds", url, "--auth", AuthKey.GUEST.reveal());

            // Then
            assertThat(new int[] {without, unknown}).containsOnly(1);
            assertThat(err.toString())
                    .contains("the key of a namespace is needed (give --auth, or --config of its site)")
                    .contains("the key can't be checked now")
                    .doesNotContain(AuthKey.GUEST.secret())
                    .doesNotContain("\tat ");
        }
    }

    /** A server that answers as it is told, and 404 in JSON for the rest. */
    private static final class Answers implements AutoCloseable {
        private final HttpServer server;

        Answers(Map<String, String> bodies) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                String body = bodies.get(exchange.getRequestURI().getPath());
                byte[] bytes = (body == null ? "{\"error\":\"no such thing\"}" : body).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(body == null ? 404 : 200, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private int run(String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
