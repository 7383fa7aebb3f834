package io.fogwhisk.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.outbox.SetAside;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.wsk.action.TryAgainException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddReadingToDbTest {

    private static final String READING =
            "{\"humidity\":41,\"temperature\":22.5,\"device_fingerprint\":1234567,\"datacenter_id\":1}";

    @TempDir
    private Path folder;

    private SiteFixture site;

    @BeforeEach
    void open() {
        site = new SiteFixture(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void storesOnePointForEachKey() throws Exception {
        // When
        ObjectNode result = site.add(READING);

        // Then
        assertThat(result).hasToString("{\"points\":2}");
        assertThat(site.local.points("measure"))
                .containsOnlyKeys(
                        "humidity,datacenter_id=1,device_fingerprint=1234567 1795167437363000000",
                        "temperature,datacenter_id=1,device_fingerprint=1234567 1795167437363000000");
        assertThat(site.local.writes().get(0).authorization()).isEqualTo("Token local-token");
        assertThat(site.metrics.value(Meter.READINGS_STORED)).isEqualTo(1);
    }

    @Test
    void ignoresTheNewsThatTheBrokerIsConnected() throws Exception {
        // Given
        ObjectNode params = site.parameters().put("type", "status").put("body", "connected");

        // When
        ObjectNode result = site.call("addReadingToDb", params);

        // Then
        assertThat(result).hasToString("{\"ignored\":\"status\"}");
        assertThat(site.local.writes()).isEmpty();
    }

    @Test
    void setsAsideWhatIsNotAReadingAndSaysWhy() throws Exception {
        // When
        ObjectNode result = site.add("hello");

        // Then
        assertThat(result.path("error").textValue()).contains("not JSON");
        assertThat(site.aggregator.setAside().list(10)).singleElement().satisfies(item -> {
            assertThat(item.payload()).isEqualTo("hello");
            assertThat(item.reason()).contains("not JSON");
            assertThat(item.time()).isEqualTo(site.clock.instant());
        });
        assertThat(site.metrics.value(Meter.READINGS_SET_ASIDE)).isEqualTo(1);
    }

    @Test
    void storesTheGoodKeysOfAReadingAndSetsTheBadOneAside() throws Exception {
        // When
        ObjectNode result =
                site.add("{\"humidity\":41,\"note\":\"x\",\"device_fingerprint\":2,\"datacenter_id\":\"rome dc\"}");

        // Then
        assertThat(result.path("points").intValue()).isEqualTo(1);
        assertThat(result.path("setAside").path(0).textValue()).contains("key note");
        assertThat(site.local.points("measure"))
                .containsOnlyKeys("humidity,datacenter_id=rome\\ dc,device_fingerprint=2 1795167437363000000");
        assertThat(site.aggregator.setAside().list(10))
                .extracting(SetAside.Item::reason)
                .containsExactly("key note must be a number or a boolean, was of type string");
    }

    @Test
    void setsAsideAReadingThatTheDatabaseRefuses() throws Exception {
        // Given
        site.local.refuse(line -> true);

        // When
        ObjectNode result = site.add(READING);

        // Then
        assertThat(result.path("error").textValue()).contains("refuses the reading", "partial write");
        assertThat(site.aggregator.setAside().list(10))
                .extracting(SetAside.Item::payload)
                .containsExactly(READING);
    }

    @Test
    void keepsAReadingWhileTheDatabaseIsAwayAndDeliversItLater() throws Exception {
        // Given
        site.local.down();
        ObjectNode result = site.add(READING);
        assertThat(result.path("queued").intValue()).isEqualTo(2);
        assertThat(result.path("reason").textValue()).contains("is unreachable");
        assertThat(result.has("error")).isFalse();
        assertThat(site.aggregator.outboxDepth()).isEqualTo(1);

        // When: the site is restarted before the database is back
        site.restart();
        site.local.up();

        // Then
        await().untilAsserted(() -> assertThat(site.aggregator.outboxDepth()).isZero());
        assertThat(site.local.points("measure")).hasSize(2);
        assertThat(site.metrics.value(Meter.READINGS_STORED)).isEqualTo(1);
    }

    @Test
    void keepsAReadingAndEndsWithAnErrorWhileTheBucketDoesNotExist() throws Exception {
        // Given
        site.local.failWith(404);

        // When
        ObjectNode result = site.add(READING);

        // Then
        assertThat(result.path("error").textValue()).contains("bucket measure", "does not exist", site.local.url());
        assertThat(result.path("queued").intValue()).isEqualTo(2);
        site.local.failWith(0);
        await().untilAsserted(() -> assertThat(site.local.points("measure")).hasSize(2));
    }

    @Test
    void setsAReadingAsideWhenNoDatabaseIsBound() throws Exception {
        // Given
        ObjectNode params = site.parameters().put("body", READING);
        params.remove("influx_bucket");

        // When
        ObjectNode result = site.call("addReadingToDb", params);

        // Then
        assertThat(result.path("error").textValue()).contains("parameter influx_bucket is missing");
        assertThat(site.aggregator.setAside().list(10))
                .singleElement()
                .satisfies(item -> assertThat(item.payload()).isEqualTo(READING));
    }

    @Test
    void storesAReplayedReadingOnce() throws Exception {
        // Given: the same activation runs twice, as after a crash
        String body = "{\"humidity\":41,\"device_fingerprint\":2,\"datacenter_id\":1,\"timestamp\":1795167437363}";

        // When
        site.add(body);
        site.add(body);

        // Then
        assertThat(site.local.points("measure")).hasSize(1);
    }

    @Test
    void givesNothingUpThatItCanNeitherStoreNorQueue() {
        // Given
        site.aggregator.close();

        // When, then: the invocation is to be run again
        assertThatThrownBy(() -> site.add(READING)).hasCauseInstanceOf(TryAgainException.class);
        assertThatThrownBy(() -> site.add("hello")).hasCauseInstanceOf(TryAgainException.class);
    }

    @Test
    void wantsToBeRunAgainWhenTheTimeIsOverBeforeTheDatabaseAnswers() throws Exception {
        // Given: a database that takes requests and keeps silent
        site.local.hold();
        ObjectNode params = site.parameters().put("body", READING);

        // When, then: not cut off, which would end the activation
        assertThatThrownBy(() -> site.call("addReadingToDb", params, Duration.ofMillis(500)))
                .hasCauseInstanceOf(TryAgainException.class)
                .hasMessageContaining("in time");
    }

    @Test
    void bringsEachMessageOfABatchToItsOwnEnd() throws Exception {
        // Given
        ObjectNode params = site.parameters();
        params.putArray("messages")
                .add(message(READING))
                .add(message("not a reading"))
                .add(message(READING.replace("22.5", "23")))
                .add(JsonNodeFactory.instance.textNode("no message"))
                .add(JsonNodeFactory.instance.objectNode().put("type", "status").put("body", "connected"));

        // When
        ObjectNode result = site.call("addReadingToDb", params);

        // Then
        assertThat(result.path("points").asInt()).isEqualTo(4);
        assertThat(result.path("setAsideCount").asInt()).isEqualTo(2);
        assertThat(result.path("setAside").path(0).textValue()).contains("not JSON");
        assertThat(result.path("ignored").asInt()).isEqualTo(1);
        assertThat(result.has("error")).isFalse();
        assertThat(site.aggregator.setAside().list(10))
                .extracting(SetAside.Item::payload)
                .containsExactlyInAnyOrder("not a reading", "\"no message\"");
        assertThat(site.local.points("measure"))
                .as("readings without a time of their own do not replace each other")
                .hasSize(4);
        assertThat(site.metrics.value(Meter.READINGS_STORED)).isEqualTo(2);
    }

    @Test
    void whatTheDatabaseRefusesOfABatchIsSetAsideAlone() throws Exception {
        // Given
        String refused = READING.replace("22.5", "23");
        site.local.refuse(line -> line.contains("value=23"));
        ObjectNode params = site.parameters();
        params.putArray("messages").add(message(READING)).add(message(refused)).add(message(READING));

        // When
        ObjectNode result = site.call("addReadingToDb", params);

        // Then
        assertThat(result.path("points").asInt()).isEqualTo(4);
        assertThat(result.path("setAsideCount").asInt()).isEqualTo(1);
        assertThat(result.has("error")).isFalse();
        assertThat(site.aggregator.setAside().list(10))
                .extracting(SetAside.Item::payload)
                .containsExactly(refused);
    }

    @Test
    void aBatchWaitsInTheOutboxWhileTheDatabaseIsAway() throws Exception {
        // Given
        site.local.down();
        ObjectNode params = site.parameters();
        params.putArray("messages").add(message(READING)).add(message("not a reading"));

        // When
        ObjectNode result = site.call("addReadingToDb", params);

        // Then
        assertThat(result.path("queued").asInt()).isEqualTo(2);
        assertThat(result.path("reason").textValue()).contains("is unreachable");
        assertThat(result.path("setAsideCount").asInt()).isEqualTo(1);
        site.local.up();
        await().untilAsserted(() -> assertThat(site.local.points("measure")).hasSize(2));
    }

    @Test
    void aBatchOfWhichNothingCouldBeReadFails() throws Exception {
        ObjectNode params = site.parameters();
        params.putArray("messages").add(message("nothing")).add(message("neither"));

        ObjectNode result = site.call("addReadingToDb", params);

        assertThat(result.path("error").textValue()).contains("not JSON");
    }

    private static ObjectNode message(String body) {
        return JsonNodeFactory.instance.objectNode().put("type", "message").put("body", body);
    }
}
