package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.launcher.Fogwhisk;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code edge-router} and {@code edge-dispatcher}. */
class BrokerCommandTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Pattern LISTENING = Pattern.compile("listening on (\\S+), tables? on (\\S+)");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"edge-router", "edge-dispatcher"})
    void aStartedRoleAnswersAndEndsWhenTold(String role) throws Exception {
        // Given
        Thread running = new Thread(() -> run(
                role,
                "--server-endpoint=127.0.0.1:0",
                "--configuration-endpoint=127.0.0.1:0",
                "--router-conf=fake=true",
                "--fake-num-lambdas=2",
                "--fake-num-destinations=3"));
        running.start();
        String endpoint = Awaitility.await().atMost(LONG).until(this::listening, each -> !each.isEmpty());

        // When
        LambdaResult known;
        LambdaResult unknown;
        try (EdgeTransport transport = new EdgeTransport("test")) {
            known = call(transport, endpoint, "lambda1");
            unknown = call(transport, endpoint, "lambda2");
        }

        // Then
        assertThat(known).isInstanceOf(LambdaResult.Done.class);
        assertThat(known.responder()).startsWith("127.0.0.1:");
        assertThat(known.hops()).isEqualTo(1);
        assertThat(unknown).isInstanceOf(LambdaResult.Failed.class);

        // When
        running.interrupt();
        running.join(LONG.toMillis());

        // Then
        assertThat(running.isAlive()).isFalse();
        assertThat(out.toString()).contains("stopping");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "edge-router | --table-conf=type=fastest | --table-conf: type must be power-of-two",
                "edge-router | --table-conf=type=proportional-fairness,alpha=1 | --table-conf: beta is missing",
                "edge-router | --optimizer-conf=type=async | --optimizer-conf: alpha is missing",
                "edge-router | --router-conf=max-pending=2 | --router-conf: unknown key 'max-pending'",
                "edge-router | --router-conf=min-forward-time=2 | --router-conf: max-forward-time must be at least",
                "edge-router | --server-endpoint=6473 | --server-endpoint must be host:port, was '6473'",
                "edge-router | --configuration-endpoint=h:1 | --configuration-endpoint must have the host",
                "edge-router | --controller-endpoint=here | --controller-endpoint: 'here' is not an endpoint",
                "edge-router | --server-conf=type=quic | --server-conf: type must be grpc, was 'quic'",
                "edge-router | --num-threads=0 | --num-threads must be 1 to",
                "edge-dispatcher | --ptimeest-conf=type=guess | --ptimeest-conf: type must be rtt",
                "edge-dispatcher | --fake-num-lambdas=-1 | --fake-num-lambdas must be 0 to",
            })
    void aFaultInAnOptionIsNamed(String role, String option, String message) {
        assertThat(run(role, option)).isEqualTo(2);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int code = run(
                    "edge-router",
                    "--server-endpoint=127.0.0.1:" + taken.getLocalPort(),
                    "--configuration-endpoint=127.0.0.1:0");

            assertThat(code).isEqualTo(1);
            assertThat(err.toString())
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .doesNotContain("\tat ");
        }
    }

    private static LambdaResult call(EdgeTransport transport, String endpoint, String lambda) {
        return new EdgeClient(transport)
                .call(endpoint, LambdaCall.of(lambda, ""), LONG)
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private String listening() {
        Matcher found = LISTENING.matcher(out.toString());
        return found.find() ? found.group(1) : "";
    }

    private int run(String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
