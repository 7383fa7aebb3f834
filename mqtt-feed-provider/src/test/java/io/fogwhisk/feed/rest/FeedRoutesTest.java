package io.fogwhisk.feed.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.feed.EmbeddedBroker;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.ProviderFixture.Answer;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedRoutesTest {

    private static final String WRONG_KEY = new AuthKey(new UUID(1, 2), "x".repeat(64)).reveal();

    @TempDir
    static Path brokerFolder;

    private static EmbeddedBroker broker;

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();
    private ProviderFixture provider;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(brokerFolder, false);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void start() {
        provider = ProviderFixture.start(folder, target);
    }

    @AfterEach
    void stop() {
        provider.get("/feeds")
                .body()
                .forEach(feed -> provider.delete(
                        "/" + feed.path("type").asText() + feed.path("trigger").asText()));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> provider.get("/health").body().path("connections").isEmpty());
        provider.close();
    }

    @Test
    void takesTheShapeOfTheFirstMqttProviders() {
        // Given
        String[] key = AuthKey.GUEST.reveal().split(":", 2);

        // When
        Answer answer = provider.post(
                "/mqtt",
                Map.of(
                        "trigger",
                        "/guest/feed_trigger",
                        "url",
                        "http://127.0.0.1:" + broker.port(),
                        "topic",
                        "test",
                        "username",
                        key[0],
                        "password",
                        key[1]));

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().at("/status/state").asText()).isEqualTo("connected");
        try (Sensor sensor = Sensor.connect(broker)) {
            sensor.publish("test", "one");
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> target.accepted("/guest/feed_trigger").equals(List.of("one")));
        assertThat(provider.delete("/mqtt/guest/feed_trigger").status()).isEqualTo(200);
        assertThat(provider.get("/feeds").body()).isEmpty();
    }

    @Test
    void showsAFeedWithoutItsSecrets() {
        // Given
        String url = "mqtt://user:secret@127.0.0.1:" + broker.port();
        provider.feed("readings", url, "dc/+");

        // When
        JsonNode feed = provider.get("/mqtt/guest/readings").body();
        JsonNode list = provider.get("/feeds").body();
        JsonNode health = provider.get("/health").body();

        // Then
        assertThat(feed.at("/config/namespace").asText()).isEqualTo("guest");
        assertThat(feed.at("/config/name").asText()).isEqualTo("readings");
        assertThat(feed.at("/config/topic").asText()).isEqualTo("dc/+");
        assertThat(feed.at("/config/qos").asInt()).isEqualTo(1);
        assertThat(feed.at("/config/url").asText()).isEqualTo("mqtt://user:***@127.0.0.1:" + broker.port());
        assertThat(feed.at("/status/active").asBoolean()).isTrue();
        assertThat(list.at("/0/trigger").asText()).isEqualTo("/guest/readings");
        assertThat(list.at("/0/state").asText()).isEqualTo("connected");
        assertThat(health.path("status").asText()).isEqualTo("ok");
        assertThat(health.at("/connections/0/connected").asBoolean()).isTrue();
        assertThat(feed.toString() + list + health).doesNotContain("secret").doesNotContain(AuthKey.GUEST.secret());
    }

    @Test
    void saysWhatIsMissing() {
        assertError(provider.post("/mqtt", Map.of("url", "mqtt://h")), 400, "no trigger name parameter was provided");
        assertError(
                provider.post("/mqtt", Map.of("triggerName", "/_/t", "url", "mqtt://h", "topic", "t")),
                400,
                "no authKey parameter was provided");
        assertError(
                provider.post("/mqtt", Map.of("triggerName", "/_/t", "authKey", AuthKey.GUEST.reveal(), "topic", "t")),
                400,
                "Missing mandatory feed properties, must include url and topic.");
        assertError(
                provider.post(
                        "/mqtt",
                        Map.of(
                                "triggerName",
                                "/_/t",
                                "authKey",
                                AuthKey.GUEST.reveal(),
                                "topic",
                                "t",
                                "url",
                                "amqp://u:secret@h")),
                400,
                "the broker url scheme 'amqp' is not supported: use mqtt, tcp or http (plain MQTT), mqtts or ssl (TLS),"
                        + " ws or wss (web socket)");
        assertError(
                provider.post("/alarm", Map.of("triggerName", "/_/t", "authKey", AuthKey.GUEST.reveal())),
                400,
                "alarms trigger feed is missing the cron parameter");
        assertError(provider.get("/nowhere"), 404, "there is nothing at /nowhere");
    }

    @Test
    void aWrongKeyIsRefusedAndAnotherNamespacesKeyToo() {
        provider.feed("mine", broker.url(), "t");

        assertError(
                provider.post(
                        "/mqtt",
                        Map.of("triggerName", "/_/t", "authKey", WRONG_KEY, "topic", "t", "url", broker.url())),
                401,
                "Trigger authentication request failed.");
        assertError(
                provider.send("DELETE", "/mqtt/guest/mine", Map.of(), AuthKey.SYSTEM.basicHeader()),
                403,
                "the key is not of namespace guest");
        assertError(provider.get("/mqtt/_/mine"), 401, "a key is needed to know whose trigger /_/mine is");
        assertThat(provider.send("GET", "/mqtt/_/mine", Map.of(), AuthKey.GUEST.basicHeader())
                        .status())
                .isEqualTo(200);
        assertThat(provider.get("/feeds").body()).hasSize(1);
    }

    @Test
    void deletingTwiceIsFineAndReadingWhatIsGoneIsNot() {
        provider.feed("readings", broker.url(), "t");

        assertThat(provider.delete("/mqtt/guest/readings").status()).isEqualTo(200);
        assertThat(provider.delete("/mqtt/guest/readings").status()).isEqualTo(200);
        assertError(
                provider.get("/mqtt/guest/readings"), 404, "could not find trigger /guest/readings in the database");
    }

    @Test
    void aTriggerHasOneKindOfFeed() {
        provider.feed("readings", broker.url(), "t");

        assertError(
                provider.post(
                        "/alarm",
                        Map.of("triggerName", "/_/readings", "authKey", AuthKey.GUEST.reveal(), "cron", "* * * * *")),
                409,
                "trigger /guest/readings has a feed of another kind (mqtt): delete that first");
        assertThat(provider.delete("/alarm/guest/readings").status()).isEqualTo(200);
        assertThat(provider.get("/mqtt/guest/readings").status()).isEqualTo(200);
    }

    @Test
    void anUpdateChangesWhatItNamesAndKeepsTheRest() {
        // Given
        provider.feed("readings", broker.url(), "old");

        // When
        Answer answer = provider.send("PUT", "/mqtt/_/readings", Map.of("topic", "new"), AuthKey.GUEST.basicHeader());

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().at("/config/topic").asText()).isEqualTo("new");
        assertThat(answer.body().at("/config/url").asText()).isEqualTo(broker.url());
        assertError(
                provider.send("PUT", "/mqtt/_/readings", Map.of("x", 1), AuthKey.GUEST.basicHeader()),
                400,
                "no updatable parameters were specified");
    }

    @Test
    void removesWhatWasSetAsideWhenTold() {
        // Given
        provider.feed("readings", broker.url(), "t");
        try (Sensor sensor = Sensor.connect(broker)) {
            sensor.publish("t", new byte[] {(byte) 0xff});
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> provider.get("/set-aside").body().path("count").asInt() == 1);

        // When
        Answer answer = provider.delete("/set-aside");

        // Then
        assertThat(answer.body().path("removed").asInt()).isEqualTo(1);
        assertThat(provider.get("/set-aside").body().path("messages")).isEmpty();
    }

    @Test
    void replaysWhatWasSetAsideInTheFormatOfNow() {
        // Given
        provider.feed("readings", broker.url(), "replayed");
        try (Sensor sensor = Sensor.connect(broker)) {
            sensor.publish("replayed", new byte[] {(byte) 0xff});
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> provider.get("/set-aside?trigger=/guest/readings")
                                .body()
                                .path("messages")
                                .size()
                        == 1);
        provider.send("PUT", "/mqtt/_/readings", Map.of("format", "base64"), AuthKey.GUEST.basicHeader());

        assertThat(provider.get("/set-aside?trigger=/guest/other").body().path("count"))
                .as("of another trigger")
                .hasToString("0");

        // When
        Answer other = provider.post("/set-aside/replay?trigger=/guest/other", Map.of("x", 1));
        Answer answer = provider.post("/set-aside/replay", Map.of("x", 1));

        // Then
        assertThat(other.body().path("replayed").asInt()).isZero();
        assertThat(answer.body().path("replayed").asInt()).isEqualTo(1);
        assertThat(target.accepted("/guest/readings")).containsExactly("/w==");
        assertThat(provider.get("/set-aside").body().path("count").asInt()).isZero();
        assertError(
                provider.post("/set-aside/x/replay", Map.of("x", 1)),
                400,
                "the id of a message set aside must be a number, was 'x'");
    }

    @Test
    void answersAPing() {
        assertThat(provider.get("/ping").body().path("msg").asText()).isEqualTo("pong");
    }

    private static void assertError(Answer answer, int status, String message) {
        assertThat(answer.body().path("error").asText()).isEqualTo(message);
        assertThat(answer.status()).isEqualTo(status);
    }
}
