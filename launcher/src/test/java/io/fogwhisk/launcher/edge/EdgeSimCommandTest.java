package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.launcher.Fogwhisk;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class EdgeSimCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aLinePerPolicyInstallerAndSize() {
        // When
        int code = run("--policies=random,power-of-two", "--sizes=5,20", "--duration=2", "--warm-up=1");

        // Then
        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2 + 2 * 2 * 2);
        assertThat(lines).filteredOn(line -> line.startsWith("power-of-two")).hasSize(4);
        assertThat(lines).filteredOn(line -> line.contains(" hier ")).hasSize(4);
    }

    @Test
    void csvHasAsManyValuesAsNames() {
        // When
        int code = run("--csv", "--policies=round-robin", "--sizes=10", "--duration=2", "--layout=tree");

        // Then
        assertThat(code).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(3);
        int columns = lines.get(0).split(",", -1).length;
        assertThat(lines).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(columns));
        assertThat(lines.get(1)).startsWith("round-robin,flat,2,10,0.7,1,");
    }

    @Test
    void jsonSaysWhatWasCounted() throws Exception {
        // When
        int code = run(
                "--json",
                "--policies=proportional-fairness",
                "--installers=flat",
                "--sizes=10",
                "--duration=10",
                "--up=0");

        // Then
        assertThat(code).isZero();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.path("policy").textValue()).isEqualTo("proportional-fairness");
        assertThat(report.path("answered").longValue()).isPositive();
        assertThat(report.path("installMessages").longValue()).isEqualTo(2 * 10);
        assertThat(report.path("controllerMessagesPerSecond").doubleValue()).isEqualTo((2 + 10) / 2.0);
    }

    @Test
    void whatIsTooBigIsLeftOutAndSaid() {
        // When
        int code = run("--policies=random", "--installers=flat", "--sizes=10,1000", "--max-entries=20", "--duration=1");

        // Then
        assertThat(code).isZero();
        assertThat(out.toString().lines()).hasSize(3);
        assertThat(err.toString()).contains("1000 computers: 200000 table entries are more than --max-entries 20");
    }

    @ParameterizedTest
    @CsvSource({
        "--load=0, --load must be more than 0",
        "--sizes=0, --computers must be at least 1",
        "--computers-per-router=0, --computers-per-router must be more than 0",
        "--lease=1, --lease must be more than 2",
        "--policies=fastest, fastest",
        "--optimizer-conf=type=best, best",
        "--installers=round, --installers",
        "--service-type=odd, --service-type",
        "--seed=x, --seed"
    })
    void wrongNumbersEndWithCodeTwo(String option, String message) {
        // When
        int code = run(option);

        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    private int run(String... options) {
        List<String> arguments = new ArrayList<>(List.of("edge-sim"));
        arguments.addAll(List.of(options));
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments.toArray(String[]::new));
    }
}
