package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.launcher.TestPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeUtilCommandTest {

    private static final String LINE = "\\d+\\.\\d{6} (arm|bm2837) [01]\\.\\d{6}";

    @TempDir
    private Path folder;

    @Test
    void printsALinePerProcessorUntilTheComputerEnds() throws Exception {
        // Given
        Path file = folder.resolve("util.dat");
        try (RunningCommand computer = RunningCommand.role(
                "edge-computer", "--server-endpoint=127.0.0.1:0", "--utilization-endpoint=127.0.0.1:0")) {
            String stream = "--server-endpoint=" + computer.after("utilisation on ");
            RunningCommand lines = RunningCommand.start("edge-util", stream);
            RunningCommand toFile = RunningCommand.start("edge-util", stream, "--output-file", file.toString());

            // When
            RunningCommand client = RunningCommand.run(
                    "edge-client", "--server-endpoints", computer.after("listening on "), "--max-requests", "1");
            assertThat(client.code()).as(client.err()).isZero();
            Awaitility.await()
                    .atMost(RunningCommand.LONG)
                    .until(() -> lines.out().lines().count() >= 2
                            && Files.exists(file)
                            && Files.readAllLines(file).size() >= 2);
            computer.end();

            // Then: they end, too; the end of the connection may overtake that of the stream
            assertEnded(lines);
            assertEnded(toFile);
            assertThat(lines.out().lines()).allMatch(line -> line.matches(LINE));
            assertThat(Files.readAllLines(file)).allMatch(line -> line.matches(LINE));
            assertThat(lines.out()).contains(" arm ").contains(" bm2837 ");
        }
    }

    private static void assertEnded(RunningCommand stream) throws Exception {
        int code = stream.awaitEnd().code();
        if (code != 0) {
            assertThat(stream.err())
                    .startsWith("fogwhisk: no utilisation from ")
                    .hasLineCount(1);
        }
    }

    @Test
    void saysWhatIsWrongInALine() {
        // When
        RunningCommand malformed = RunningCommand.run("edge-util", "--server-endpoint=here");
        RunningCommand nobody = RunningCommand.run("edge-util", "--server-endpoint=127.0.0.1:" + TestPorts.free());
        RunningCommand unwritable = RunningCommand.run("edge-util", "--output-file=" + folder);

        // Then
        assertThat(malformed.code()).isEqualTo(2);
        assertThat(malformed.err()).isEqualTo("--server-endpoint: 'here' is not an endpoint: use host:port\n");
        assertThat(nobody.code()).isEqualTo(1);
        assertThat(nobody.err()).contains("no utilisation from 127.0.0.1:").doesNotContain("\tat ");
        assertThat(unwritable.code()).isEqualTo(1);
        assertThat(unwritable.err())
                .contains("--output-file: cannot write " + folder)
                .doesNotContain("\tat ");
    }
}
