package io.fogwhisk.edge.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.rpc.EdgeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComputerFileTest {

    @Test
    void readsItsExample() {
        // When
        ComputerSpec computer = ComputerFile.parse("example", ComputerFile.EXAMPLE);

        // Then
        assertThat(computer)
                .isEqualTo(new ComputerSpec(
                        List.of(new ProcessorSpec("kiosk-cpu", ProcessorSpec.Type.CPU, 2e9, 4, 1_000_000_000)),
                        List.of(new ContainerSpec(
                                "thumbnails", "kiosk-cpu", "shrink", new ContainerSpec.Needs(25e3, 3e6, 12, 5e6), 3))));
    }

    @Test
    void readsFixedOutputsAndTheLengthOfQueues() {
        // Given
        String text = ComputerFile.EXAMPLE
                .replace("\"copy-input\"", "\"fixed\", \"output-value\": \"out\"")
                .replace("\"num-workers\": 3", "\"num-workers\": 5, \"max-waiting\": 7")
                .replace("GenericCpu", "GenericGpu");

        // When
        ComputerSpec computer = ComputerFile.parse("file", text);

        // Then
        ContainerSpec container = computer.containers().get(0);
        assertThat(container.output()).isEqualTo(Optional.of("out"));
        assertThat(container.workers()).isEqualTo(5);
        assertThat(container.maxWaiting()).isEqualTo(7);
        assertThat(computer.processors().get(0).type()).isEqualTo(ProcessorSpec.Type.GPU);
    }

    @Test
    void knowsThePresets() {
        // When
        ComputerSpec raspberry = ComputerSpec.raspberry(2, 4, 1, 2);
        ComputerSpec server = ComputerSpec.intelServer(3, 5);

        // Then
        assertThat(raspberry.containers())
                .extracting(ContainerSpec::lambda)
                .containsExactly("clambda0", "clambda1", "glambda0");
        assertThat(raspberry.containers()).extracting(ContainerSpec::workers).containsExactly(4, 4, 2);
        assertThat(raspberry.processors())
                .containsExactly(
                        new ProcessorSpec("arm", ProcessorSpec.Type.CPU, 1e11, 4, 512 << 20),
                        new ProcessorSpec("bm2837", ProcessorSpec.Type.GPU, 1e11, 1, 512 << 20));
        assertThat(raspberry.workers())
                .containsExactlyInAnyOrderEntriesOf(Map.of("clambda0", 4, "clambda1", 4, "glambda0", 2));
        assertThat(server.containers()).extracting(ContainerSpec::workers).containsExactly(5, 5, 5);
        assertThat(server.processors())
                .containsExactly(new ProcessorSpec("xeon", ProcessorSpec.Type.CPU, 4e9, 20, 128L << 30));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "\"1.0\" | \"2.0\" | c.json: version must be 1.0, was \"2.0\"",
                "\"speed\": 2e9 | \"speed\": 0 | c.json: processors[0]: speed must be more than 0",
                "\"speed\": 2e9, | | c.json: processors[0].speed is missing; it must be a number",
                "\"cores\": 4 | \"cores\": 1.5 | c.json: processors[0].cores must be a whole number, was 1.5",
                "GenericCpu | Tpu | c.json: processors[0].type must be GenericCpu or GenericGpu, was \"Tpu\"",
                "\"processor\": \"kiosk-cpu\" | \"processor\": \"x\" | c.json: containers[0].processor must be one of [kiosk-cpu], was 'x'",
                "proportional | constant | c.json: containers[0].lambda.requirements must be proportional",
                "copy-input | none | c.json: containers[0].lambda.output-type must be copy-input or fixed",
                "copy-input | fixed | c.json: containers[0].lambda.output-value is missing; it must be a text",
                "\"op-coeff\": 25e3 | \"op-coeff\": -1 | c.json: containers[0]: op-coeff must be at least 0",
                "\"num-workers\": 3 | \"num-workers\": 0 | c.json: containers[0]: num-workers must be at least 1",
                "\"lambda\": { | \"lambda\": 3, \"x\": { | c.json: containers[0].lambda must be an object",
                "{ | [ | c.json is not JSON: ",
            })
    void saysWhichFieldIsWrong(String from, @Nullable String to, String message) {
        // Given
        String text = ComputerFile.EXAMPLE.replace(from, to == null ? "" : to);

        // Then
        assertThatThrownBy(() -> ComputerFile.parse("c.json", text))
                .isInstanceOf(EdgeException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void namesTheFileThatIsNotThere(@TempDir Path folder) {
        assertThatThrownBy(() -> ComputerFile.read(folder.resolve("none.json")))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("none.json");
    }
}
