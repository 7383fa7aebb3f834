package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlarmPlanTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final AlarmSettings.Cluster CLUSTER =
            new AlarmSettings.Cluster("jdbc:postgresql://db/alarms?user=me&password=hush", "me", "hush");

    @Test
    void aSharedScheduleRefusesANameThatItsTablesCannotHold() {
        AlarmSpec spec = AlarmSpec.of(
                "alarm", JsonObject.parse("{\"cron\":\"* * * * *\"}").copy());
        QualifiedName fits = QualifiedName.of("guest", "t".repeat(200 - "/guest/".length()));
        QualifiedName tooLong = QualifiedName.of("guest", fits.name() + "t");
        AlarmPlan shared = new AlarmPlan(new AlarmSettings(false, 0, false, Optional.of(CLUSTER)));

        shared.check(fits, spec, NOW, date -> true);
        new AlarmPlan(AlarmSettings.DEFAULT).check(tooLong, spec, NOW, date -> true);
        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> shared.check(tooLong, spec, NOW, date -> true))
                .withMessageContaining("at most 200 characters");
    }

    @Test
    void theDatabaseIsNamedWithoutItsPassword() {
        assertThat(CLUSTER).hasToString("jdbc:postgresql://db/alarms as me");
    }
}
