package io.fogwhisk.feed.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.ProviderFixture.Answer;
import io.fogwhisk.feed.RefusingBroker;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.DeclaredFeed;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.wsk.EntityListing.Registration;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.catalog.DocumentSource;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedFeedsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String GUEST = AuthKey.GUEST.basicHeader();

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @Test
    void aRecordedFeedIsADocumentAndAsksNoBroker() {
        try (RefusingBroker broker = RefusingBroker.start();
                ProviderFixture centre = ProviderFixture.start(recording(), target)) {
            // When
            JsonNode made = centre.feed("readings", broker.url(), "readings");

            // Then
            assertThat(made.at("/status/state").asText()).isEqualTo("recorded");
            JsonNode document = only(centre.recorded().mqtt(), "guest/readings");
            assertThat(document.path("trigger").asText()).isEqualTo("guest/readings");
            assertThat(document.path("url").asText()).isEqualTo(broker.url());
            assertThat(document.at("/status/active").asBoolean()).isTrue();
            assertThat(document.toString()).doesNotContain(AuthKey.GUEST.secret());
            assertThat(centre.recorded().alarms().documents()).isEmpty();
            assertThat(broker.subscriptions()).isZero();
            assertThat(centre.get("/health").body().path("connections")).isEmpty();
        }
    }

    @Test
    void aDocumentChangesWithItsFeedAndGoesWithItsTrigger() {
        try (ProviderFixture centre = ProviderFixture.start(recording(), target)) {
            // Given
            DocumentSource alarms = centre.recorded().alarms();
            AtomicInteger told = new AtomicInteger();
            Registration registration = alarms.onChange(told::incrementAndGet);
            Answer made = centre.post(
                    "/alarm",
                    Map.of("triggerName", "/_/tick", "cron", "* * * * * *", "authKey", AuthKey.GUEST.reveal()));
            assertThat(made.status()).isEqualTo(200);
            Object first = alarms.documents().get("guest/tick");
            assertThat(alarms.documents()).containsEntry("guest/tick", first);

            // When
            Answer paused = centre.send("POST", "/alarm/_/tick/pause", Map.of(), GUEST);

            // Then
            assertThat(paused.status()).isEqualTo(200);
            assertThat(alarms.documents().get("guest/tick")).isNotEqualTo(first);
            assertThat(only(alarms, "guest/tick").at("/status/active").asBoolean(true))
                    .isFalse();
            assertThat(told).hasValue(2);
            centre.feeds()
                    .deleted(QualifiedName.of("guest", "tick"))
                    .toCompletableFuture()
                    .join();
            assertThat(alarms.documents()).isEmpty();
            assertThat(told).hasValue(3);
            assertThat(target.attempts()).isEmpty();
            registration.close();
            centre.post(
                    "/alarm",
                    Map.of("triggerName", "/_/tock", "cron", "* * * * * *", "authKey", AuthKey.GUEST.reveal()));
            assertThat(told).hasValue(3);
        }
    }

    @Test
    void feedsOfTheConfigurationAndOfTheSystemStayAtTheCentre() {
        // Given
        FeedProviderConfig config = recording()
                .with(List.of(new DeclaredFeed(
                        QualifiedName.of("guest", "declared"),
                        AuthKey.GUEST,
                        MqttSpec.of(Broker.tcp("127.0.0.1", 1), TopicFilter.parse("t"), 1))));

        // When
        try (ProviderFixture centre = ProviderFixture.start(config, target)) {
            Answer made = centre.post(
                    "/mqtt",
                    Map.of(
                            "triggerName",
                            "/whisk.system/own",
                            "url",
                            "mqtt://127.0.0.1:1",
                            "topic",
                            "t",
                            "authKey",
                            AuthKey.SYSTEM.reveal()));

            // Then
            assertThat(made.status()).isEqualTo(200);
            assertThat(centre.recorded().mqtt().documents()).isEmpty();
        }
    }

    @Test
    void aRecordedFeedEndsWithItsTriggerAndNotWithItsKey() {
        // Given
        try (ProviderFixture centre = ProviderFixture.start(recording(), target)) {
            List.of("gone", "refused", "unknown").forEach(name -> centre.feed(name, "mqtt://127.0.0.1:1", "t"));
        }
        target.say("/guest/gone", Existence.ABSENT);
        target.say("/guest/refused", Existence.FORBIDDEN);
        target.say("/guest/unknown", Existence.UNKNOWN);

        // When
        try (ProviderFixture centre = ProviderFixture.start(recording(), target)) {
            // Then
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    centre.recorded().mqtt().documents().keySet())
                            .containsExactlyInAnyOrder("guest/refused", "guest/unknown"));
            await().atMost(LIMIT).until(() -> target.asked("/guest/refused") > 0);
            assertThat(centre.get("/feeds").body().findValuesAsText("state")).containsExactly("recorded", "recorded");
        }
    }

    @Test
    void nothingIsReplayedWhereNothingFires() {
        try (ProviderFixture centre = ProviderFixture.start(recording(), target)) {
            Answer answer = centre.send("POST", "/set-aside/replay", Map.of(), AuthKey.SYSTEM.basicHeader());

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body().path("error").asText()).contains("nothing fires");
        }
    }

    @Test
    void aFeedThatNamesVariablesOfSitesIsRecordedUnderstoodByNobodyAndKept() {
        try (ProviderFixture centre = ProviderFixture.start(recording(), target)) {
            // When
            Answer made = make(centre, "mqtt://user:hush@${site.broker}", "a");
            Answer changed = centre.send("PUT", "/mqtt/_/open", Map.of("topic", "b/#"), GUEST);
            Answer wrong = make(centre, "mqtt://nowhere:port", "a");

            // Then
            assertThat(made.status()).isEqualTo(200);
            assertThat(changed.status()).isEqualTo(200);
            assertThat(wrong.status()).isEqualTo(400);
            assertThat(changed.body().at("/config/topic").asText()).isEqualTo("b/#");
            assertThat(changed.body().at("/config/url").asText()).isEqualTo("mqtt://***@${site.broker}");
            assertThat(changed.body().toString()).doesNotContain("hush");
        }
        // When
        try (ProviderFixture centre = ProviderFixture.start(recording(), target)) {
            // Then
            JsonNode document = only(centre.recorded().mqtt(), "guest/open");
            assertThat(document.path("url").asText()).isEqualTo("mqtt://user:hush@${site.broker}");
            assertThat(document.path("topic").asText()).isEqualTo("b/#");
            assertThat(document.toString()).doesNotContain(AuthKey.GUEST.secret());
        }
    }

    @Test
    void aCentreThatBeginsToFireKeepsFeedsThatNameVariablesOfSitesAndSaysWhyTheyRest() {
        // Given
        FeedProviderConfig before = recording().withOwnBroker(Broker.tcp("127.0.0.1", 1));
        try (ProviderFixture centre = ProviderFixture.start(before, target)) {
            assertThat(make(centre, "mqtt://${site.broker}", "t").status()).isEqualTo(200);
        }

        // When
        FeedProviderConfig fires = ProviderFixture.config(folder).withOwnBroker(Broker.tcp("127.0.0.1", 2));
        try (ProviderFixture centre = ProviderFixture.start(fires, target)) {
            // Then
            JsonNode line = centre.get("/feeds").body().path(0);
            assertThat(line.path("state").asText()).isEqualTo("recorded");
            assertThat(line.path("lastError").asText()).contains("variables of sites");
            assertThat(centre.get("/health").status()).isEqualTo(200);
            for (Answer refused : List.of(
                    make(centre, "mqtt://${site.broker}", "t"),
                    centre.send("PUT", "/mqtt/_/open", Map.of("topic", "b"), GUEST))) {
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.body().path("error").asText()).contains("${site.");
            }
            Answer mended = centre.send("PUT", "/mqtt/_/open", Map.of("url", "mqtt://127.0.0.1:1"), GUEST);
            assertThat(mended.body().at("/status/state").asText()).isEqualTo("connecting");
        }
    }

    private static Answer make(ProviderFixture centre, String url, String topic) {
        return centre.post(
                "/mqtt",
                Map.of("triggerName", "/_/open", "url", url, "topic", topic, "authKey", AuthKey.GUEST.reveal()));
    }

    private FeedProviderConfig recording() {
        return ProviderFixture.config(folder).withFires(false);
    }

    private static JsonNode only(DocumentSource source, String id) {
        assertThat(source.documents()).containsOnlyKeys(id);
        return source.render(id, List.copyOf(source.documents().values()).get(0), "")
                .body();
    }
}
