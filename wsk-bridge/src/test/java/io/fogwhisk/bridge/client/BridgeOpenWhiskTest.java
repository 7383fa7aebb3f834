package io.fogwhisk.bridge.client;

import static io.fogwhisk.bridge.BridgedSite.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.bridge.BridgedSite;
import io.fogwhisk.bridge.InMemoryOpenWhisk;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeOpenWhiskTest {

    private static final QualifiedName TRIGGER = QualifiedName.parse("/_/reading");
    private static final AuthKey STRANGER = AuthKey.parse("00000000-0000-0000-0000-000000000001:" + "x".repeat(64));

    private BridgedSite site = new BridgedSite(true);
    private final EdgeTransport transport = new EdgeTransport("test");

    @AfterEach
    void close() {
        transport.close();
        site.close();
    }

    private void wire(boolean inProcess) {
        site.close();
        site = new BridgedSite(inProcess);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void firesATriggerBehindTheEdgeDomainWithTheCallersKey(boolean inProcess) {
        // Given
        wire(inProcess);
        site.whisk.addTrigger("/guest/reading");
        site.computer(Optional.empty());
        site.awaitLambda("trigger:/guest/reading");
        JsonObject payload = JsonObject.parse("{\"value\":21.50}");

        // When
        Outcome outcome = join(site.bridge().fire(AuthKey.GUEST, TRIGGER, payload));

        // Then
        assertThat(outcome).isEqualTo(new Outcome.Accepted(Optional.of(InMemoryOpenWhisk.ID)));
        assertThat(site.whisk.calls)
                .containsExactly(
                        new InMemoryOpenWhisk.Call(AuthKey.GUEST, QualifiedName.parse("/guest/reading"), payload));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bringsTheActivationOfABlockingCallBack(boolean inProcess) {
        // Given
        wire(inProcess);
        QualifiedName action = QualifiedName.parse("/guest/pkg/greet");
        site.whisk.addAction(action.toString(), BridgeOpenWhiskTest::greet);
        site.computer(Optional.empty());
        site.awaitLambda(action.toString());

        // When
        Outcome outcome = join(site.bridge()
                .invoke(
                        AuthKey.GUEST,
                        QualifiedName.parse("/_/pkg/greet"),
                        JsonObject.parse("{\"name\":\"Bob\"}"),
                        true));

        // Then
        ObjectNode greeted = greet(JsonObject.parse("{\"name\":\"Bob\"}").copy());
        assertThat(outcome).isEqualTo(new Outcome.Completed(InMemoryOpenWhisk.activation(action, greeted)));
    }

    @Test
    void returnsAtOnceFromACallThatDoesNotBlock() {
        site.whisk.addAction("/guest/greet", BridgeOpenWhiskTest::greet);
        site.computer(Optional.empty());
        site.awaitLambda("/guest/greet");

        Outcome outcome = join(
                site.bridge().invoke(AuthKey.GUEST, QualifiedName.parse("/guest/greet"), JsonObject.empty(), false));

        assertThat(outcome).isEqualTo(new Outcome.Accepted(Optional.of(InMemoryOpenWhisk.ID)));
    }

    @Test
    void bringsRefusalsAndTroubleOfTheOpenWhiskBackAsTheyAre() {
        // Given
        site.whisk.addTrigger("/guest/reading");
        site.computer(Optional.empty());
        site.awaitLambda("trigger:/guest/reading");
        Outcome rejected = new Outcome.Rejected(404, "The requested resource does not exist.");
        Outcome unavailable = new Outcome.Unavailable("the queue is full");
        Outcome ruleless = new Outcome.Accepted(Optional.empty());

        // Then
        for (Outcome expected : new Outcome[] {rejected, unavailable, ruleless}) {
            site.whisk.always = Optional.of(expected);
            assertThat(join(site.bridge().fire(AuthKey.GUEST, TRIGGER, JsonObject.empty())))
                    .isEqualTo(expected);
        }
    }

    @Test
    void asksOnlyOnceWhoseAKeyIs() {
        // Given
        site.whisk.addTrigger("/guest/reading");
        site.computer(Optional.empty());
        site.awaitLambda("trigger:/guest/reading");
        BridgeOpenWhisk bridge = site.bridge();

        // When
        for (int i = 0; i < 5; i++) {
            join(bridge.fire(AuthKey.GUEST, TRIGGER, JsonObject.empty()));
        }

        // Then
        assertThat(site.whisk.asked).hasValue(1);
        assertThat(site.whisk.calls).hasSize(5);
    }

    @Test
    void rejectsAKeyThatIsNobodys() {
        Outcome outcome = join(site.bridge().fire(STRANGER, TRIGGER, JsonObject.empty()));

        assertThat(outcome).isEqualTo(new Outcome.Rejected(401, "The supplied authentication is invalid"));
    }

    @Test
    void isUnavailableWhileNobodyCanTellWhoseTheKeyIs() {
        Identities away = key -> CompletableFuture.failedStage(new WskException("OpenWhisk is away"));

        Outcome outcome = join(site.bridge(away).fire(AuthKey.GUEST, TRIGGER, JsonObject.empty()));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Unavailable.class,
                        it -> assertThat(it.message()).contains("OpenWhisk is away"));
    }

    @Test
    void isUnavailableWhileNoComputerHasTheTrigger() {
        Outcome outcome = join(site.bridge().fire(AuthKey.GUEST, TRIGGER, JsonObject.empty()));

        assertThat(outcome).isEqualTo(new Outcome.Unavailable("No destinations found for the entry"));
    }

    @Test
    void isUnavailableWhileTheRouterIsAway() {
        // Given
        String endpoint = site.router.endpoint();
        site.router.close();

        // When
        Outcome outcome = join(site.bridge().fire(AuthKey.GUEST, TRIGGER, JsonObject.empty()));

        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Unavailable.class,
                        it -> assertThat(it.message()).contains(endpoint).contains("Connection refused"));
    }

    @Test
    void isUnavailableAfterTheTransportWasClosed() {
        BridgeOpenWhisk bridge =
                new BridgeOpenWhisk(new BridgeConfig("127.0.0.1:1", Duration.ofSeconds(1)), site.whisk, transport);
        transport.close();

        Outcome outcome = join(bridge.fire(AuthKey.GUEST, QualifiedName.parse("/guest/t"), JsonObject.empty()));

        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
    }

    @Test
    void learnsAtOnceOfTriggersThatComeAndGo() {
        // Given
        site.computer(Optional.empty());

        // When
        site.whisk.addTrigger("/guest/reading");

        // Then
        site.awaitLambda("trigger:/guest/reading");

        // When
        site.whisk.removeTrigger("/guest/reading");

        // Then
        BridgedSite.await().until(() -> !site.knows("trigger:/guest/reading"));
    }

    @Test
    void understandsTheTextOfAForeignComputer() {
        // Given
        BridgeOpenWhisk bridge = foreign(LambdaResult.done("say \"hi\""));

        // When
        Outcome outcome = join(bridge.invoke(AuthKey.GUEST, QualifiedName.parse("/_/greet"), JsonObject.empty(), true));

        // Then
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Completed.class, completed -> {
            assertThat(completed.activation().status()).isEqualTo(ActivationStatus.SUCCESS);
            assertThat(completed.activation().namespace()).isEqualTo("guest");
            assertThat(completed.activation().result().path("payload").asText()).isEqualTo("say \"hi\"");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "unexpected HTTP response: 404, Rejected",
        "unexpected HTTP response: 429, Unavailable",
        "unexpected HTTP response: 502, Completed",
        "unexpected HTTP response: 202, Accepted",
        "unexpected body: payload field missing, Completed",
        "No container for lambda /guest/greet found in computer c, Rejected",
        "error encountered: connection reset, Unavailable",
        "Too many lambdas in flight at router r, Unavailable"
    })
    void understandsTheErrorsOfAForeignComputer(String retcode, String expected) {
        BridgeOpenWhisk bridge = foreign(LambdaResult.failed(retcode));

        Outcome outcome = join(bridge.invoke(AuthKey.GUEST, QualifiedName.parse("/_/greet"), JsonObject.empty(), true));

        assertThat(outcome.getClass().getSimpleName()).isEqualTo(expected);
    }

    @Test
    void doesNotTakeTheTextOfAForeignComputerForAFiredTrigger() {
        BridgeOpenWhisk bridge = foreign(LambdaResult.done("hello"));

        Outcome outcome = join(bridge.fire(AuthKey.GUEST, TRIGGER, JsonObject.empty()));

        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
    }

    @Test
    void refusesAConfigurationThatCannotWork() {
        assertThatThrownBy(() -> new BridgeConfig("router", Duration.ofSeconds(1)))
                .isInstanceOf(EdgeException.class);
        assertThatThrownBy(() -> new BridgeConfig("router:1", Duration.ZERO))
                .isInstanceOf(WskException.class)
                .hasMessageContaining("timeout");
    }

    private BridgeOpenWhisk foreign(LambdaResult answer) {
        LambdaExecutor executor = call -> CompletableFuture.completedStage(answer);
        EdgePort port = transport.open(
                "foreign computer",
                "127.0.0.1",
                0,
                new UnaryService(EdgeServerGrpc.getServiceDescriptor())
                        .method(
                                EdgeServerGrpc.getRunLambdaMethod(),
                                (request, headers, reply) -> executor.run(LambdaCall.fromProto(request, headers))
                                        .thenAccept(result -> reply.send(result.toProto())))
                        .build());
        return new BridgeOpenWhisk(new BridgeConfig(port.endpoint(), Duration.ofSeconds(20)), site.whisk, transport);
    }

    private static ObjectNode greet(ObjectNode params) {
        return params.objectNode()
                .put("payload", "Hello, " + params.path("name").asText());
    }
}
