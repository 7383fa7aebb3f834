package io.fogwhisk.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.DeclaredFeed;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TriggerWatchTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String NOWHERE = "mqtt://127.0.0.1:1";

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @Test
    void aStartEndsTheFeedsOfTriggersThatAreGoneAndKeepsThoseItCannotAskAfter() {
        // Given
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            List.of("gone", "kept", "unknown", "refused").forEach(name -> provider.feed(name, NOWHERE, "t"));
        }
        target.say("/guest/gone", Existence.ABSENT);
        target.say("/guest/unknown", Existence.UNKNOWN);
        target.say("/guest/refused", Existence.FORBIDDEN);

        // When
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            // Then
            await().atMost(LIMIT).untilAsserted(() -> {
                JsonNode feeds = provider.get("/feeds").body();
                assertThat(feeds.findValuesAsText("trigger"))
                        .containsExactly("/guest/kept", "/guest/refused", "/guest/unknown");
                assertThat(feeds.findValuesAsText("state")).containsExactly("connecting", "disabled", "connecting");
                assertThat(feeds.at("/1/reason").asText()).isEqualTo("Trigger authentication request failed.");
            });
        }
    }

    @Test
    void whatGoesWrongWithOneTriggerKeepsNobodyFromTheOthers() {
        // Given
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            List.of("broken", "gone").forEach(name -> provider.feed(name, NOWHERE, "t"));
        }
        target.breakOn("/guest/broken");
        target.say("/guest/gone", Existence.ABSENT);

        // When
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            // Then
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(provider.get("/feeds").body().findValuesAsText("trigger"))
                                    .containsExactly("/guest/broken"));
        }
    }

    @Test
    void aSilentOpenWhiskIsAskedAgainUntilItAnswers() {
        // Given
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            provider.feed("gone", NOWHERE, "t");
        }
        target.say("/guest/gone", Existence.UNKNOWN);

        // When
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            await().atMost(LIMIT).until(() -> target.asked("/guest/gone") >= 2);
            assertThat(provider.get("/feeds").body()).hasSize(1);
            target.say("/guest/gone", Existence.ABSENT);

            // Then
            await().atMost(LIMIT).until(() -> provider.get("/feeds").body().isEmpty());
        }
    }

    @Test
    void aTriggerDeletedBehindTheProvidersBackEndsItsFeedWithTheNextCheck() {
        // Given
        FeedProviderConfig config = ProviderFixture.config(folder).withTriggerCheck(Duration.ofMillis(200));
        try (ProviderFixture provider = ProviderFixture.start(config, target)) {
            List.of("gone", "kept").forEach(name -> provider.feed(name, NOWHERE, "t"));
            await().atMost(LIMIT).until(() -> target.asked("/guest/gone") >= 2);

            // When
            target.say("/guest/gone", Existence.ABSENT);

            // Then
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(provider.get("/feeds").body().findValuesAsText("trigger"))
                                    .containsExactly("/guest/kept"));
        }
    }

    @Test
    void aDeclaredFeedWaitsForItsTrigger() {
        // Given
        FeedProviderConfig config = ProviderFixture.config(folder)
                .with(List.of(new DeclaredFeed(
                        QualifiedName.of("guest", "slim"),
                        AuthKey.GUEST,
                        MqttSpec.of(Broker.parse(NOWHERE), TopicFilter.parse("slim"), 1))));
        target.say("/guest/slim", Existence.ABSENT);

        // When
        try (ProviderFixture provider = ProviderFixture.start(config, target)) {
            // Then
            await().atMost(LIMIT)
                    .until(() -> provider.get("/feeds")
                            .body()
                            .at("/0/reason")
                            .asText()
                            .contains("create it"));
        }
    }

    @Test
    void whoeverDeletesATriggerEndsItsFeed() {
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            // Given
            provider.feed("readings", NOWHERE, "t");
            QualifiedName trigger = QualifiedName.of("guest", "readings");

            // When
            boolean first =
                    provider.feeds().deleted(trigger).toCompletableFuture().join();
            boolean second =
                    provider.feeds().deleted(trigger).toCompletableFuture().join();

            // Then
            assertThat(first).isTrue();
            assertThat(second).isFalse();
            assertThat(provider.get("/feeds").body()).isEmpty();
            assertThat(provider.feeds().state(trigger)).isEmpty();
        }
    }

    @Test
    void aTriggerShowsHowItsFeedIsWithoutSecrets() {
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            // Given
            provider.feed("readings", "mqtt://user:hush@127.0.0.1:1", "t");

            // When
            JsonNode state = provider.feeds()
                    .state(QualifiedName.of("guest", "readings"))
                    .orElseThrow()
                    .tree();

            // Then
            assertThat(state.path("kind").asText()).isEqualTo("mqtt");
            assertThat(state.path("state").asText()).isEqualTo("connecting");
            assertThat(state.path("active").asBoolean()).isTrue();
            assertThat(state.path("fired").asInt()).isZero();
            assertThat(state.toString()).doesNotContain("hush").doesNotContain(AuthKey.GUEST.secret());
        }
    }
}
