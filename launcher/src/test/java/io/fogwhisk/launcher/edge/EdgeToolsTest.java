package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.router.EdgeRouterConfig;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.table.RoutingTables;
import io.fogwhisk.launcher.Fogwhisk;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The clients of an edge domain as a user types them, against a router and a computer of their own. */
class EdgeToolsTest {

    private static final LambdaExecutor ECHO =
            call -> CompletableFuture.completedStage(LambdaResult.done(call.input()));
    private static final LambdaExecutor BROKEN =
            call -> CompletableFuture.completedStage(LambdaResult.failed("out of luck"));

    private final EdgeTransport transport = new EdgeTransport("test");
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");
    private final EdgeRouter router = new EdgeRouter(
            new EdgeRouterConfig("127.0.0.1", 0, 0, "", new EdgeRouterConfig.Bounds(100, 100, Duration.ofSeconds(10))),
            RoutingTables.of("type=random", "type=none", 0, System::nanoTime),
            transport,
            metrics);

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        router.start();
    }

    @AfterEach
    void close() {
        router.close();
        transport.close();
    }

    @Test
    void callsALambdaAndPrintsALinePerAnswer() {
        // Given
        EdgeComputer computer = computer(ECHO);
        table("change", "--lambda", "clambda0", "--destination", computer.endpoint(), "--final");

        // When
        int code = run(
                "edge-client", "--server-endpoints", router.endpoint(), "--max-requests", "3", "--num-threads", "2");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines())
                .hasSize(6)
                .allMatch(line ->
                        line.matches("\\d+\\.\\d{6} \\d+\\.\\d{6} \\d+ " + computer.endpoint() + " clambda0 2"));
        assertThat(err.toString()).contains("edge-client: 6 answered, 0 failed, latency mean ");
    }

    @Test
    void takesTwoEndpointsWithTheDefaultConfiguration() {
        EdgeComputer one = computer(ECHO);
        EdgeComputer other = computer(ECHO);

        int code = run(
                "edge-client", "--server-endpoints", one.endpoint() + "," + other.endpoint(), "--max-requests", "5");

        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines()).hasSize(5);
    }

    @Test
    void endsWithCodeOneIfEveryCallFailedAndNamesTheFailureOnce() {
        EdgeComputer computer = computer(BROKEN);

        int code = run("edge-client", "--server-endpoints", computer.endpoint(), "--max-requests", "5");

        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .containsExactly("clambda0 failed: out of luck", "edge-client: 0 answered, 5 failed");
    }

    @Test
    void appendsToAFile() throws Exception {
        EdgeComputer computer = computer(ECHO);
        Path file = folder.resolve("out.dat");

        for (int i = 0; i < 2; i++) {
            run(
                    "edge-client",
                    "--server-endpoints",
                    computer.endpoint(),
                    "--max-requests",
                    "2",
                    "--append",
                    "--output-file",
                    file.toString());
        }

        assertThat(Files.readAllLines(file)).hasSize(4);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipp", "poisson"})
    void sendsBatchesAndTellsTheLoss(String type) throws Exception {
        EdgeComputer computer = computer(ECHO);
        Path loss = folder.resolve("loss.dat");

        int code = run(
                "edge-client",
                "--server-endpoints",
                computer.endpoint(),
                "--client-type",
                type,
                "--period-mean",
                "0.05",
                "--on-mean",
                "0.1",
                "--off-mean",
                "0.1",
                "--max-sleep",
                "0.01",
                "--duration",
                "0.5",
                "--loss-file",
                loss.toString());

        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines()).isNotEmpty();
        assertThat(Double.parseDouble(Files.readString(loss))).isBetween(0.0, 1.0);
    }

    @Test
    void callsAsATraceSaysThatItMade() throws Exception {
        // Given
        EdgeComputer computer = computer(ECHO);
        Path trace = folder.resolve("trace");
        assertThat(run(
                        "edge-trace",
                        "--server-endpoint",
                        computer.endpoint(),
                        "--rate",
                        "50",
                        "--num-clients",
                        "2",
                        "--duration",
                        "0.2",
                        "--output-file",
                        trace.toString()))
                .isZero();

        // When
        int code = run("edge-client", "--input-file", trace.toString());

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines().count())
                .isEqualTo(Files.readAllLines(trace).size())
                .isPositive();
    }

    @Test
    void printsATemplateOfAChainThatItReads() throws Exception {
        // When
        int code = run("edge-client", "--chain-conf", "type=make-template");

        // Then
        assertThat(code).isZero();
        Path file = Files.writeString(folder.resolve("chain.json"), out.toString());
        assertThat(run("edge-client", "--chain-conf", "type=file,filename=" + file))
                .as("without a place for the result")
                .isEqualTo(2);
        assertThat(err.toString()).contains("--callback-endpoint is needed");
    }

    @Test
    void saysWhichOptionIsWrong() {
        assertThat(run("edge-client", "--client-conf", "type=quic")).isEqualTo(2);
        assertThat(run("edge-client", "--server-endpoints", "nowhere")).isEqualTo(2);
        assertThat(run("edge-client", "--num-threads", "2", "--callback-endpoint", "127.0.0.1:0"))
                .isEqualTo(2);
        assertThat(run("edge-client", "--timeout", "0")).isEqualTo(2);

        assertThat(err.toString())
                .contains("--client-conf: type must be grpc")
                .contains("'nowhere' is not an endpoint")
                .contains("--num-threads must be 1 with --callback-endpoint, was 2")
                .contains("timeout")
                .doesNotContain("\tat ");
    }

    @Test
    void dumpsTheTablesInAlignedLines() {
        // Given
        table("change", "--lambda", "f", "--destination", "127.0.0.1:9", "--weight", "0.5", "--final");
        table("change", "--lambda", "longer", "--destination", "127.0.0.1:10");

        // When
        int code = run("forwarding-table", "--server-endpoint", router.tableEndpoint(), "--dump");

        // Then
        assertThat(code).isZero();
        assertThat(out.toString().lines().toList()).satisfies(lines -> {
            assertThat(lines).hasSize(7);
            assertThat(lines.get(0)).isEqualTo("table 0 (overall)");
            assertThat(lines.get(1)).startsWith("  lambda  destination   weight    final");
            assertThat(lines.get(2)).startsWith("  f       127.0.0.1:9   0.500000  yes");
            assertThat(lines.get(3)).startsWith("  longer  127.0.0.1:10  1.000000  no");
            assertThat(lines.get(4)).isEqualTo("table 1 (final)");
            assertThat(lines.get(6)).startsWith("  f       127.0.0.1:9  0.500000  yes");
        });
    }

    @Test
    void dumpsTheTablesAsJson() {
        table("change", "--lambda", "f", "--destination", "127.0.0.1:9", "--final");

        run("forwarding-table", "--server-endpoint", router.tableEndpoint(), "--json");

        assertThat(out.toString()).contains("\"destination\" : \"127.0.0.1:9\"", "\"final\" : true");
    }

    @Test
    void resetsRemovesAndFlushes() {
        table("change", "--lambda", "f", "--destination", "127.0.0.1:9", "--weight", "7");
        table("change", "--lambda", "g", "--destination", "127.0.0.1:9");

        table("reset");
        assertThat(router.entries()).allMatch(entry -> entry.weight() == 1);

        table("remove", "--lambda", "f", "--destination", "127.0.0.1:9");
        assertThat(router.entries())
                .singleElement()
                .matches(entry -> entry.lambda().equals("g"));

        table("flush");
        assertThat(router.entries()).isEmpty();
    }

    @Test
    void saysInOneLineThatTheRouterIsNotThere() {
        String endpoint = router.tableEndpoint();
        router.close();

        int code = run("forwarding-table", "--server-endpoint", endpoint);

        assertThat(code).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("fogwhisk: no answer from router " + endpoint));
    }

    @Test
    void refusesAWeightThatCannotBe() {
        assertThat(run("forwarding-table", "--action", "change", "--weight", "-1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--weight must be at least 0, was -1.0");
    }

    private void table(String action, String... more) {
        String[] arguments = new String[more.length + 5];
        arguments[0] = "forwarding-table";
        arguments[1] = "--server-endpoint";
        arguments[2] = router.tableEndpoint();
        arguments[3] = "--action";
        arguments[4] = action;
        System.arraycopy(more, 0, arguments, 5, more.length);
        assertThat(run(arguments)).as(err.toString()).isZero();
        out = new StringWriter();
    }

    private EdgeComputer computer(LambdaExecutor executor) {
        EdgeComputer computer = new EdgeComputer(
                new EdgeComputerConfig("127.0.0.1", 0, "", Duration.ofSeconds(1)), executor, transport, metrics);
        computer.announce(Set.of("clambda0"));
        computer.start();
        return computer;
    }

    private int run(String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        int code = line.execute(arguments);
        line.getOut().flush();
        line.getErr().flush();
        return code;
    }
}
