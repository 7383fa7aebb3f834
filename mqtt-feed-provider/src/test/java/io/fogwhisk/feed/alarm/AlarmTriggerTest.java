package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlarmTriggerTest {

    @ParameterizedTest
    @CsvSource({"2, 2, 0", "2, 1, 20", "-1, 7, 20"})
    void onlyWhatItStillHadToFireCountsAsSkipped(int most, int had, int skipped) {
        // Given: nobody fired for an hour
        AlarmSpec spec = AlarmSpec.of(
                "alarm",
                JsonObject.parse("{\"cron\":\"* * * * * *\",\"maxTriggers\":" + most + "}")
                        .copy());
        AlarmTrigger trigger = new AlarmTrigger(
                "/guest/tick",
                spec,
                OptionalInt.empty(),
                Instant.EPOCH,
                Instant.now().minus(Duration.ofHours(1)),
                new AlarmPlan.Count(had, false),
                Ticks.TOLERANCE);

        // When
        trigger.computeFirstFireTime(null);

        // Then
        assertThat(trigger.skippedBefore()).hasSize(skipped);
    }
}
