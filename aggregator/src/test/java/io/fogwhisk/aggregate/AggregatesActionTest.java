package io.fogwhisk.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.metrics.Meter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At a site whose clock says 10:30 on the first of March. */
class AggregatesActionTest {

    private static final String HOURLY = "{\"window\":\"1h\"}";

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
    void shipsOnePointForEachDataCentreAtTheWindowsStart() throws Exception {
        // Given
        site.add("1", 41, "2026-03-01T09:00:00Z");
        site.add("1", 44, "2026-03-01T09:59:59.999Z");
        site.add("1", 42, "2026-03-01T09:30:00Z");
        site.add("1", 43, "2026-03-01T09:31:00Z");
        site.add("2", 9.5, "2026-03-01T09:31:00Z");
        site.add("1", 99, "2026-03-01T10:00:00Z");

        // When
        ObjectNode result = site.aggregate(HOURLY);

        // Then
        assertThat(result.path("windows").intValue()).isEqualTo(2);
        assertThat(result.path("points").intValue()).isEqualTo(2);
        String nine = " " + Instant.parse("2026-03-01T09:00:00Z").toEpochMilli() + "000000";
        awaitCentral(Map.of(
                "humidity,datacenter_id=1,window=1h" + nine, "avg=42.5,min=41,max=44,median=42.5,count=4i",
                "humidity,datacenter_id=2,window=1h" + nine, "avg=9.5,min=9.5,max=9.5,median=9.5,count=1i"));
        assertThat(site.central.writes().get(0).authorization()).isEqualTo("Token central-token");
        assertThat(site.metrics.value(Meter.AGGREGATES_COMPUTED)).isEqualTo(2);
    }

    @Test
    void writesNothingForAnEmptyWindow() throws Exception {
        // When
        ObjectNode result = site.aggregate(HOURLY);

        // Then
        assertThat(result).hasToString("{\"windows\":2,\"points\":0,\"unchanged\":0,\"waiting\":0}");
        assertThat(site.central.writes()).isEmpty();
    }

    @Test
    void shipsAWindowAgainOnlyIfALateReadingChangedIt() throws Exception {
        // Given
        site.add("1", 41, "2026-03-01T09:10:00Z");
        site.add("2", 41, "2026-03-01T09:10:00Z");
        site.aggregate(HOURLY);
        assertThat(site.aggregate(HOURLY).path("unchanged").intValue()).isEqualTo(2);

        // When
        site.add("1", 43, "2026-03-01T09:20:00Z");
        ObjectNode result = site.aggregate(HOURLY);

        // Then
        assertThat(result.path("points").intValue()).isEqualTo(1);
        assertThat(result.path("unchanged").intValue()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(site.central.points("aggregates").values())
                .containsExactly("avg=42,min=41,max=43,median=42,count=2i", "avg=41,min=41,max=41,median=41,count=1i"));
    }

    @Test
    void keepsWindowsOfDifferentSizesApart() throws Exception {
        // Given
        site.add("1", 41, "2026-03-01T09:00:00Z");

        // When
        site.aggregate(HOURLY);
        site.aggregate("{\"window\":\"30m\",\"lateness\":\"1h\"}");

        // Then
        await().untilAsserted(
                        () -> assertThat(site.central.points("aggregates")).hasSize(2));
    }

    @Test
    void cutsDaysAsTheClockOnTheWallDoes() throws Exception {
        // Given: the day after Rome set its clocks forward
        site.clock.advance(Duration.between(site.clock.instant(), Instant.parse("2026-03-30T05:00:00Z")));

        // When
        site.aggregate("{\"timezone\":\"Europe/Rome\",\"lateness\":\"0s\"}");

        // Then
        assertThat(site.local.queries())
                .singleElement()
                .asString()
                .contains("range(start: 2026-03-28T23:00:00Z, stop: 2026-03-29T22:00:00Z)");
    }

