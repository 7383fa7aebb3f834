package io.fogwhisk.wsk.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTriggersTest {

    private static final QualifiedName TRIGGER = QualifiedName.of("guest", "tick");
    private static final Outcome GONE = new Outcome.Accepted(Optional.empty());
    private static final String WITH_RULES = "{\"name\":\"tick\",\"rules\":{\"guest/one\":{},\"guest/two\":{}}}";

    private final FakeServer server = new FakeServer();
    private final RestEndpoint endpoint =
            new RestEndpoint("test", ApiHost.of(server.apiHost()), Duration.ofSeconds(10));
    private final HttpTriggers triggers = new HttpTriggers(endpoint);

    @AfterEach
    void close() {
        endpoint.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"200, PRESENT", "404, ABSENT", "401, FORBIDDEN", "403, FORBIDDEN", "500, UNKNOWN", "429, UNKNOWN"})
    void tellsWhetherATriggerIsThere(int status, Existence expected) {
        server.answer(status, "{}");

        assertThat(await(triggers.find(AuthKey.GUEST, TRIGGER))).isEqualTo(expected);
        assertThat(server.requests()).containsExactly("GET /api/v1/namespaces/guest/triggers/tick");
    }

    @Test
    void doesNotTakeTheWordOfAProxyForATriggerThatIsGone() {
        server.answer(404, "default backend - 404");

        assertThat(await(triggers.find(AuthKey.GUEST, TRIGGER))).isEqualTo(Existence.UNKNOWN);
    }

    @Test
    void doesNotKnowWhenNobodyAnswers() {
        server.close();

        assertThat(await(triggers.find(AuthKey.GUEST, TRIGGER))).isEqualTo(Existence.UNKNOWN);
    }

    @Test
    void deletesTheRulesBeforeTheTriggerAndTriesAgainWhatIsBeingChanged() {
        server.answer(200, WITH_RULES)
                .answer(200, "{}")
                .answer(409, "{}")
                .answer(404, "{}")
                .answer(200, "{}");

        assertThat(await(triggers.delete(AuthKey.GUEST, TRIGGER, true))).isEqualTo(GONE);
        assertThat(server.requests())
                .containsExactly(
                        "GET /api/v1/namespaces/guest/triggers/tick",
                        "DELETE /api/v1/namespaces/guest/rules/one",
                        "DELETE /api/v1/namespaces/guest/rules/two",
                        "DELETE /api/v1/namespaces/guest/rules/two",
                        "DELETE /api/v1/namespaces/guest/triggers/tick");
    }

    @Test
    void leavesTheRulesWhenOnlyTheTriggerIsToGo() {
        server.answer(404, "{}");

        assertThat(await(triggers.delete(AuthKey.GUEST, TRIGGER, false))).isEqualTo(GONE);
        assertThat(server.requests()).containsExactly("DELETE /api/v1/namespaces/guest/triggers/tick");
    }

    @Test
    void saysWhyItCouldNotDelete() {
        server.answer(403, "{\"error\":\"not yours\"}").answer(500, "{\"error\":\"broken\"}");

        assertThat(await(triggers.delete(AuthKey.GUEST, TRIGGER, false)))
                .isEqualTo(new Outcome.Rejected(403, "not yours"));
        assertThat(await(triggers.delete(AuthKey.GUEST, TRIGGER, true)))
                .isInstanceOfSatisfying(
                        Outcome.Unavailable.class,
                        outcome -> assertThat(outcome.message()).contains("broken"));
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
