package io.fogwhisk.lean.rest;

import static io.fogwhisk.lean.TestSite.echo;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.lean.TestSite;
import io.fogwhisk.wsk.TriggerFeeds;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedLifecycleTest {

    private static final String TRIGGERS = "/api/v1/namespaces/_/triggers/";
    private static final String ACTIVATIONS = "/api/v1/namespaces/_/activations?docs=true&name=myfeed";
    private static final String BUILT_IN =
            "{\"annotations\":[{\"key\":\"feed\",\"value\":\"/whisk.system/utils/echo\"}]}";

    @TempDir
    Path folder;

    private final KnownFeeds feeds = new KnownFeeds();
    private TestSite site;

    /** The feeds of a provider in this process. */
    private static final class KnownFeeds implements TriggerFeeds {
        private final Map<String, String> states = new ConcurrentHashMap<>();

        @Override
        public Optional<JsonObject> state(QualifiedName trigger) {
            return Optional.ofNullable(states.get(trigger.toString())).map(JsonObject::parse);
        }

        @Override
        public CompletionStage<Boolean> deleted(QualifiedName trigger) {
            return CompletableFuture.completedStage(states.remove(trigger.toString()) != null);
        }
    }

    @BeforeEach
    void start() {
        site = new TestSite(folder, utils(echo()));
        site.whisk.feeds(feeds);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void aTriggerShowsHowItsFeedIsAndNeverStoresThat() {
        // Given
        site.send("PUT", TRIGGERS + "t", BUILT_IN);
        feeds.states.put("/guest/t", "{\"state\":\"disabled\",\"lastError\":\"refused\"}");
        // When
        JsonNode shown = site.send("GET", TRIGGERS + "t").json();
        JsonNode stored = site.send("PUT", TRIGGERS + "t?overwrite=true", shown.toString())
                .json();
        // Then
        assertThat(annotation(shown, "feedState").path("lastError").asText()).isEqualTo("refused");
        assertThat(annotation(stored, "feedState").isMissingNode()).isTrue();
        assertThat(annotation(stored, "feed").asText()).isEqualTo("/whisk.system/utils/echo");
    }

    @Test
    void aTriggerWhoseFeedWasNeverCreatedSaysSo() {
        site.send("PUT", TRIGGERS + "half", BUILT_IN);
        site.send("PUT", TRIGGERS + "plain", "{}");

        assertThat(annotation(site.send("GET", TRIGGERS + "half").json(), "feedState")
                        .path("state")
                        .asText())
                .isEqualTo("missing");
        assertThat(annotation(site.send("GET", TRIGGERS + "plain").json(), "feedState")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void whoeverDeletesATriggerEndsItsFeed() {
        // Given
        site.send("PUT", TRIGGERS + "t", BUILT_IN);
        feeds.states.put("/guest/t", "{\"state\":\"connected\"}");
        // When
        TestSite.Answer answer = site.send("DELETE", TRIGGERS + "t");
        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("name").asText()).isEqualTo("t");
        assertThat(feeds.states).isEmpty();
    }

    @Test
    void theFeedActionOfAUserIsToldOfADeletedTrigger() {
        // Given
        String sequence = "{\"exec\":{\"kind\":\"sequence\",\"components\":[\"/whisk.system/utils/echo\"]}}";
        site.send("PUT", "/api/v1/namespaces/_/actions/myfeed", sequence);
        site.send("PUT", TRIGGERS + "t", "{\"annotations\":[{\"key\":\"feed\",\"value\":\"/_/myfeed\"}]}");
        // When
        int status = site.send("DELETE", TRIGGERS + "t").status();
        // Then
        assertThat(status).isEqualTo(200);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> site.send("GET", ACTIVATIONS).json().size() == 1);
        JsonNode told =
                site.send("GET", ACTIVATIONS).json().path(0).path("response").path("result");
        assertThat(told.path("lifecycleEvent").asText()).isEqualTo("DELETE");
        assertThat(told.path("triggerName").asText()).isEqualTo("/guest/t");
        assertThat(told.path("authKey").asText()).contains(":");
    }

    private static JsonNode annotation(JsonNode trigger, String key) {
        for (JsonNode each : trigger.path("annotations")) {
            if (each.path("key").asText().equals(key)) {
                return each.path("value");
            }
        }
        return trigger.path("nothing");
    }
}
