package io.fogwhisk.lean;

import static io.fogwhisk.lean.TestSite.code;
import static io.fogwhisk.lean.TestSite.kv;
import static io.fogwhisk.lean.TestSite.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.lean.runtime.RunRequest;
import io.fogwhisk.lean.runtime.RunResult;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCodeTest {

    @TempDir
    Path folder;

    @Test
    void runsUploadedCodeAndRecordsHowItsRunEnded() {
        // Given
        long start = System.currentTimeMillis() + 5;
        GivenRuntimes runtimes = new GivenRuntimes(request -> CompletableFuture.completedFuture(new RunResult(
                ActivationStatus.SUCCESS,
                "{\"greeting\":\"hi\"}",
                List.of("2026-11-20T12:00:00.000Z stdout: one", "2026-11-20T12:00:00.001Z stderr: two"),
                start,
                start + 40,
                OptionalLong.of(30),
                false)));
        TestSite.declare(folder, code("/guest/hello"));
        try (TestSite site = new TestSite(TestSite.config(folder), runtimes)) {
            // When
            TestSite.Answer answer = site.send(
                    "POST",
                    "/api/v1/namespaces/_/actions/hello?blocking=true",
                    "{\"name\":\"you\"}",
                    request -> request.header("Authorization", AuthKey.GUEST.basicHeader())
                            .header("X-Request-ID", "request-1"));
            // Then
            RunRequest request = runtimes.requests.element();
            assertThat(request.input()).isEqualTo("{\"name\":\"you\"}");
            assertThat(request.code().get()).isEqualTo("code of /guest/hello");
            assertThat(request.namespace()).isEqualTo("guest");
            assertThat(request.transactionId()).isEqualTo("request-1");
            JsonNode record = site.send("GET", "/api/v1/namespaces/_/activations/" + request.activationId())
                    .json();
            assertThat(answer.status()).isEqualTo(200);
            for (JsonNode json : List.of(answer.json(), record)) {
                assertThat(json.path("logs")).hasSize(2);
                assertThat(json.path("start").asLong()).isEqualTo(start);
                assertThat(json.path("duration").asLong()).isEqualTo(40);
                assertThat(json.path("annotations").toString())
                        .contains("{\"key\":\"initTime\",\"value\":30}", "{\"key\":\"timeout\",\"value\":false}");
                assertThat(json.path("response").path("result").toString()).isEqualTo("{\"greeting\":\"hi\"}");
            }
        }
    }

    @Test
    void givesTheKeyOnlyToCodeThatMayKnowIt() {
        // Given
        GivenRuntimes runtimes = GivenRuntimes.answering(request -> "{}");
        TestSite.declare(
                folder,
                code("/guest/silent"),
                code("/guest/yes", kv("provide-api-key", true)),
                code("/guest/no", kv("provide-api-key", false)));
        try (TestSite site = new TestSite(TestSite.config(folder), runtimes)) {
            // When
            List.of("silent", "yes", "no").forEach(name -> site.invoke("/_/" + name, JsonObject.empty()));
            // Then
            assertThat(runtimes.requests)
                    .extracting(request -> request.key().isPresent())
                    .containsExactly(true, true, false);
        }
    }

    @Test
    void recordsAResultThatIsNoJsonAsADeveloperError() {
        // Given
        GivenRuntimes runtimes = GivenRuntimes.answering(request -> "{\"half\":");
        TestSite.declare(folder, code("/guest/broken"));
        try (TestSite site = new TestSite(TestSite.config(folder), runtimes)) {
            // When
            Activation activation = completed(site.invoke("/_/broken", JsonObject.empty()));
            // Then
            assertThat(activation.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
            assertThat(activation.result().path("error").asText())
                    .startsWith("The action did not produce a valid JSON or JSON Array response: ");
        }
    }

    @Test
    void handsAnArrayFromOneActionOfASequenceToTheNext() {
        // Given
        GivenRuntimes runtimes = GivenRuntimes.answering(
                request -> request.invokedAs().name().equals("split") ? "[1,2.50,{\"a\":3}]" : request.input());
        TestSite.declare(folder, code("/guest/split"), code("/guest/same"));
        try (TestSite site = new TestSite(TestSite.config(folder), runtimes)) {
            site.send(
                    "PUT",
                    "/api/v1/namespaces/_/actions/both",
                    "{\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/split\",\"/_/same\"]}}");
            // When
            Activation activation = completed(site.invoke("/_/both", object("n", 1)));
            // Then
            assertThat(runtimes.requests)
                    .extracting(RunRequest::input)
                    .containsExactly("{\"n\":1}", "[1,2.50,{\"a\":3}]");
            JsonNode stored = site.send("GET", "/api/v1/namespaces/_/activations/" + activation.id() + "/result")
                    .json();
            assertThat(stored.path("result").toString()).isEqualTo("[1,2.5,{\"a\":3}]");
            assertThat(activation.result()).hasSize(3);
        }
    }

    @Test
    void runsAgainWhatTheCloseOfTheServerEnded() {
        // Given: runtimes that end what runs when they are closed, as those that kill children do
        CompletableFuture<RunResult> killed = new CompletableFuture<>();
        TestSite.declare(folder, code("/guest/long"));
        try (TestSite site = new TestSite(TestSite.config(folder), new GivenRuntimes(request -> killed, killed))) {
            TestSite.await(site.whisk.invoke(AuthKey.GUEST, TestSite.name("/_/long"), object("n", 1), false));
            site.whisk.invoke(AuthKey.GUEST, TestSite.name("/_/long"), object("n", 2), true);
        }
        // When
        GivenRuntimes again = GivenRuntimes.answering(request -> "{}");
        try (TestSite site = new TestSite(TestSite.config(folder), again)) {
            // Then
            Awaitility.await().until(() -> site.whisk.depth() == 0 && again.requests.size() == 2);
            assertThat(again.requests)
                    .extracting(RunRequest::input)
                    .containsExactlyInAnyOrder("{\"n\":1}", "{\"n\":2}");
            assertThat(killed).isCompleted();
        }
    }

    private static Activation completed(Outcome outcome) {
        return ((Outcome.Completed) outcome).activation();
    }
}
