package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EdgeComputerCommandTest {

    private static final String HERE = "127.0.0.1:0";

    private final EdgeTransport transport = new EdgeTransport("test");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        transport.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--server-endpoint=6473 | --server-endpoint must be host:port, was '6473'",
                "--controller-endpoint=here | --controller-endpoint: 'here' is not an endpoint",
                "--companion-endpoint=there | --companion-endpoint: 'there' is not an endpoint",
                "--utilization-endpoint=x | --utilization-endpoint must be host:port, was 'x'",
                "--state-endpoint=x | --state-endpoint must be host:port, was 'x'",
                "--state-endpoint=0.0.0.0:1 | --state-endpoint 0.0.0.0:1 says nobody where the states are",
                "--state-endpoint=127.0.0.1:0 --no-state-server | --state-endpoint must be where the states are served",
                "--no-state-server | --no-state-server needs --state-endpoint",
                "--computer-type=quantum | --computer-type must be sim or http, was 'quantum'",
                "--conf=type=cray | --conf: type must be one of raspberry, intel-server, file, was 'cray'",
                "--conf=num-cpu-workers=0 | --conf: num-cpu-workers must be a whole number from 1",
                "--conf=type=intel-server,num-cpu-workers=1 | --conf: unknown key 'num-cpu-workers'",
                "--conf=type=file | --conf: path must name a file",
                "--conf=type=file,path=/absent.json | cannot read the computer file /absent.json",
                "--computer-type=http --http-conf=gateway-url=nowhere | --http-conf: gateway-url must be an http",
                "--computer-type=http --http-conf=num-clients=0 | --http-conf: num-clients must be a whole number from 1",
                "--computer-type=http --http-conf=type=Knative | --http-conf: type must be OpenFaaS(0.8), was 'Knative'",
                "--lambdas=f | --lambdas is for --computer-type http",
                "--join-timeout=0 | --join-timeout must be from 0.001 to 1000000 seconds, was 0.0",
                "--server-conf=type=quic | --server-conf: type must be grpc, was 'quic'",
                "--clear-control | use it with --secure",
            })
    void namesAFaultBeforeAnythingListens(String options, String message) throws Exception {
        // Given: the first port that would be opened is taken
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> arguments = new ArrayList<>(List.of(options.split(" ")));
            arguments.add(0, "edge-computer");
            arguments.add("--metrics-endpoint=127.0.0.1:" + taken.getLocalPort());

            // When
            RunningCommand run = RunningCommand.run(arguments.toArray(String[]::new));

            // Then
            assertThat(run.code()).as(run.err()).isEqualTo(2);
            assertThat(run.err()).contains(message).doesNotContain("\tat ");
        }
    }

    @Test
    void aStartedComputerSaysWhereItListensAndAnswers() {
        try (RunningCommand computer =
                RunningCommand.role("edge-computer", "--server-endpoint=" + HERE, "--utilization-endpoint=" + HERE)) {

            // Then
            assertThat(computer.out())
                    .containsPattern("edge-computer: listening on 127\\.0\\.0\\.1:\\d+,"
                            + " utilisation on 127\\.0\\.0\\.1:\\d+, lambdas: clambda0, glambda0\n");
            String endpoint = computer.after("listening on ");
            assertThat(call(endpoint, "clambda0", "x"))
                    .isInstanceOfSatisfying(
                            LambdaResult.Done.class,
                            done -> assertThat(done.output()).isEqualTo("x"));
            assertThat(call(endpoint, "nolambda", "x"))
                    .isInstanceOfSatisfying(
                            LambdaResult.Failed.class,
                            failed -> assertThat(failed.retcode())
                                    .isEqualTo(
                                            "No container for lambda nolambda found in computer computer@" + endpoint));

            // When
            computer.end();

            // Then
            assertThat(computer.code()).isZero();
            assertThat(computer.out()).endsWith("stopping\n");
        }
    }

    @Test
    void readsTheExampleThatItPrintsAndAnnouncesItsWorkers() throws Exception {
        // Given
        Path file = folder.resolve("computer.json");
        Files.writeString(
                file, RunningCommand.run("edge-computer", "--json-example").out());
        CompletableFuture<ComputerInfo> announced = new CompletableFuture<>();
        EdgePort controller = transport.open(
                "controller",
                "127.0.0.1",
                0,
                new EdgeControllerGrpc.EdgeControllerImplBase() {
                    @Override
                    public void announceComputer(ComputerInfo request, StreamObserver<Void> observer) {
                        announced.complete(request);
                        observer.onNext(Void.getDefaultInstance());
                        observer.onCompleted();
                    }
                }.bindService());

        // When
        try (RunningCommand computer = RunningCommand.role(
                "edge-computer",
                "--server-endpoint=" + HERE,
                "--utilization-endpoint=",
                "--controller-endpoint=" + controller.endpoint(),
                "--conf=type=file,path=" + file)) {

            // Then
            assertThat(announced.orTimeout(20, TimeUnit.SECONDS).join().getContainersList())
                    .extracting(ComputerInfo.Container::getLambda, ComputerInfo.Container::getNumWorkers)
                    .containsExactly(tuple("shrink", 3));
            assertThat(computer.out()).contains(", lambdas: shrink\n");
        }
    }

    @Test
    void servesTheFunctionsOfAnHttpGateway() throws Exception {
        // Given
        HttpServer gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/function/f", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        });
        gateway.start();

        // When
        try (RunningCommand computer = RunningCommand.role(
                "edge-computer",
                "--server-endpoint=" + HERE,
                "--computer-type=http",
                "--http-conf=gateway-url=http://127.0.0.1:"
                        + gateway.getAddress().getPort(),
                "--lambdas=f")) {

            // Then
            String endpoint = computer.after("listening on ");
            assertThat(computer.out()).endsWith(", lambdas: f\n");
            assertThat(call(endpoint, "f", "text"))
                    .isInstanceOfSatisfying(
                            LambdaResult.Done.class,
                            done -> assertThat(done.output()).isEqualTo("text"));
            assertThat(call(endpoint, "g", "text")).isInstanceOf(LambdaResult.Failed.class);
        } finally {
            gateway.stop(0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--announced-host=192.0.2.7, 192.0.2.7",
        "--companion-endpoint=127.0.0.1:9, 127.0.0.1",
        "--controller-endpoint=127.0.0.1:9, 127.0.0.1"
    })
    void statesServedEverywhereAreFoundAtAnAddressOfThisNode(String option, String host) {
        try (RunningCommand computer = RunningCommand.role(
                "edge-computer",
                "--server-endpoint=" + HERE,
                "--utilization-endpoint=",
                "--state-endpoint=0.0.0.0:0",
                option)) {
            assertThat(computer.after(", states on ")).startsWith(host + ":");
        }
    }

    private LambdaResult call(String endpoint, String lambda, String input) {
        return new EdgeClient(transport)
                .call(endpoint, LambdaCall.of(lambda, input), RunningCommand.LONG)
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
