package io.fogwhisk.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.launcher.Fogwhisk;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DoctorCommandTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aFreshSiteIsFine() throws Exception {
        int code = run("doctor", "--config", config("").toString());

        assertThat(code).as(out.toString()).isZero();
        assertThat(out.toString()).contains("does not run").contains("nothing found that would lose data");
    }

    @Test
    void whatAProviderWithoutASiteLacksIsBad() throws Exception {
        int code = run(
                "doctor",
                "--feed-provider",
                "--config",
                config("site: {data: \"%s\"}\nfeeds: {port: %d, slim: {topics: test}}"
                                .formatted(folder.resolve("data"), TestPorts.free()))
                        .toString());

        assertThat(code).isEqualTo(1);
        assertThat(out.toString())
                .contains("BAD   feed-provider: openwhisk.api-host is needed")
                .contains("BAD   feed-provider: feeds.slim.url is needed")
                .contains("needs attention: 2")
                .doesNotContain("does not run");
    }

    @Test
    void aBrokerThatIsNotThereMakesTheExitCode() {
        assertThat(run("doctor", "--broker", "mqtt://127.0.0.1:" + TestPorts.free()))
                .isEqualTo(1);
        assertThat(out.toString()).contains("BAD").contains("nothing listens there");
        assertThat(run("doctor", "--broker", "nothing")).isEqualTo(1);
        assertThat(run("doctor", "--messages", "0")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--broker: ")
                .contains("--messages must be 1 to 100000, was 0")
                .doesNotContain("\tat ");
    }

    private Path config(String text) throws IOException {
        return Files.writeString(
                folder.resolve("site.yaml"),
                text.isEmpty() ? TestSites.yaml(folder.resolve("data"), TestPorts.site()) : text);
    }

    private int run(String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
