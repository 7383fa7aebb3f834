package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.state.StateClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller, a router and two asynchronous computers as their commands start them, and a client that calls workflows. */
class EdgeDomainCommandsTest {

    private static final String HERE = "127.0.0.1:0";

    private final Deque<RunningCommand> roles = new ArrayDeque<>();
    private RunningCommand router;
    private RunningCommand first;
    private RunningCommand second;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        String controller = role("edge-controller", "--server-endpoint=" + HERE).after("listening on ");
        router = role(
                "edge-router",
                "--server-endpoint=" + HERE,
                "--configuration-endpoint=" + HERE,
                "--controller-endpoint=" + controller);
        first = computer(controller, "a", "b");
        second = computer(controller, "c", "d");
        Awaitility.await().atMost(RunningCommand.LONG).until(() -> {
            String table = RunningCommand.run("forwarding-table", "--server-endpoint", router.after("tables on "))
                    .out();
            return table.lines().filter(line -> line.matches("  [abcd] .*")).count() == 8;
        });
    }

    @AfterEach
    void close() {
        while (!roles.isEmpty()) {
            roles.pop().close();
        }
    }

    @Test
    void aClientRunsAChainOverBothComputers() throws IOException {
        // Given
        Path chain = Files.writeString(folder.resolve("chain.json"), "{\"functions\": [\"a\", \"c\", \"b\", \"d\"]}");

        // When
        RunningCommand client = client("--chain-conf=type=file,filename=" + chain, "--max-requests=5");

        // Then: each step is two hops
        assertThat(client.code()).as(client.err()).isZero();
        assertThat(client.out().lines()).hasSize(5).allMatch(line -> line.matches(line(second, "a", 8)));
        assertThat(client.err()).contains("edge-client: 5 answered, 0 failed");
    }

    @Test
    void aClientRunsAGraphWithAForkAndAJoinOverBothComputers() throws IOException {
        // Given: the branches run on different computers; to where they meet it is one hop
        Path dag = Files.writeString(
                folder.resolve("dag.json"),
                "{\"successors\": [[1, 2], [3], [3]], \"functionNames\": [\"a\", \"b\", \"c\", \"d\"]}");

        // When
        RunningCommand client = client("--dag-conf=type=file,filename=" + dag, "--max-requests=5");

        // Then
        assertThat(client.code()).as(client.err()).isZero();
        assertThat(client.out().lines()).hasSize(5).allMatch(line -> line.matches(line(second, "a", 6)));
        assertThat(client.err()).contains("edge-client: 5 answered, 0 failed");
    }

    @Test
    void aClientIsToldWhichStepNobodyRuns() throws IOException {
        // Given
        Path chain = Files.writeString(folder.resolve("chain.json"), "{\"functions\": [\"a\", \"unknown\"]}");

        // When
        RunningCommand client = client("--chain-conf=type=file,filename=" + chain, "--max-requests=1");

        // Then
        assertThat(client.code()).isEqualTo(1);
        assertThat(client.err())
                .startsWith("a failed: step 'unknown' (1) failed: No destinations found for the entry")
                .endsWith("edge-client: 0 answered, 1 failed\n");
    }

    @Test
    void statesMoveToTheComputersThatNeedThem() throws IOException {
        // Given
        Path chain = Files.writeString(
                folder.resolve("chain.json"),
                "{\"functions\": [\"a\", \"c\"], \"dependencies\": {\"s0\": [\"a\"], \"s1\": [\"a\", \"c\"], \"s2\": null},"
                        + " \"state-sizes\": {\"s0\": 10000, \"s1\": 50, \"s2\": 10}}");

        // When
        RunningCommand client =
                client("--chain-conf=type=file,filename=" + chain, "--state-endpoint=0.0.0.0:0", "--max-requests=3");

        // Then
        assertThat(client.code()).as(client.err()).isZero();
        assertThat(client.out().lines()).hasSize(3);
        try (EdgeTransport transport = new EdgeTransport("test")) {
            assertThat(state(transport, first, "s0")).isEqualTo(10_000);
            assertThat(state(transport, second, "s1")).isEqualTo(50);
            assertThatThrownBy(() -> state(transport, first, "s1")).hasMessageContaining("could not find state: s1");
            assertThatThrownBy(() -> state(transport, second, "s2")).hasMessageContaining("could not find state: s2");
        }
    }

    private static int state(EdgeTransport transport, RunningCommand computer, String name) {
        return new StateClient(transport)
                .get(computer.after("states on "), name)
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join()
                .size();
    }

    private static String line(RunningCommand responder, String lambda, int hops) {
        return "\\d+\\.\\d{6} \\d+\\.\\d{6} 0 " + responder.after("listening on ") + " " + lambda + " " + hops;
    }

    private RunningCommand client(String... options) {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "edge-client";
        arguments[1] = "--server-endpoints=" + router.after("listening on ");
        arguments[2] = "--callback-endpoint=" + HERE;
        System.arraycopy(options, 0, arguments, 3, options.length);
        return RunningCommand.run(arguments);
    }

    private RunningCommand computer(String controller, String one, String other) throws IOException {
        Path file = Files.writeString(folder.resolve(one + ".json"), """
                {
                  "version": "1.0",
                  "processors": [{"name": "p", "type": "GenericCpu", "speed": 1e9, "cores": 2, "memory": 1e9}],
                  "containers": [%s, %s]
                }
                """.formatted(container(one), container(other)));
        return role(
                "edge-computer",
                "--server-endpoint=" + HERE,
                "--controller-endpoint=" + controller,
                "--companion-endpoint=" + router.after("listening on "),
                "--utilization-endpoint=",
                "--state-endpoint=0.0.0.0:0",
                "--conf=type=file,path=" + file);
    }

    private static String container(String lambda) {
        return """
                {"name": "box-%1$s", "processor": "p", "num-workers": 4, "lambda":
                  {"name": "%1$s", "requirements": "proportional", "op-coeff": 0, "op-offset": 1e5,
                   "mem-coeff": 1, "mem-offset": 0, "output-type": "copy-input"}}
                """.formatted(lambda);
    }

    private RunningCommand role(String... arguments) {
        RunningCommand role = RunningCommand.role(arguments);
        roles.push(role);
        return role;
    }
}
