package io.fogwhisk.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.launcher.site.Ports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FogwhiskTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void anUnknownKeyEndsWithCodeTwoAndNamesTheKeyAndTheFile() throws Exception {
        Path config = Files.writeString(folder.resolve("site.yaml"), "mqtt: {prot: 1883}\ninflux: {port: x}\n");

        int code = run("up", "--config", config.toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .contains(config + ": mqtt.prot is not a known key; known here: client, keep-alive, port, ")
                .contains(config + ": influx.port must be a whole number from 1 to 65535, was 'x'")
                .doesNotContain("\tat ");
    }

    @Test
    void aMissingConfigurationFileIsNamed() {
        int code = run("up", "--config", folder.resolve("absent.yaml").toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("absent.yaml").doesNotContain("\tat ");
    }

    @Test
    void aTakenPortEndsWithCodeOneAndNamesThePortAndTheRole() throws Exception {
        Ports ports = TestPorts.site();
        Path config = Files.writeString(folder.resolve("site.yaml"), TestSites.yaml(folder.resolve("data"), ports));
        try (ServerSocket taken = new ServerSocket(ports.openwhisk(), 1, InetAddress.getLoopbackAddress())) {
            int code = run("up", "--config", config.toString());

            assertThat(code).isEqualTo(1);
            assertThat(err.toString())
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .contains("openwhisk")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aDataFolderThatIsAFileIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "in the way");
        Path config = Files.writeString(folder.resolve("site.yaml"), TestSites.yaml(file, TestPorts.site()));

        int code = run("up", "--config", config.toString());

        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains(file.toString()).doesNotContain("\tat ");
    }

    @Test
    void aDemoThatCannotBeIsRefusedWithTheOptionsName() {
        assertThat(run("demo", "--sites", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--sites must be 1 to 20, was 0");
    }

    @Test
    void theHelpNamesEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("up").contains("demo").contains("set-aside");
    }

    @Test
    void aRehearsalEndsOnceAReadingIsStored() {
        assertThat(run("rehearse")).isZero();
        assertThat(out.toString()).contains("rehearsed");
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("(?s)FogWhisk \\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void aSiteThatDoesNotRunIsSaidToBeSo() {
        assertThat(run("set-aside", "--dashboard", "http://127.0.0.1:" + TestPorts.free()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("is it running?").doesNotContain("\tat ");
    }

    private int run(String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
