package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.launcher.Fogwhisk;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the roles of the bridge say to options that cannot work. */
class BridgeCommandsTest {

    private final StringWriter err = new StringWriter();

    @Test
    void theProxyDoesNotStartWithoutSomebodyWhoKnowsTheCallers() {
        assertThat(run("wskproxy")).isEqualTo(2);
        assertThat(err.toString()).contains("--wsk-openwhisk").contains("--wsk-credentials");
    }

    @Test
    void theProxyNamesTheOptionThatIsWrong(@TempDir Path folder) throws Exception {
        Path open = folder.resolve("callers");
        Files.writeString(open, "");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run("wskproxy", "--wsk-api-root", "https://127.0.0.1:1", "--wsk-openwhisk", "http://a:1"))
                .isEqualTo(2);
        assertThat(run("wskproxy", "--wsk-credentials", open.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("--wsk-api-root must be http://host:port")
                .contains("--wsk-credentials: others than its owner may read")
                .doesNotContain("Exception");
    }

    @Test
    void theComputerWantsAKeyAndSaysHowToWriteOne() {
        assertThat(run("edgecomputerwsk")).isEqualTo(2);
        assertThat(run("edgecomputerwsk", "--wsk-auth", "bm9rZXk=")).isEqualTo(2);
        assertThat(run("edgecomputerwsk", "--server-conf", "type=quic", "--wsk-auth", "bm9rZXk="))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--wsk-auth must be the base64")
                .contains("--wsk-auth: a key must have the form")
                .contains("type must be grpc")
                .doesNotContain("Exception");
    }

    private int run(String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
