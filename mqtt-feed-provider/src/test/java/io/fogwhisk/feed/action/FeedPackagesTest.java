package io.fogwhisk.feed.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.EmbeddedBroker;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedPackagesTest {

    private static final ActivationContext CONTEXT = new ActivationContext(
            new ActivationId("0".repeat(32)),
            QualifiedName.parse("/whisk.system/mqtt/mqtt_feed"),
            "guest",
            AuthKey.GUEST,
            1,
            Instant.MAX);

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();
    private ProviderFixture provider;

    @BeforeEach
    void start() {
        provider = ProviderFixture.start(folder.resolve("site"), target);
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void areAnnotatedAsFeedsAndKnowTheirProvider() {
        BuiltInPackage mqtt = FeedPackages.mqtt("http://127.0.0.1:3000");
        BuiltInPackage alarms = FeedPackages.alarms("http://127.0.0.1:3000");

        assertThat(mqtt.name()).isEqualTo("mqtt");
        assertThat(mqtt.actions().get(0).name()).isEqualTo("mqtt_feed");
        assertThat(KeyValue.toJson(mqtt.parameters()).toString())
                .isEqualTo("[{\"key\":\"provider_endpoint\",\"value\":\"http://127.0.0.1:3000/mqtt\"}]");
        assertThat(KeyValue.toJson(mqtt.actions().get(0).annotations()).toString())
                .contains("{\"key\":\"feed\",\"value\":true}");
        assertThat(alarms.name()).isEqualTo("alarms");
        assertThat(alarms.actions().get(0).name()).isEqualTo("alarm");
        assertThat(KeyValue.toJson(alarms.parameters()).toString()).contains("http://127.0.0.1:3000/alarm");
    }

    @Test
    void leadAnMqttFeedThroughItsLife() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), false)) {
            // Given
            BuiltInPackage mqtt = FeedPackages.mqtt(provider.endpoint());

            // When
            JsonObject created = run(mqtt, "CREATE", "\"url\":\"" + broker.url() + "\",\"topic\":\"a b\"");

            // Then
            assertThat(created.tree().at("/status/state").asText()).isEqualTo("connected");
            try (Sensor sensor = Sensor.connect(broker)) {
                sensor.publish("a b", "one");
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> target.accepted("/guest/my trigger").equals(List.of("one")));
            assertThat(run(mqtt, "READ", "\"x\":1").tree().at("/config/topic").asText())
                    .isEqualTo("a b");
            assertThat(run(mqtt, "UPDATE", "\"topic\":\"c\"")
                            .tree()
                            .at("/config/topic")
                            .asText())
                    .isEqualTo("c");
            assertThat(run(mqtt, "PAUSE", "\"x\":1").tree().at("/status/state").asText())
                    .isEqualTo("paused");
            assertThat(run(mqtt, "UNPAUSE", "\"x\":1")
                            .tree()
                            .at("/status/active")
                            .asBoolean())
                    .isTrue();
            assertThat(run(mqtt, "DELETE", "\"x\":1").tree().has("error")).isFalse();
            assertThat(run(mqtt, "READ", "\"x\":1").tree().path("error").asText())
                    .isEqualTo("could not find trigger /guest/my trigger in the database");
        }
    }

    @Test
    void leadAnAlarmThroughItsLife() {
        BuiltInPackage alarms = FeedPackages.alarms(provider.endpoint());

        JsonObject created = run(alarms, "CREATE", "\"cron\":\"* * * * * *\",\"trigger_payload\":\"hello\"");

        assertThat(created.tree().at("/config/payload/payload").asText()).isEqualTo("hello");
        await().atMost(Duration.ofSeconds(30)).until(() -> !target.attempts().isEmpty());
        assertThat(target.attempts().get(0).payload().text()).isEqualTo("{\"payload\":\"hello\"}");
        assertThat(run(alarms, "DELETE", "\"x\":1").tree().has("error")).isFalse();
    }

    @Test
    void saySoWhenSomethingIsWrong() {
        BuiltInPackage alarms = FeedPackages.alarms(provider.endpoint());

        assertThat(run(alarms, "CREATE", "\"cron\":\"nonsense\"")
                        .tree()
                        .path("error")
                        .asText())
                .isEqualTo("cron pattern 'nonsense' is not valid");
        assertThat(run(alarms, "EXPLAIN", "\"x\":1").tree().path("error").asText())
                .isEqualTo("unsupported lifecycleEvent");
    }

    @Test
    void saySoWhenTheProviderIsAway() {
        // Given
        BuiltInPackage mqtt = FeedPackages.mqtt(provider.endpoint());
        provider.close();

        // When
        JsonObject result = run(mqtt, "DELETE", "\"x\":1");

        // Then
        assertThat(result.tree().path("error").asText())
                .contains("does not answer")
                .contains("provider_endpoint");
        provider = ProviderFixture.start(folder.resolve("site"), target);
    }

    private static JsonObject run(BuiltInPackage feeds, String event, String fields) {
        String endpoint = feeds.parameters().get(0).value().asText();
        JsonObject params = JsonObject.parse("{\"provider_endpoint\":\"" + endpoint + "\",\"lifecycleEvent\":\"" + event
                + "\",\"triggerName\":\"/_/my trigger\",\"authKey\":\"" + AuthKey.GUEST.reveal() + "\"," + fields
                + "}");
        return feeds.actions()
                .get(0)
                .code()
                .run(params, CONTEXT)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
