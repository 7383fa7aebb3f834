package io.fogwhisk.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.CallbackServerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadClientTest {
    private final EdgeDomain domain = new EdgeDomain(false);
    private final StringWriter lines = new StringWriter();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final CallLog log = new CallLog(lines, messages::add);

    @AfterEach
    void close() {
        // A client is done when it was called back; who called it may still wait for the answer.
        EdgeDomain.await().until(() -> later.stream().allMatch(CompletableFuture::isDone));
        domain.close();
        assertThat(faults).isEmpty();
    }

    @Test
    void writesALinePerAnswerInTheReferencesForm() {
        // Given
        EdgeRouter router = domain.router("");
        EdgeComputer computer = domain.computer("", 0, EdgeDomain.ECHO, "clambda0");
        domain.install(router, computer.endpoint(), "clambda0");

        // When
        run(plans(2, 3, access(router.endpoint()), RequestForm.of("clambda0", false)));

        // Then
        assertThat(lines.toString().lines())
                .hasSize(6)
                .allMatch(line ->
                        line.matches("\\d+\\.\\d{6} \\d+\\.\\d{6} \\d+ " + computer.endpoint() + " clambda0 2"));
        assertThat(log.answered()).isEqualTo(6);
        assertThat(messages).isEmpty();
    }

    @Test
    void namesTheResponderOfAnAnswerThatDoesNot() {
        // Given: a computer of the foreign kind, asked directly
        EdgePort port = serving(request -> LambdaResponse.newBuilder()
                .setRetcode("OK")
                .setLoad1(42)
                .setHops(1)
                .build());

        // When
        run(plans(1, 1, access(port.endpoint()), RequestForm.of("f", false)));

        // Then
        assertThat(lines.toString()).endsWith(" 42 " + port.endpoint() + " f 1\n");
    }

    @Test
    void countsFailuresAndNamesEachKindOnce() {
        // Given
        AtomicInteger calls = new AtomicInteger();
        EdgePort port = serving(request -> LambdaResponse.newBuilder()
                .setRetcode(calls.incrementAndGet() % 2 == 0 ? "no luck" : "OK")
                .build());

        // When
        run(plans(1, 10, access(port.endpoint()), RequestForm.of("f", false)));

        // Then
        assertThat(log.answered()).isEqualTo(5);
        assertThat(log.failed()).isEqualTo(5);
        assertThat(messages).containsExactly("f failed: no luck");
        assertThat(log.summary()).startsWith("5 answered, 5 failed, latency mean ");
    }

    @Test
    void takesTheEstimateOfADryRunForTheLatency() {
        // Given
        List<LambdaRequest> seen = new CopyOnWriteArrayList<>();
        EdgePort port = serving(request -> {
            seen.add(request);
            return LambdaResponse.newBuilder().setRetcode("OK").setPtime(1234).build();
        });

        // When
        run(plans(1, 1, access(port.endpoint()), RequestForm.of("f", true)));

        // Then
        assertThat(seen).singleElement().satisfies(request -> {
            assertThat(request.getDry()).isTrue();
            assertThat(request.getInput()).hasSize(100);
            assertThat(request.getUuid()).hasSize(36);
            assertThat(request.getHops()).isZero();
        });
        assertThat(lines.toString()).contains(" 1.234000 ");
    }

    @Test
    void sendsNothingMoreWhenItsTimeIsOver() {
        // Given
        EdgePort port =
                serving(request -> LambdaResponse.newBuilder().setRetcode("OK").build());
        Arrivals hourly = new ThinkTimes(ThinkTimes.Spread.CONSTANT, 3_600, new SplittableRandom(1));

        // When: the second request would be due after the end
        run(List.of(new GeneratedCalls(
                RequestForm.of("f", false),
                Inputs.ofSizes(List.of(100)),
                hourly,
                new GeneratedCalls.Limits(Long.MAX_VALUE, 60),
                access(port.endpoint()),
                new SplittableRandom(1))));

        // Then
        assertThat(log.answered()).isEqualTo(1);
    }

    @Test
    void endsAtOnceWhenItIsClosedDuringACall() {
        // Given
        EdgeComputer computer = domain.computer("", 0, call -> new CompletableFuture<>(), "f");
        LoadClient client = new LoadClient(
                "test",
                plans(1, 10, access(computer.endpoint()), RequestForm.of("f", false)),
                Duration.ZERO,
                Duration.ofMinutes(10),
                log);
        client.start();

        // When
        client.close();

        // Then
        assertThat(client.await(Duration.ofSeconds(10))).isTrue();
        assertThat(log.answered()).isZero();
    }

    @Test
    void asksAllWhenPersistentAndTakesTheFirstGoodAnswer() {
        // Given
        AtomicInteger first = new AtomicInteger();
        EdgePort failing = serving(request -> {
            first.incrementAndGet();
            return LambdaResponse.newBuilder().setRetcode("no luck").build();
        });
        EdgeComputer good = domain.computer("", 0, EdgeDomain.ECHO, "f");
        UncoordinatedAccess access = new UncoordinatedAccess(
                new EdgeClient(domain.transport()),
                List.of(failing.endpoint(), good.endpoint()),
                1,
                new SplittableRandom(1));

        // When
        run(plans(1, 5, access, RequestForm.of("f", false)));

        // Then: who answered well is the primary from then on
        assertThat(log.answered()).isEqualTo(5);
        assertThat(access.primary()).isEqualTo(good.endpoint());
        EdgeDomain.await().until(() -> first.get() == 5);
    }

    @Test
    void staysWithThePrimaryWithoutPersistence() {
        // Given
        AtomicInteger others = new AtomicInteger();
        EdgeComputer primary = domain.computer("", 0, EdgeDomain.ECHO, "f");
        EdgePort other = serving(request -> {
            others.incrementAndGet();
            return LambdaResponse.newBuilder().setRetcode("OK").build();
        });
        UncoordinatedAccess access = new UncoordinatedAccess(
                new EdgeClient(domain.transport()),
                List.of(primary.endpoint(), other.endpoint()),
                0,
                new SplittableRandom(1));

        // When
        run(plans(1, 20, access, RequestForm.of("f", false)));

        // Then
        assertThat(log.answered()).isEqualTo(20);
        assertThat(others).hasValue(0);
    }

    @Test
    void asksAnotherOneAsOftenAsItsPersistenceSays() {
        // Given: both fail, so that the primary stays
        AtomicInteger others = new AtomicInteger();
        EdgePort primary =
                serving(request -> LambdaResponse.newBuilder().setRetcode("no").build());
        EdgePort other = serving(request -> {
            others.incrementAndGet();
            return LambdaResponse.newBuilder().setRetcode("no").build();
        });

        // When
        run(plans(
                1,
                400,
                new UncoordinatedAccess(
                        new EdgeClient(domain.transport()),
                        List.of(primary.endpoint(), other.endpoint()),
                        0.25,
                        new SplittableRandom(1)),
                RequestForm.of("f", false)));

        // Then
        assertThat(log.failed()).isEqualTo(400);
        assertThat(others.get()).isBetween(60, 140);
    }

    @Test
    void callsAsATraceSays() {
        // Given
        EdgeComputer one = domain.computer("", 0, EdgeDomain.ECHO, "f");
        EdgeComputer other = domain.computer("", 0, EdgeDomain.ECHO, "g");
        TraceReader trace = new TraceReader(
                "trace",
                new StringReader("0 f " + one.endpoint() + " 20\n0 g " + other.endpoint() + " 30\n0.001 f "
                        + one.endpoint() + " 40\n"));
        List<CallPlan> plans = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            plans.add(new TraceCalls(trace, new EdgeClient(domain.transport()), new SplittableRandom(i)));
        }

        // When
        run(plans);

        // Then
        assertThat(lines.toString().lines().map(line -> line.split(" ", -1)[4]))
                .containsExactlyInAnyOrder("f", "f", "g");
    }

    @Test
    void endsWithTheFaultOfATraceAndNotWithAStackTrace() {
        // Given
        TraceReader trace = new TraceReader("trace", new StringReader("oops\n"));
        LoadClient client = new LoadClient(
                "test",
                List.of(new TraceCalls(trace, new EdgeClient(domain.transport()), new SplittableRandom(1))),
                Duration.ZERO,
                EdgeDomain.TIMEOUT,
                log);

        // When
        client.start();

        // Then
        assertThat(client.await(EdgeDomain.TIMEOUT)).isTrue();
        assertThat(client.failure())
                .isPresent()
                .get()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("trace line 1"));
    }

    @Test
    void measuresToTheCallbackThatNamesItsRequest() {
        // Given: another callback comes first
        EdgePort port = asynchronous(request -> {
            callBack(
                    request.getCallback(),
                    result("stray").setUuid("somebody else's").build());
            callBack(
                    request.getCallback(),
                    result("mine").setUuid(request.getUuid()).build());
        });
        CallbackServer callbacks = new CallbackServer(domain.transport(), "127.0.0.1", 0);

        // When
        run(plans(
                1,
                3,
                callbacks.over(access(port.endpoint())),
                RequestForm.of("f", false).callback(callbacks.endpoint())));

        // Then
        assertThat(lines.toString().lines()).hasSize(3).allMatch(line -> line.endsWith(" 0 mine f 3"));
    }

    @Test
    void takesACallbackWithoutANameForTheOnlyCallUnderWay() {
        // Given
        EdgePort port = asynchronous(
                request -> callBack(request.getCallback(), result("foreign").build()));
        CallbackServer callbacks = new CallbackServer(domain.transport(), "127.0.0.1", 0);

        // When
        run(plans(
                1,
                3,
                callbacks.over(access(port.endpoint())),
                RequestForm.of("f", false).callback(callbacks.endpoint())));

        // Then
        assertThat(lines.toString().lines()).hasSize(3).allMatch(line -> line.endsWith(" 0 foreign f 3"));
    }

    @Test
    void waitsForACallbackOnlySoLong() {
        // Given
        EdgePort port = asynchronous(request -> {});
        CallbackServer callbacks = new CallbackServer(domain.transport(), "127.0.0.1", 0);
        LoadClient client = new LoadClient(
                "test",
                plans(
                        1,
                        1,
                        callbacks.over(access(port.endpoint())),
                        RequestForm.of("f", false).callback(callbacks.endpoint())),
                Duration.ZERO,
                Duration.ofMillis(200),
                log);

        // When
        client.start();

        // Then
        assertThat(client.await(EdgeDomain.TIMEOUT)).isTrue();
        assertThat(messages)
                .singleElement()
                .satisfies(message ->
                        assertThat(message).contains("no callback to " + callbacks.endpoint() + " within 200 ms"));
    }

    @Test
    void countsARefusalOfAnAsynchronousCallAtOnce() {
        // Given: a computer that answers synchronously only
        EdgeComputer computer = domain.computer("", 0, refusing(), "f");
        CallbackServer callbacks = new CallbackServer(domain.transport(), "127.0.0.1", 0);

        // When
        run(plans(
                1,
                1,
                callbacks.over(access(computer.endpoint())),
                RequestForm.of("f", false).callback(callbacks.endpoint())));

        // Then
        assertThat(log.failed()).isEqualTo(1);
    }

    private static LambdaExecutor refusing() {
        return call -> CompletableFuture.completedStage(LambdaResult.failed("no"));
    }

    private void run(List<CallPlan> plans) {
        LoadClient client = new LoadClient("test", plans, Duration.ZERO, EdgeDomain.TIMEOUT, log);
        client.start();
        assertThat(client.await(EdgeDomain.TIMEOUT)).isTrue();
        assertThat(client.failure()).isEmpty();
        client.close();
        log.close();
    }

    private List<CallPlan> plans(int threads, int requests, LambdaAccess access, RequestForm form) {
        List<CallPlan> plans = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            plans.add(new GeneratedCalls(
                    form,
                    Inputs.ofSizes(List.of(100)),
                    new ThinkTimes(ThinkTimes.Spread.CONSTANT, 0, new SplittableRandom(i)),
                    new GeneratedCalls.Limits(requests, 0),
                    access,
                    new SplittableRandom(i)));
        }
        return plans;
    }

    private LambdaAccess access(String endpoint) {
        return new UncoordinatedAccess(
                new EdgeClient(domain.transport()), List.of(endpoint), 0.05, new SplittableRandom(1));
    }

    private EdgePort serving(Function<LambdaRequest, LambdaResponse> server) {
        return domain.transport()
                .open(
                        "server",
                        "127.0.0.1",
                        0,
                        new UnaryService(EdgeServerGrpc.getServiceDescriptor())
                                .method(
                                        EdgeServerGrpc.getRunLambdaMethod(),
                                        (request, headers, answer) -> answer.send(server.apply(request)))
                                .build());
    }

    private final ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> later = new ConcurrentLinkedQueue<>();

    private EdgePort asynchronous(Consumer<LambdaRequest> task) {
        return domain.transport()
                .open(
                        "asynchronous server",
                        "127.0.0.1",
                        0,
                        new UnaryService(EdgeServerGrpc.getServiceDescriptor())
                                .method(EdgeServerGrpc.getRunLambdaMethod(), (request, headers, answer) -> {
                                    answer.send(LambdaResponse.newBuilder()
                                            .setRetcode("OK")
                                            .setAsynchronous(true)
                                            .build());
                                    later.add(CompletableFuture.runAsync(() -> task.accept(request))
                                            .exceptionally(fault -> {
                                                faults.add(fault);
                                                return null;
                                            }));
                                })
                                .build());
    }

    private void callBack(String endpoint, LambdaResponse response) {
        CallbackServerGrpc.newBlockingStub(domain.transport().channel(endpoint))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .receiveResponse(response);
    }

    private static LambdaResponse.Builder result(String responder) {
        return LambdaResponse.newBuilder()
                .setRetcode("OK")
                .setResponder(responder)
                .setHops(3);
    }
}
