package io.fogwhisk.lean;

import static io.fogwhisk.lean.TestSite.code;
import static io.fogwhisk.lean.TestSite.kv;
import static io.fogwhisk.lean.TestSite.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.lean.runtime.RunRequest;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConductorTest {

    @TempDir
    Path folder;

    @Test
    void runsTheActionsThatTheConductorNamesAndCarriesItsState() {
        // Given: the conductor names step until n is 3, and counts its own runs in its state
        GivenRuntimes runtimes = runtimes(json -> json.path("n").asInt() < 3
                ? "{\"action\":\"step\",\"params\":{\"n\":" + json.path("n").asInt() + "},\"state\":{\"runs\":"
                        + (json.path("runs").asInt() + 1) + "}}"
                : "{\"params\":{\"n\":3,\"runs\":" + json.path("runs").asInt() + "}}");
        try (TestSite site = site(runtimes)) {
            // When
            Activation activation = completed(site.invoke("/_/conductor", object("n", 1)));
            // Then
            assertThat(activation.result().toString()).isEqualTo("{\"n\":3,\"runs\":2}");
            assertThat(activation.logs()).hasSize(5);
            assertThat(activation.annotations())
                    .contains(kv("conductor", true), kv("kind", "sequence"), kv("topmost", true));
            JsonNode second = site.send(
                            "GET",
                            "/api/v1/namespaces/_/activations/"
                                    + activation.logs().get(1))
                    .json();
            assertThat(second.path("name").asText()).isEqualTo("step");
            assertThat(second.path("cause").asText()).isEqualTo(activation.id().hex());
            assertThat(second.path("annotations").toString()).contains("{\"key\":\"causedBy\",\"value\":\"sequence\"}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'\"nope\"', Failed to resolve action with name 'guest/nope' during composition.",
        "'\"/other/x\"', Failed entitlement check for action with name 'other/x' during composition.",
        "'7', Failed to parse action name from json value 7 during composition."
    })
    void tellsTheConductorWhatIsWrongWithTheActionItNamed(String named, String error) {
        // Given
        GivenRuntimes runtimes = runtimes(json ->
                json.has("error") ? "{\"params\":" + json + "}" : "{\"action\":" + named + ",\"state\":{\"kept\":1}}");
        try (TestSite site = site(runtimes)) {
            // When
            Activation activation = completed(site.invoke("/_/conductor", JsonObject.empty()));
            // Then
            assertThat(activation.result().path("error").asText()).isEqualTo(error);
            assertThat(activation.result().path("kept").asInt()).isEqualTo(1);
        }
    }

    @Test
    void endsACompositionThatRunsTooManyActions() {
        // Given
        GivenRuntimes runtimes = runtimes(json -> "{\"action\":\"step\",\"params\":{\"n\":0}}");
        try (TestSite site = site(runtimes)) {
            // When
            Activation activation = completed(site.invoke("/_/conductor", JsonObject.empty()));
            // Then
            assertThat(activation.status()).isEqualTo(ActivationStatus.APPLICATION_ERROR);
            assertThat(activation.result().path("error").asText()).isEqualTo("Too many actions in the composition.");
            assertThat(runtimes.requests.stream()
                            .filter(request -> request.invokedAs().name().equals("step")))
                    .hasSize(50);
            assertThat(runtimes.requests).hasSize(50 + 101);
        }
    }

    @Test
    void runsSequencesWithinSequencesOfAnyDepthOnOneStack() {
        // Given
        GivenRuntimes runtimes = runtimes(json -> json.toString());
        List<WhiskEntity> sequences = new ArrayList<>();
        String inner = "/guest/step";
        for (int depth = 0; depth < 600; depth++) {
            // Deeper than the API lets anybody nest them at once.
            String name = "/guest/deep" + depth;
            sequences.add(new WhiskAction(
                    TestSite.name(name),
                    SemVer.FIRST,
                    false,
                    List.of(),
                    1,
                    List.of(),
                    new Exec.Sequence(List.of(TestSite.name(inner))),
                    Limits.DEFAULT));
            inner = name;
        }
        TestSite.declare(folder, sequences.toArray(WhiskEntity[]::new));
        try (TestSite site = site(runtimes)) {
            // When
            Activation activation = completed(site.invoke(inner, object("n", 1)));
            // Then
            assertThat(activation.result().toString()).isEqualTo("{\"n\":2}");
        }
    }

    private TestSite site(GivenRuntimes runtimes) {
        TestSite.declare(folder, code("/guest/conductor", kv("conductor", true)), code("/guest/step"));
        return new TestSite(TestSite.config(folder), runtimes);
    }

    /** An action {@code step} that counts up, and a conductor. */
    private static GivenRuntimes runtimes(Function<JsonNode, String> conductor) {
        return GivenRuntimes.answering(request -> {
            JsonNode json = read(request);
            return request.invokedAs().name().equals("step")
                    ? "{\"n\":" + (json.path("n").asInt() + 1) + "}"
                    : conductor.apply(json);
        });
    }

    private static JsonNode read(RunRequest request) {
        try {
            return TestSite.MAPPER.readTree(request.input());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Activation completed(Outcome outcome) {
        return ((Outcome.Completed) outcome).activation();
    }
}
