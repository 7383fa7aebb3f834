package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Misfire;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicksTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void whatWasMissedIsSkippedByDefault() {
        assertThat(resume("* * * * *", Misfire.SKIP, NOON.minusSeconds(600), NOON.plusSeconds(1), 2))
                .containsExactly(NOON.plusSeconds(60), NOON.plusSeconds(120));
    }

    @Test
    void whatWasMissedIsMadeUpForOnce() {
        assertThat(resume("* * * * *", Misfire.ONCE, NOON.minusSeconds(600), NOON.plusSeconds(1), 3))
                .containsExactly(NOON, NOON.plusSeconds(60), NOON.plusSeconds(120));
    }

    @Test
    void whatWasMissedIsMadeUpForOneByOne() {
        assertThat(resume("* * * * *", Misfire.ALL, NOON.minusSeconds(180), NOON.plusSeconds(1), 5))
                .containsExactly(
                        NOON.minusSeconds(120),
                        NOON.minusSeconds(60),
                        NOON,
                        NOON.plusSeconds(60),
                        NOON.plusSeconds(120));
    }

    @Test
    void ofTooMuchThatWasMissedTheLastThousandAreMadeUpFor() {
        List<Instant> ticks = resume("* * * * *", Misfire.ALL, NOON.minus(Duration.ofDays(3)), NOON, 1_001);

        assertThat(ticks.get(0)).isEqualTo(NOON.minusSeconds(999 * 60));
        assertThat(ticks.subList(998, 1_001)).containsExactly(NOON.minusSeconds(60), NOON, NOON.plusSeconds(60));
    }

    @Test
    void aLongAbsenceIsNotCountedSecondBySecond() {
        assertThat(resume("* * * * * *", Misfire.ONCE, NOON.minus(Duration.ofDays(3_650)), NOON, 1))
                .containsExactly(NOON);
    }

    @Test
    void nothingIsMadeUpForWhenNothingWasMissed() {
        assertThat(resume("0 * * * *", Misfire.ALL, NOON, NOON.plusSeconds(30), 1))
                .containsExactly(NOON.plusSeconds(3_600));
    }

    @Test
    void tellsTheLastTicksThatNobodyFiredHoweverLongItWas() {
        // Given
        Ticks ticks = ticks(Misfire.SKIP);
        Instant handled = NOON.minus(Duration.ofDays(3_650));

        // When
        List<Instant> skipped = ticks.skipped(handled, Optional.of(NOON.plusSeconds(60)), NOON.plusSeconds(1), 20);

        // Then
        assertThat(skipped).hasSize(20).isSorted().endsWith(NOON);
        assertThat(skipped.get(0)).isEqualTo(NOON.minusSeconds(19 * 60));
    }

    @Test
    void aTickThatIsMadeUpForIsNotSkipped() {
        // Given
        Instant handled = NOON.minusSeconds(180);
        Instant now = NOON.plusSeconds(1);

        // When
        List<Instant> once = skipped(ticks(Misfire.ONCE), handled, now);
        List<Instant> all = skipped(ticks(Misfire.ALL), handled, now);
        List<Instant> skip = skipped(ticks(Misfire.SKIP), handled, now);
        List<Instant> none = skipped(ticks(Misfire.SKIP), NOON, now);

        // Then
        assertThat(once).containsExactly(NOON.minusSeconds(120), NOON.minusSeconds(60));
        assertThat(all).isEmpty();
        assertThat(skip).containsExactly(NOON.minusSeconds(120), NOON.minusSeconds(60), NOON);
        assertThat(none).isEmpty();
    }

    @Test
    void jitterDelaysAndNeverHastens() {
        Random random = new Random(7);
        Ticks ticks = new Ticks(
                times("* * * * *", "UTC"),
                Misfire.SKIP,
                Duration.ofSeconds(20),
                Ticks.TOLERANCE,
                bound -> random.nextInt((int) bound));
        Ticks.Tick tick = ticks.resumed(NOON, NOON).orElseThrow();
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            delays.add(Duration.between(tick.nominal(), tick.due()).toMillis());
            tick = ticks.next(tick.nominal(), tick.due()).orElseThrow();
        }

        assertThat(delays).allMatch(millis -> millis >= 0 && millis <= 20_000);
        assertThat(delays).anyMatch(millis -> millis < 2_000).anyMatch(millis -> millis > 18_000);
        assertThat(tick.nominal()).isEqualTo(NOON.plusSeconds(501 * 60));
    }

    /** Against a list of the same time on each day, as the clock on the wall shows it. */
    @ParameterizedTest
    @CsvSource({
        "Europe/Rome, 2026-03-25T00:00:00Z",
        "Europe/Rome, 2026-10-21T00:00:00Z",
        "America/New_York, 2026-03-05T00:00:00Z",
        "America/New_York, 2026-10-28T00:00:00Z",
        "UTC, 2026-02-25T00:00:00Z"
    })
    void tenThousandSchedulesTickAtTheirInstantsOverTenDays(String zone, Instant from) {
        // Given
        int schedules = 10_000;
        Instant to = from.plus(Duration.ofDays(10));
        Random random = new Random(zone.hashCode());

        for (int i = 0; i < schedules; i++) {
            // Given: a time of day at which no clock changes, and now and then a second
            int hour = 4 + random.nextInt(19);
            int minute = random.nextInt(60);
            int second = random.nextInt(3) == 0 ? random.nextInt(60) : 0;
            String cron = (second == 0 ? "" : second + " ") + minute + " " + hour + " * * *";
            Ticks ticks = new Ticks(times(cron, zone), Misfire.SKIP, Duration.ZERO, Ticks.TOLERANCE, bound -> 0);

            // When
            List<Instant> ticked = new ArrayList<>();
            Optional<Ticks.Tick> tick = ticks.resumed(from, from);
            while (tick.isPresent() && !tick.get().due().isAfter(to)) {
                ticked.add(tick.get().due());
                tick = ticks.next(tick.get().nominal(), tick.get().due());
            }

            // Then
            ZoneId id = ZoneId.of(zone);
            LocalDateTime day = LocalDateTime.ofInstant(from, id).truncatedTo(ChronoUnit.DAYS);
            List<Instant> expected = Stream.iterate(day, before -> before.plusDays(1))
                    .limit(12)
                    .map(date -> date.withHour(hour).withMinute(minute).withSecond(second))
                    .map(local -> local.atZone(id).toInstant())
                    .filter(at -> at.isAfter(from) && !at.isAfter(to))
                    .toList();
            assertThat(ticked).as(cron).isEqualTo(expected);
        }
    }

    private static List<Instant> resume(String cron, Misfire misfire, Instant handled, Instant now, int count) {
        Ticks ticks = new Ticks(times(cron, "UTC"), misfire, Duration.ZERO, Ticks.TOLERANCE, bound -> 0);
        List<Instant> nominal = new ArrayList<>();
        Instant time = now;
        Optional<Ticks.Tick> tick = ticks.resumed(handled, now);
        while (tick.isPresent() && nominal.size() < count) {
            nominal.add(tick.get().nominal());
            time = tick.get().due().isAfter(time) ? tick.get().due() : time;
            tick = ticks.next(tick.get().nominal(), time);
        }
        return nominal;
    }

    private static List<Instant> skipped(Ticks ticks, Instant handled, Instant now) {
        return ticks.skipped(handled, ticks.resumed(handled, now).map(Ticks.Tick::nominal), now, 20);
    }

    private static Ticks ticks(Misfire misfire) {
        return new Ticks(times("* * * * *", "UTC"), misfire, Duration.ZERO, Ticks.TOLERANCE, bound -> 0);
    }

    private static FireTimes times(String cron, String zone) {
        AlarmSpec spec = AlarmSpec.of(
                "alarm",
                JsonObject.parse("{\"cron\":\"" + cron + "\",\"timezone\":\"" + zone + "\"}")
                        .copy());
        return FireTimes.of(spec, OptionalInt.empty(), NOON);
    }
}
