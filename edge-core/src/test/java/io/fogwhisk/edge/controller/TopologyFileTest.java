package io.fogwhisk.edge.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.rpc.EdgeException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyFileTest {

    @TempDir
    private Path folder;

    @Test
    void readsRowsOfDistances() throws Exception {
        // When
        TopologyFile topology = read("# machines\n10.0.0.1 0 1.5\n\n10.0.0.2\t2 0\n");

        // Then
        assertThat(topology.nodes()).isEqualTo(2);
        assertThat(topology.distance(topology.node("10.0.0.1"), topology.node("10.0.0.2")))
                .isEqualTo(1.5);
        assertThat(topology.distance(topology.node("10.0.0.2"), topology.node("10.0.0.1")))
                .isEqualTo(2);
        assertThat(topology.farthest()).isEqualTo(2);
        assertThat(topology.node("10.0.0.3")).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a 0 1;b x 0|line 2, column 3: 'x' must be a number",
                "#;a 0 1;b 1  -2|line 3, column 6: '-2' must be a number, at least 0",
                "a 0 1;b 1 NaN|line 2, column 5: 'NaN'",
                "a 0 1;b 1|line 2, column 4: 'b' has 1 distances, must have 2",
                "a 0 1;a 1 0|line 2, column 1: 'a' is already on line 1",
                "a 0;b 0|line 2, column 1: there are only 1 distances per row",
                "a 0 1|line 1, column 1: there are 1 rows of 2 distances",
                "a|line 1, column 2: 'a' has 0 distances",
                "#|has no rows"
            })
    void namesTheFileTheLineAndTheColumnOfAFault(String text, String message) {
        assertThatThrownBy(() -> read(text.replace(';', '\n')))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("dist.txt")
                .hasMessageContaining(message);
    }

    @Test
    void namesAFileThatIsNotThere() {
        Path missing = folder.resolve("missing.txt");

        assertThatThrownBy(() -> TopologyFile.read(missing))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("missing.txt does not exist");
    }

    @Test
    void drawsOtherDistancesBetweenTheSameMachines() throws Exception {
        // When
        TopologyFile topology = read("a 0 5\nb 6 0\n").randomized(() -> 0.25);

        // Then
        assertThat(topology.distance(topology.node("a"), topology.node("b"))).isEqualTo(0.25);
        assertThat(topology.distance(topology.node("a"), topology.node("a"))).isZero();
        assertThat(topology.farthest()).isEqualTo(0.25);
    }

    private TopologyFile read(String text) throws Exception {
        Path file = folder.resolve("dist.txt");
        Files.writeString(file, text);
        return TopologyFile.read(file);
    }
}
