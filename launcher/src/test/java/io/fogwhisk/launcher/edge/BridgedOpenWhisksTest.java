package io.fogwhisk.launcher.edge;

import static io.fogwhisk.launcher.edge.BridgedDomain.await;
import static io.fogwhisk.launcher.edge.BridgedDomain.json;
import static io.fogwhisk.launcher.edge.BridgedDomain.post;
import static io.fogwhisk.launcher.edge.BridgedDomain.putCopy;
import static io.fogwhisk.launcher.edge.BridgedDomain.send;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import io.fogwhisk.bridge.client.DomainClient;
import io.fogwhisk.bridge.computer.WhiskComputer;
import io.fogwhisk.bridge.proxy.CredentialsFile;
import io.fogwhisk.bridge.proxy.WskProxy;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.lean.LeanOpenWhisk;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.QualifiedName;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The reference's example, and what went wrong with it there. */
class BridgedOpenWhisksTest {

    private static final String COPY = "guest/actions/copy?blocking=true&result=true";
    private static final AuthKey CALLER = AuthKey.parse("00000000-0000-0000-0000-000000000001:" + "c".repeat(64));

    @TempDir
    private Path folder;

    private BridgedDomain domain;

    @BeforeEach
    void open() {
        domain = new BridgedDomain(folder);
    }

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void twoOpenWhisksServeOneActionInTurnBesideASimulatedLambda() {
        // Given
        LeanOpenWhisk first = domain.whisk("first");
        LeanOpenWhisk second = domain.whisk("second");
        putCopy(first, "/guest/copy");
        putCopy(second, "/guest/copy");
        WhiskComputer one = domain.computer(first.apiHost());
        WhiskComputer two = domain.computer(second.apiHost());
        simulated("clambda0");
        WskProxy proxy = domain.proxy(Optional.of(first.apiHost()), Optional.empty());
        domain.awaitDestinations("/guest/copy", 2);
        domain.awaitDestinations("clambda0", 1);
        ListAppender<ILoggingEvent> log = callLog();

        // When
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(post(proxy, COPY, "{\"payload\":\"hello\"}"));
        }
        HttpResponse<String> simulated = post(proxy, "_/actions/clambda0?blocking=true&result=true", "{\"a\":1}");
        LambdaResult direct = call(domain.router().endpoint(), LambdaCall.of("clambda0", "hi"));

