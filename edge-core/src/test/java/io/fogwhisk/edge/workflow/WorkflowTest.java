package io.fogwhisk.edge.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkflowTest {

    @Test
    void readsTheTemplatesAndPutsThemIntoRequests() {
        for (String text : List.of(WorkflowFile.CHAIN_TEMPLATE, WorkflowFile.DAG_TEMPLATE)) {
            // Given
            WorkflowFile file = WorkflowFile.parse("template", text);
            LambdaRequest.Builder request = LambdaRequest.newBuilder().setInput("x");

            // When
            file.workflow().putInto(request);

            // Then
            assertThat(Workflow.fromProto(request.build())).isEqualTo(file.workflow());
            assertThat(request.getName()).isEqualTo(file.workflow().functions().get(0));
            assertThat(request.getInput()).isEqualTo("x");
            assertThat(file.stateSizes()).containsEntry("s0", 10_000);
            assertThat(file.workflow().dependencies()).containsEntry("s2", List.of());
        }
    }

    @Test
    void knowsTheFormatOfForeignFiles(@TempDir Path folder) throws IOException {
        // Given
        Path file = folder.resolve("dag.json");
        Files.writeString(
                file,
                "{\"successors\":[[1,2],[3],[3]],\"functionNames\":[\"a\",\"b\",\"c\",\"d\"],"
                        + "\"dependencies\":{\"s0\":[\"b\"],\"s3\":null},\"state-sizes\":{\"s0\":10000}}");

        // When
        WorkflowFile read = WorkflowFile.read(file);

        // Then
        Workflow.Dag dag = new Workflow.Dag(
                List.of(List.of(1, 2), List.of(3), List.of(3)),
                List.of("a", "b", "c", "d"),
                Map.of("s0", List.of("b"), "s3", List.of()));
        assertThat(read).isEqualTo(new WorkflowFile(dag, Map.of("s0", 10_000)));
        assertThat(dag.arrivals(0)).isZero();
        assertThat(dag.arrivals(3)).isEqualTo(2);
        assertThat(dag.predecessors(3)).containsExactly(1, 2);
        assertThat(dag.after(0)).containsExactly(1, 2);
        assertThat(dag.after(3)).isEmpty();
        assertThat(dag.isLast(3)).isTrue();
    }

    @Test
    void ordersAChain() {
        // Given
        Workflow chain = Workflow.Chain.of("a", "b", "a");

        // Then
        assertThat(chain.after(0)).containsExactly(1);
        assertThat(chain.after(2)).isEmpty();
        assertThat(chain.arrivals(0)).isZero();
        assertThat(chain.arrivals(2)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{\"functions\":[]} | w.json: functions must name at least one function",
                "{\"functions\":[\"a\",1]} | w.json: functions[1] must be a text, was 1",
                "{\"functions\":\"a\"} | w.json: functions must be a list, was \"a\"",
                "{\"functions\":[\"\"]} | w.json: functions[0] must not be empty",
                "{} | w.json: there must be either functions",
                "[] | w.json: must be a JSON object",
                "{\"function\":[]} | w.json: unknown key 'function'",
                "{\"functions\":[ | w.json is not JSON: ",
                "{\"functions\":[\"a\"],\"dependencies\":{\"s\":[\"b\"]}} | w.json: dependencies.s names 'b'",
                "{\"functions\":[\"a\"],\"dependencies\":[]} | w.json: dependencies must be an object",
                "{\"functions\":[\"a\"],\"state-sizes\":{\"s\":-1}} | w.json: state-sizes.s must be a whole number",
                "{\"successors\":[[1]],\"functionNames\":[\"a\"]} | w.json: functionNames must have one name more",
                "{\"successors\":[[1]]} | w.json: functionNames must be a list",
                "{\"successors\":[[2]],\"functionNames\":[\"a\",\"b\"]} | w.json: successors[0] must have indices",
                "{\"successors\":[[]],\"functionNames\":[\"a\",\"b\"]} | w.json: successors[0] must not be empty",
                "{\"successors\":[[1,1]],\"functionNames\":[\"a\",\"b\"]} | w.json: successors[0] must not name a",
                "{\"successors\":[[2],[2]],\"functionNames\":[\"a\",\"b\",\"c\"]} | w.json: function 1 is nobody's",
                "{\"successors\":[[3],[2,3],[1]],\"functionNames\":[\"a\",\"b\",\"c\",\"d\"]} | w.json: successors must"
                        + " not have a cycle",
                "{\"successors\":[[1],[\"2\"]],\"functionNames\":[\"a\",\"b\",\"c\"]} | w.json: successors[1][0] must",
            })
    void saysWhichFieldIsWrong(String text, String message) {
        assertThatThrownBy(() -> WorkflowFile.parse("w.json", text))
                .isInstanceOf(EdgeException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void namesTheFileThatIsNotThere(@TempDir Path folder) {
        // Given
        Path file = folder.resolve("none.json");

        // Then
        assertThatThrownBy(() -> WorkflowFile.read(file))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void refusesRequestsWithTwoWorkflowsInTheWordsOfForeignNodes() {
        // Given
        LambdaRequest.Builder request = LambdaRequest.newBuilder().addChain("a");
        request.getDagBuilder()
                .addNames("a")
                .addNames("b")
                .addSuccessorsBuilder()
                .addFunctions(1);

        // Then
        assertThatThrownBy(() -> Workflow.fromProto(request.build()))
                .hasMessage("Cannot specify both a function chain and a DAG in the request");
    }

    @Test
    void refusesIndicesOfForeignRequestsThatAreTooLarge() {
        // Given
        LambdaRequest.Builder request = LambdaRequest.newBuilder();
        request.getDagBuilder()
                .addNames("a")
                .addNames("b")
                .addSuccessorsBuilder()
                .addFunctions((1L << 32) + 1);

        // Then
        assertThatThrownBy(() -> Workflow.fromProto(request.build())).hasMessageContaining("successors[0]");
    }

    @Test
    void aGraphHasOneMainBranch() {
        // Given
        Workflow.Dag dag = new Workflow.Dag(
                List.of(List.of(2, 1), List.of(3, 4), List.of(4), List.of(4)),
                List.of("a", "b", "c", "d", "e"),
                Map.of());

        // Then
        assertThat(IntStream.range(0, 5).filter(dag::isMain)).containsExactly(0, 2, 4);
        assertThat(dag.isMain(2, 4)).isTrue();
        assertThat(dag.isMain(1, 4)).isFalse();
        assertThat(dag.isMain(0, 1)).isFalse();
        assertThat(dag.isMain(4, 0)).isFalse();
    }
}
