package io.fogwhisk.feed.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.Mosquitto;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSource;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Followed feeds with a real broker and a real clock. */
class FollowedFiresTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @Test
    void aFollowedFeedFiresAndItsChangesReachTheBroker() {
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                Sensor sensor = Sensor.connect(broker.port());
                FollowingSite site = FollowingSite.start(config(), target, "readings")) {
            // Given
            site.putMqtt("readings", document(broker, "first"));
            awaitFire(sensor, "first", "one");

            // When: another topic
            site.putMqtt("readings", document(broker, "second"));
            awaitFire(sensor, "second", "two");
            sensor.publish("first", "old", 1, false);

            // Then
            awaitFire(sensor, "second", "three");
            assertThat(target.accepted("/guest/readings")).doesNotContain("old");

            // When: no trigger
            site.removeTrigger("readings");
            await().atMost(LIMIT).until(() -> site.state("readings").isEmpty());
            await().atMost(LIMIT)
                    .until(() -> site.provider()
                            .get("/health")
                            .body()
                            .path("connections")
                            .isEmpty());
            sensor.publish("second", "missed", 1, false);

            // Then: with the trigger it goes on
            site.addTrigger("readings");
            await().atMost(LIMIT).until(() -> site.state("readings").equals("connected"));
            awaitFire(sensor, "second", "four");
            assertThat(target.accepted("/guest/readings")).doesNotContain("missed");
        }
    }

    @Test
    void whatTheCentreRecordsFiresAtASite() {
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                Sensor sensor = Sensor.connect(broker.port());
                ProviderFixture centre = ProviderFixture.start(
                        ProviderFixture.config(folder.resolve("centre")).withFires(false), new FakeOpenWhisk());
                FollowingSite site = FollowingSite.start(config(), target, "readings", "tick")) {
            // Given
            centre.feed("readings", broker.url(), "dc/#");
            centre.post(
                    "/alarm",
                    Map.of(
                            "triggerName",
                            "/_/tick",
                            "cron",
                            "* * * * * *",
                            "trigger_payload",
                            Map.of("body", "tock"),
                            "authKey",
                            AuthKey.GUEST.reveal()));

            // When
            DocumentSource mqtt = centre.recorded().mqtt();
            mqtt.documents().forEach((id, value) -> site.followed().mqtt().put(id, mqtt.render(id, value, "dc-1")));
            DocumentSource alarms = centre.recorded().alarms();
            alarms.documents().forEach((id, value) -> {
                CatalogDocument document = alarms.render(id, value, "dc-1");
                assertThat(site.followed().alarms().put(id, document)).isEmpty();
            });

            // Then
            awaitFire(sensor, "dc/1", "one");
            await().atMost(LIMIT).until(() -> target.accepted("/guest/tick").contains("tock"));
        }
    }

    @Test
    void anAlarmThatIsToDeleteItsTriggerLeavesThatToTheCentreAndFiresOnce() {
        String at = Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.MILLIS).toString();
        String body = "{'date':'" + at + "','deleteAfterFire':'true'}";
        FeedProviderConfig config = config();
        try (FollowingSite site = FollowingSite.start(config, target, "once")) {
            // When
            site.putAlarm("once", body);

            // Then
            await().atMost(LIMIT).until(() -> target.attempts().size() == 1);
            await().atMost(LIMIT).until(() -> site.state("once").equals("disabled"));
            assertThat(target.deleted()).isEmpty();
        }
        try (FollowingSite site = FollowingSite.start(config, target, "once", "witness")) {
            // When: it is told again, and others tick meanwhile
            site.putAlarm("once", body);
            site.putAlarm("witness", "{'cron':'* * * * * *'}");
            site.key(Optional.of(AuthKey.SYSTEM));

            // Then
            await().atMost(LIMIT).until(() -> !target.accepted("/guest/witness").isEmpty());
            assertThat(site.state("once")).isEqualTo("disabled");
            assertThat(target.attempts())
                    .filteredOn(attempt -> attempt.trigger().equals("/guest/once"))
                    .hasSize(1);
        }
    }

    @Test
    void anAlarmFiresWithTheKeyThatTookItsOwnKeysPlace() {
        // Given
        AuthKey renewed = new AuthKey(UUID.randomUUID(), AuthKey.GUEST.secret());
        try (FollowingSite site = FollowingSite.start(config(), target, "tick")) {
            site.putAlarm("tick", "{'cron':'* * * * * *'}");
            await().atMost(LIMIT).until(() -> !target.accepted("/guest/tick").isEmpty());

            // When
            site.rotate(renewed);
            target.answer(attempt -> attempt.key().equals(renewed)
                    ? FakeOpenWhisk.ACCEPTED
                    : new Outcome.Rejected(401, "The supplied authentication is invalid."));

            // Then
            await().atMost(LIMIT)
                    .until(() -> target.attempts().stream()
                            .anyMatch(attempt -> attempt.key().equals(renewed)));
            assertThat(site.state("tick")).isEqualTo("active");
        }
    }

    private FeedProviderConfig config() {
        return ProviderFixture.config(folder.resolve("site"));
    }

    private static String document(Mosquitto broker, String topic) {
        return "{'trigger':'guest/readings','url':'" + broker.url() + "','topic':'" + topic + "'}";
    }

    /** Publishes until the feed is subscribed. */
    private void awaitFire(Sensor sensor, String topic, String message) {
        await().atMost(LIMIT).until(() -> {
            sensor.publish(topic, message, 1, false);
            return target.accepted("/guest/readings").contains(message);
        });
    }
}