    @Test
    void catchesUpWithTheWindowsOfAnOutageOfTheLocalDatabase() throws Exception {
        // Given: a run that worked, and readings of the hour after
        site.aggregate(HOURLY);
        site.add("1", 41, "2026-03-01T10:10:00Z");
        site.local.failQueriesWith(503);
        site.clock.advance(Duration.ofHours(10));
        assertThat(site.aggregate(HOURLY).path("error").textValue())
                .contains("cannot query bucket measure", "told to fail with 503");

        // When
        site.local.failQueriesWith(0);
        ObjectNode result = site.aggregate(HOURLY);

        // Then
        assertThat(result.path("windows").intValue()).isEqualTo(10);
        assertThat(result.path("points").intValue()).isEqualTo(1);
    }

    @Test
    void beginsAgainWhereTheVeryFirstRunFailed() throws Exception {
        // Given
        site.add("1", 41, "2026-03-01T09:10:00Z");
        site.local.failQueriesWith(503);
        site.aggregate(HOURLY);

        // When
        site.local.failQueriesWith(0);
        site.clock.advance(Duration.ofHours(10));
        ObjectNode result = site.aggregate(HOURLY);

        // Then
        assertThat(result.path("windows").intValue()).isEqualTo(12);
        assertThat(result.path("points").intValue()).isEqualTo(1);
    }

    @Test
    void catchesUpWithTheWindowsOfTheTimeTheSiteWasDown() throws Exception {
        // Given
        site.aggregate(HOURLY);
        site.add("1", 41, "2026-03-01T10:10:00Z");

        // When
        site.restart();
        site.clock.advance(Duration.ofHours(10));
        ObjectNode result = site.aggregate(HOURLY);

        // Then
        assertThat(result.path("windows").intValue()).isEqualTo(10);
        assertThat(result.path("points").intValue()).isEqualTo(1);
    }

    @Test
    void computesAgainTheWindowsWhoseReadingsStillWaitedForTheLocalDatabase() throws Exception {
        // Given: a reading in the outbox while its window is computed
        site.local.failWith(503);
        site.add("1", 41, "2026-03-01T09:10:00Z");
        assertThat(site.aggregate(HOURLY).path("points").intValue()).isZero();
        site.local.failWith(0);
        await().untilAsserted(() -> assertThat(site.aggregator.outboxDepth()).isZero());

        // When: the next run comes long after the window's lateness
        site.clock.advance(Duration.ofHours(10));
        site.aggregate(HOURLY);

        // Then
        await().untilAsserted(
                        () -> assertThat(site.central.points("aggregates")).hasSize(1));
    }

    @Test
    void keepsAggregatesWhileTheCentreIsAway() throws Exception {
        // Given
        site.central.down();
        site.add("1", 41, "2026-03-01T09:10:00Z");
        ObjectNode result = site.aggregate(HOURLY);
        assertThat(result.path("waiting").intValue()).isEqualTo(1);

        // When
        site.restart();
        site.central.up();

        // Then
        await().untilAsserted(
                        () -> assertThat(site.central.points("aggregates")).hasSize(1));
    }

    @Test
    void shipsAgainWhatTheCentreRefused() throws Exception {
        // Given
        site.central.refuse(line -> line.startsWith("humidity,datacenter_id=2"));
        site.add("1", 41, "2026-03-01T09:10:00Z");
        site.add("2", 42, "2026-03-01T09:10:00Z");
        for (int run = 0; run < 3; run++) {
            site.aggregate(HOURLY);
            await().untilAsserted(
                            () -> assertThat(site.aggregator.outboxDepth()).isZero());
        }
        assertThat(site.aggregator.setAside().list(10)).hasSize(1);

        // When
        site.central.refuse(line -> false);
        ObjectNode result = site.aggregate(HOURLY);

        // Then
        assertThat(result.path("points").intValue()).isEqualTo(1);
        assertThat(result.path("unchanged").intValue()).isEqualTo(1);
        await().untilAsserted(
                        () -> assertThat(site.central.points("aggregates")).hasSize(2));
        assertThat(site.aggregate(HOURLY).path("unchanged").intValue()).isEqualTo(2);
    }