        // Then
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"payload\":\"hello\"}");
        });
        assertThat(simulated.body()).isEqualTo("{\"payload\":\"{\\\"a\\\":1}\"}");
        assertThat(((LambdaResult.Done) direct).output()).isEqualTo("hi");
        List<String> responders = log.list.stream()
                .filter(event -> value(event, "lambda").equals("/guest/copy"))
                .map(event -> value(event, "responder"))
                .toList();
        assertThat(Set.copyOf(responders)).containsExactlyInAnyOrder(one.endpoint(), two.endpoint());
        assertThat(responders.get(0)).isEqualTo(responders.get(2)).isNotEqualTo(responders.get(1));
        assertThat(log.list.get(0)).satisfies(event -> {
            assertThat(value(event, "retcode")).isEqualTo("OK");
            assertThat(value(event, "hops")).isEqualTo("2");
            assertThat(value(event, "load")).isEqualTo("0");
        });
    }

    @Test
    void anActivationIsReadAtTheSiteThatRanIt() {
        // Given
        LeanOpenWhisk first = domain.whisk("first");
        LeanOpenWhisk second = domain.whisk("second");
        putCopy(second, "/guest/copy");
        domain.computer(second.apiHost());
        WskProxy proxy = domain.proxy(Optional.of(first.apiHost()), Optional.empty());
        domain.awaitDestinations("/guest/copy", 1);

        // When
        HttpResponse<String> answer = post(proxy, COPY, "{\"payload\":\"1.50\"}");
        String id = answer.headers().firstValue("x-openwhisk-activation-id").orElseThrow();
        await().until(() -> get(proxy, id).statusCode() == 200);

        // Then
        assertThat(json(get(proxy, id)).path("name").asText()).isEqualTo("copy");
        assertThat(json(get(proxy, id + "/result"))
                        .path("result")
                        .path("payload")
                        .asText())
                .isEqualTo("1.50");
        assertThat(json(get(proxy, id + "/logs")).path("logs").isArray()).isTrue();
        assertThat(send("GET", proxy, "/api/v1/namespaces/_/activations/" + id, "", "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(send("GET", proxy, "/api/v1/namespaces/whisk.system/activations/" + id, BridgedDomain.GUEST, "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(get(proxy, "0".repeat(32)).statusCode()).isEqualTo(404);
    }

    @Test
    void webActionsAreFoundInTheDomainAndOtherwiseBehind() {
        // Given
        LeanOpenWhisk first = domain.whisk("first");
        LeanOpenWhisk second = domain.whisk("second");
        putCopy(first, "/guest/near", BridgedDomain.web());
        putCopy(second, "/guest/far", BridgedDomain.web());
        putCopy(second, "/guest/private");
        domain.computer(second.apiHost());
        WskProxy proxy = domain.proxy(Optional.of(first.apiHost()), Optional.empty());
        domain.awaitDestinations("web:/guest/far", 1);

        // When
        HttpResponse<String> far = web(proxy, "POST", "far.json?x=1", "{\"b\":\"\u00e9\"}");
        HttpResponse<String> near = web(proxy, "POST", "near.json?x=2", "{\"b\":3}");

        // Then
        assertThat(far.statusCode()).isEqualTo(200);
        assertThat(json(web(proxy, "GET", "far.json?x=1", "")).path("x").asText())
                .isEqualTo("1");
        assertThat(far.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        assertThat(json(near).path("x").asText()).isEqualTo("2");
        assertThat(json(near).path("b").asInt()).isEqualTo(3);
        assertThat(json(far).path("b").asText()).isEqualTo("\u00e9");
        assertThat(web(proxy, "GET", "far?body=hi", "").body()).isEqualTo("hi");
        assertThat(web(proxy, "GET", "far.text/a%20b?a%20b=two%20words", "").body())
                .isEqualTo("two words");
        assertThat(web(proxy, "GET", "private.json", "").statusCode()).isEqualTo(404);
        assertThat(web(proxy, "POST", "far.json", "{\"x\":\"" + "x".repeat(1_048_576) + "\"}")
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void theCallersOfAFileActWithTheKeyOfTheSites() throws Exception {
        // Given
        LeanOpenWhisk whisk = domain.whisk("first");
        putCopy(whisk, "/guest/copy");
        domain.computer(whisk.apiHost());
        Path file = folder.resolve("callers");
        Files.writeString(file, "# who may call\n" + CALLER.reveal() + "  guest " + AuthKey.GUEST.reveal() + "\n\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        WskProxy proxy = domain.proxy(Optional.of(whisk.apiHost()), Optional.of(CredentialsFile.read(file)));
        domain.awaitDestinations("/guest/copy", 1);
        String invoke = "/api/v1/namespaces/_/actions/copy?blocking=true&result=true";
        String list = "/api/v1/namespaces/_/actions";

        // Then
        assertThat(send("POST", proxy, invoke, CALLER.basicHeader(), "{\"a\":1}")
                        .body())
                .isEqualTo("{\"a\":1}");
        assertThat(send("POST", proxy, invoke, BridgedDomain.GUEST, "{}").statusCode())
                .isEqualTo(401);
        assertThat(json(send("GET", proxy, list, CALLER.basicHeader(), ""))
                        .path(0)
                        .path("name")
                        .asText())
                .isEqualTo("copy");
        assertThat(send("GET", proxy, list, BridgedDomain.GUEST, "").statusCode())
                .isEqualTo(401);
    }

    @Test
    void quickRefusalsWhileTheRouterIsAwayAndAnswersOnceItIsBack() {
        // Given
        LeanOpenWhisk whisk = domain.whisk("first");
        putCopy(whisk, "/guest/copy");
        domain.computer(whisk.apiHost());
        WskProxy proxy = domain.proxy(Optional.of(whisk.apiHost()), Optional.empty());
        domain.awaitDestinations("/guest/copy", 1);

        for (int round = 0; round < 3; round++) {
            // When
            Runnable restart = domain.stopRouter();

            // Then
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> refused = post(proxy, COPY, "{}");
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(json(refused).path("error").asText()).contains("RPC failed");
            }

            // When
            restart.run();

            // Then
            await().until(() -> post(proxy, COPY, "{}").statusCode() == 200);
        }
    }

    @Test
    void anActionThatFailsStaysWhereItIs() {
        // Given
        LeanOpenWhisk whisk = domain.whisk("first");
        putCopy(whisk, "/guest/copy");
        domain.computer(whisk.apiHost());
        WskProxy proxy = domain.proxy(Optional.of(whisk.apiHost()), Optional.empty());
        domain.awaitDestinations("/guest/copy", 1);

        // When
        HttpResponse<String> failed = post(proxy, COPY, "{\"error\":\"say \\\"no\\\"\"}");
        LambdaResult foreign = call(domain.router().endpoint(), LambdaCall.of("/guest/copy", "{\"value\":1}"));
        LambdaResult garbage = call(domain.router().endpoint(), LambdaCall.of("/guest/copy", "no JSON"));

        // Then
        assertThat(failed.statusCode()).isEqualTo(502);
        assertThat(failed.body()).isEqualTo("{\"error\":\"say \\\"no\\\"\"}");
        assertThat(((LambdaResult.Failed) foreign).retcode()).isEqualTo("unexpected body: payload field missing");
        assertThat(((LambdaResult.Failed) garbage).retcode()).isEqualTo("unexpected HTTP response: 400");
        assertThat(domain.destinations("/guest/copy")).isEqualTo(1);
        assertThat(post(proxy, COPY, "{\"say\":\"\\\"hi\\\"\"}").body()).isEqualTo("{\"say\":\"\\\"hi\\\"\"}");
    }

    @Test
    void moreActionsThanAPageHoldsAreAllAnnouncedPackagedAndBoundOnesToo() {
        // Given
        LeanOpenWhisk whisk = domain.whisk("first");
        try (WskEntities wsk = new WskEntities(whisk.apiHost(), AuthKey.GUEST, BridgedDomain.TIMEOUT)) {
            Exec echo = new Exec.Sequence(List.of(QualifiedName.parse("/whisk.system/utils/echo")));
            wsk.putPackage("pkg", List.of(), List.of(), Optional.empty(), false);
            for (int i = 0; i < 430; i++) {
                wsk.putAction(QualifiedName.parse("/_/pkg/a" + i), echo, List.of(), List.of(), false);
            }
            wsk.bindPackage(QualifiedName.parse("/whisk.system/utils"), "mine", List.of(), false);
            wsk.putTrigger("t", List.of(), List.of(), false);
        }
        WhiskComputer computer = domain.computer(whisk.apiHost());
        WskProxy proxy = domain.proxy(Optional.of(whisk.apiHost()), Optional.empty());
        for (String lambda : List.of("/guest/pkg/a0", "/guest/pkg/a429", "/guest/mine/echo", "trigger:/guest/t")) {
            domain.awaitDestinations(lambda, 1);
        }

        // When
        HttpResponse<String> packaged =
                post(proxy, "_/actions/pkg/a7?blocking=true&result=true", "{\"n\":12345678901234567890.125}");
        HttpResponse<String> bound = post(proxy, "_/actions/mine/echo?blocking=true&result=true", "{\"n\":2}");
        HttpResponse<String> accepted = post(proxy, "_/actions/pkg/a7", "{}");

        // Then
        assertThat(domain.router().entries().stream()
                        .map(entry -> entry.lambda())
                        .filter(lambda -> lambda.startsWith("/guest/pkg/a"))
                        .distinct())
                .hasSize(430);
        assertThat(packaged.body()).isEqualTo("{\"n\":12345678901234567890.125}");
        assertThat(bound.body()).isEqualTo("{\"n\":2}");
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(post(proxy, "_/triggers/t", "{}").statusCode()).isEqualTo(204);

        // When
        LambdaCall dry = new LambdaCall(
                "/guest/pkg/a7", "{}", ByteString.EMPTY, true, false, 0, "", Optional.empty(), Optional.empty());

        // Then
        LambdaResult estimate = call(computer.endpoint(), dry);
        assertThat(((LambdaResult.Done) estimate).processingMillis()).isPositive();
    }

    @Test
    void whatTheOpenWhiskHadStaysAnnouncedWhileItIsDownAndWhatIsNewComesAtOnce() {
        // Given
        LeanOpenWhisk whisk = domain.whisk("first");
        putCopy(whisk, "/guest/copy");
        domain.computer(whisk.apiHost());
        domain.awaitDestinations("/guest/copy", 1);

        // When
        putCopy(whisk, "/guest/late");

        // Then
        domain.awaitDestinations("/guest/late", 1);

        // When
        try (WskEntities wsk = new WskEntities(whisk.apiHost(), AuthKey.GUEST, BridgedDomain.TIMEOUT)) {
            wsk.delete(WskEntities.Collection.ACTIONS, QualifiedName.parse("/_/late"));
        }

        // Then
        domain.awaitDestinations("/guest/late", 0);

        // When
        String apiHost = whisk.apiHost();
        WskProxy proxy = domain.proxy(Optional.of(apiHost), Optional.empty());
        assertThat(post(proxy, COPY, "{}").statusCode()).isEqualTo(200);
        whisk.close();

        // Then
        HttpResponse<String> refused = post(proxy, COPY, "{}");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(json(refused).path("error").asText()).contains(apiHost);
        assertThat(domain.destinations("/guest/copy")).isEqualTo(1);
    }

    private void simulated(String lambda) {
        EdgeComputer computer = new EdgeComputer(
                new EdgeComputerConfig("127.0.0.1", 0, domain.controller.endpoint(), Duration.ofMillis(200)),
                call -> CompletableFuture.completedStage(LambdaResult.done(call.input())),
                domain.transport(),
                domain.metrics);
        computer.announce(Set.of(lambda));
        domain.services.start(computer);
    }

    private LambdaResult call(String endpoint, LambdaCall call) {
        return new EdgeClient(domain.transport())
                .call(endpoint, call, BridgedDomain.TIMEOUT)
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static HttpResponse<String> get(WskProxy proxy, String id) {
        return send("GET", proxy, "/api/v1/namespaces/_/activations/" + id, BridgedDomain.GUEST, "");
    }

    private static HttpResponse<String> web(WskProxy proxy, String method, String path, String body) {
        return send(method, proxy, "/api/v1/web/guest/default/" + path, "", body);
    }

    private static ListAppender<ILoggingEvent> callLog() {
        Logger logger = (Logger) LoggerFactory.getLogger(DomainClient.CALL_LOG);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(appender);
        return appender;
    }

    private static String value(ILoggingEvent event, String key) {
        return event.getKeyValuePairs().stream()
                .filter(pair -> pair.key.equals(key))
                .map(pair -> String.valueOf(pair.value))
                .findFirst()
                .orElse("");
    }
}
