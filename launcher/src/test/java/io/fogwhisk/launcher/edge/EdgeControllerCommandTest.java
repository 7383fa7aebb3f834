package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.launcher.Fogwhisk;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class EdgeControllerCommandTest {

    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--server-endpoint=nowhere|--server-endpoint must be host:port, was 'nowhere'",
                "--type=fancy|--type must be plain, etsi-file or etsi-balanced, was 'fancy'",
                "--type=etsi-file|--type etsi-file",
                "--type=etsi-balanced|--balanced-endpoint must be host:port, was ''",
                "--balanced-period=0|--balanced-period must be from 0.01 to 86400 seconds, was 0.0",
                "--lease=-1|--lease must be from 0.01 to 86400 seconds, was -1.0",
                "--installer-type=deep|--installer-type must be flat or hier, was 'deep'",
                "--installer-type=hier --hier-objective=min|--hier-objective must be min-max or min-avg, was 'min'",
                "--installer-type=hier --topology-file=/absent/dist.txt|/absent/dist.txt does not exist"
            })
    void namesTheOptionAndTheValueOfAFault(String options, String message) {
        int code = run(("edge-controller " + options).split(" "));

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void namesTheLineAndColumnOfAFaultInTheTopology() throws Exception {
        Path file = Files.writeString(folder.resolve("dist.txt"), "10.0.0.1 0 1\n10.0.0.2 1 near\n");

        int code = run("edge-controller", "--installer-type", "hier", "--topology-file", file.toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(file + ", line 2, column 12: 'near' must be a number");
    }

    private int run(String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