    @Test
    void shipsAgainWhatWaitedTooLongInTheOutbox() throws Exception {
        // Given
        site.maxAge(Duration.ofHours(1));
        site.central.down();
        site.add("1", 41, "2026-03-01T09:10:00Z");
        String late = "{\"window\":\"1h\",\"lateness\":\"1d\"}";
        assertThat(site.aggregate(late).path("points").intValue()).isEqualTo(1);
        site.clock.advance(Duration.ofHours(2));
        await().untilAsserted(() -> assertThat(site.aggregator.outboxDepth()).isZero());

        // When
        site.central.up();
        ObjectNode result = site.aggregate(late);

        // Then
        assertThat(result.path("points").intValue()).isEqualTo(1);
        await().untilAsserted(
                        () -> assertThat(site.central.points("aggregates")).hasSize(1));
    }

    @Test
    void shipsNothingAgainBecauseReadingsWaitedTooLongInTheOutbox() throws Exception {
        // Given
        site.maxAge(Duration.ofHours(1));
        site.add("1", 41, "2026-03-01T09:10:00Z");
        String late = "{\"window\":\"1h\",\"lateness\":\"1d\"}";
        site.aggregate(late);
        await().untilAsserted(
                        () -> assertThat(site.central.points("aggregates")).hasSize(1));
        site.local.down();
        site.add("1", 42, "2026-03-01T09:20:00Z");
        site.clock.advance(Duration.ofHours(2));
        await().untilAsserted(() -> assertThat(site.aggregator.outboxDepth()).isZero());

        // When
        site.local.up();
        ObjectNode result = site.aggregate(late);

        // Then
        assertThat(result.path("points").intValue()).isZero();
        assertThat(result.path("unchanged").intValue()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"999, 999,", "1000, 1000,", "1001, 1000, 2026-02-28T16:40:00Z", "2500, 1000, 2026-02-28T16:40:00Z"})
    void goesOnFromTheThousandthWindowOnlyIfOneIsLeft(int minutes, int windows, @Nullable String next)
            throws Exception {
        // Given
        Instant from = Instant.parse("2026-02-28T00:00:00Z");
        Instant to = from.plus(Duration.ofMinutes(minutes));

        // When
        ObjectNode result = site.aggregate(
                "{\"window\":\"1m\",\"lateness\":\"0s\",\"from\":\"" + from + "\",\"to\":\"" + to + "\"}");

        // Then
        assertThat(result.path("windows").intValue()).isEqualTo(windows);
        assertThat(result.path("more").booleanValue()).isEqualTo(next != null);
        assertThat(result.path("next").textValue()).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"window":"soon"}                    | window must be a whole number
                    {"window":"0s"}                      | window must be longer than 0
                    {"window":5}                         | parameter window must be a text
                    {"window":"1s","lateness":"1d"}      | lateness must be at most 500 windows
                    {"timezone":"Europe/Atlantis"}       | timezone must be a name
                    {"central_url":null}                 | parameter central_url is missing
                    {"local_url":"localhost"}            | URL of an InfluxDB must have the form
                    """)
    void saysWhichParameterIsWrong(String params, String error) throws Exception {
        assertThat(site.aggregate(params).path("error").textValue()).contains(error);
    }

    @Test
    void failsWhenTheLocalDatabaseRefusesTheToken() throws Exception {
        // Given
        site.local.failQueriesWith(401);

        // Then
        assertThat(site.aggregate(HOURLY).path("error").textValue())
                .contains("refuses the token")
                .doesNotContain("local-token");
    }

    private void awaitCentral(Map<String, String> points) {
        await().untilAsserted(
                        () -> assertThat(site.central.points("aggregates")).containsExactlyInAnyOrderEntriesOf(points));
    }
}
