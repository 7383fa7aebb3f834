package io.fogwhisk.wsk.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpOpenWhiskTest {

    private static final String ID = "4c40ab47cebc448180ab47cebcc48173";
    private static final QualifiedName TRIGGER = QualifiedName.parse("/_/my trigger");

    private final FakeServer server = new FakeServer();
    private final HttpOpenWhisk whisk = new HttpOpenWhisk("test", server.apiHost() + "/", Duration.ofSeconds(10));

    @AfterEach
    void close() {
        whisk.close();
        server.close();
    }

    @Test
    void firesATriggerAndTellsItsActivation() {
        // Given
        server.answer(202, "{\"activationId\":\"" + ID + "\"}");
        // When
        Outcome outcome = await(whisk.fire(AuthKey.GUEST, TRIGGER, JsonObject.parse("{\"a\":1}")));
        // Then
        assertThat(outcome).isEqualTo(new Outcome.Accepted(Optional.of(new ActivationId(ID))));
        assertThat(server.requests()).containsExactly("POST /api/v1/namespaces/_/triggers/my%20trigger {\"a\":1}");
        assertThat(server.authorizations()).containsExactly(AuthKey.GUEST.basicHeader());
    }

    @Test
    void takesNoContentForAFireThatRunsNothing() {
        // Given
        server.answer(204, "");
        // When
        Outcome outcome = await(whisk.fire(AuthKey.GUEST, TRIGGER, JsonObject.empty()));
        // Then
        assertThat(outcome).isEqualTo(new Outcome.Accepted(Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413})
    void isRejectedWhenTryingAgainCannotHelp(int status) {
        // Given
        server.answer(status, "{\"error\":\"no\",\"code\":\"x\"}");
        // When
        Outcome outcome = await(whisk.fire(AuthKey.GUEST, TRIGGER, JsonObject.empty()));
        // Then
        assertThat(outcome).isEqualTo(new Outcome.Rejected(status, "no"));
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 408, 409, 429, 500, 502, 503, 302})
    void isUnavailableWhenTryingAgainMayHelp(int status) {
        // Given
        server.answer(status, "<html>");
        // When
        Outcome outcome = await(whisk.fire(AuthKey.GUEST, TRIGGER, JsonObject.empty()));
        // Then
        int kept = status == 429 || status >= 500 ? status : 503;
        assertThat(outcome)
                .isEqualTo(new Outcome.Unavailable(kept, "OpenWhisk " + server.apiHost() + ": HTTP status " + status));
    }

    @Test
    void isUnavailableWhenNobodyAnswers() {
        // Given
        server.close();
        // When
        Outcome outcome = await(whisk.fire(AuthKey.GUEST, TRIGGER, JsonObject.empty()));
        // Then
        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        assertThatThrownBy(() -> await(whisk.namespaceOf(AuthKey.GUEST))).hasRootCauseInstanceOf(Exception.class);
    }

    @Test
    void waitsForTheRecordOfABlockingInvocationWellOrFailed() {
        // Given
        String record = "{\"activationId\":\"" + ID + "\",\"namespace\":\"guest\",\"name\":\"a\",\"version\":\"0.0.1\","
                + "\"subject\":\"guest\",\"start\":5,\"end\":9,\"annotations\":[{\"key\":\"kind\",\"value\":\"x\"}],"
                + "\"logs\":[],\"response\":{\"status\":\"%s\",\"success\":true,\"result\":{\"r\":1}}}";
        server.answer(200, record.formatted("success")).answer(502, record.formatted("application error"));
        QualifiedName action = QualifiedName.parse("/whisk.system/pkg/a");
        // When
        Outcome well = await(whisk.invoke(AuthKey.GUEST, action, JsonObject.empty(), true));
        Outcome failed = await(whisk.invoke(AuthKey.GUEST, action, JsonObject.empty(), true));
        // Then
        Activation activation = ((Outcome.Completed) well).activation();
        assertThat(activation.result().toString()).isEqualTo("{\"r\":1}");
        assertThat(activation.end()).hasValue(9);
        assertThat(((Outcome.Completed) failed).activation().status()).isEqualTo(ActivationStatus.APPLICATION_ERROR);
        assertThat(server.requests().get(0))
                .isEqualTo("POST /api/v1/namespaces/whisk.system/actions/pkg/a?blocking=true&result=false {}");
    }

    @Test
    void tellsWhoseAKeyIs() {
        // Given
        server.answer(200, "[\"guest\"]")
                .answer(401, "{\"error\":\"no\",\"code\":\"x\"}")
                .answer(503, "");
        // When and then
        assertThat(await(whisk.namespaceOf(AuthKey.GUEST))).contains("guest");
        assertThat(await(whisk.namespaceOf(AuthKey.GUEST))).isEmpty();
        assertThatThrownBy(() -> await(whisk.namespaceOf(AuthKey.GUEST)))
                .hasRootCauseInstanceOf(WskException.class)
                .hasRootCauseMessage("OpenWhisk " + server.apiHost() + " does not say whose a key is: HTTP status 503");
    }

    @Test
    void refusesAnApiHostThatIsNone() {
        assertThatThrownBy(() -> new HttpOpenWhisk("test", "ftp://x", Duration.ofSeconds(1)))
                .isInstanceOf(WskException.class)
                .hasMessage("'ftp://x' is not an API host: use http://host:port");
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
