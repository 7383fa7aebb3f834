package io.fogwhisk.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.launcher.Fogwhisk;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.site.RemoteFeeds;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
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
            int dropped = run("feeds", "set-aside", "drop", "--trigger", "/guest/feed_trigger", "--feeds", url);

            // Then
            assertThat(new int[] {listed, json, aside, replayed, dropped})
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

    private int run(String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
