package io.fogwhisk.influx.flux.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowsTest {

    private static final Zone ROME = new Zone(ZoneId.of("Europe/Rome"), FluxDuration.ZERO);

    @ParameterizedTest
    @CsvSource({
        // The first of January 1970 was a Thursday, and so every week starts on one.
        "1w, 0s, 2022-01-05T12:00:00Z, 2021-12-30T00:00:00Z, 2022-01-06T00:00:00Z",
        "1w, -3d, 2022-01-05T12:00:00Z, 2022-01-03T00:00:00Z, 2022-01-10T00:00:00Z",
        "1mo, 0s, 2022-02-28T23:59:59Z, 2022-02-01T00:00:00Z, 2022-03-01T00:00:00Z",
        "3mo, 0s, 2022-05-05T00:00:00Z, 2022-04-01T00:00:00Z, 2022-07-01T00:00:00Z",
        "1y, 1mo, 2022-01-31T00:00:00Z, 2021-02-01T00:00:00Z, 2022-02-01T00:00:00Z",
        "1mo, 14d, 2022-02-10T00:00:00Z, 2022-01-15T00:00:00Z, 2022-02-15T00:00:00Z",
        // A month that has no 31st has its window's start on its last day, and the end a month after that.
        "1mo, 30d, 2022-02-28T06:00:00Z, 2022-02-28T00:00:00Z, 2022-03-28T00:00:00Z",
        "20s, 5s, 1969-12-31T23:59:50Z, 1969-12-31T23:59:45Z, 1970-01-01T00:00:05Z",
    })
    void startWhereTheCalendarSays(String every, String offset, String time, String from, String to) {
        FluxDuration distance = FluxDuration.parse(every);
        FluxDuration moved =
                offset.startsWith("-") ? FluxDuration.parse(offset.substring(1)).negated() : FluxDuration.parse(offset);

        Windows windows = new Windows(distance, distance, moved, Zone.UTC);

        long index = windows.firstEndingAfter(nanos(time));
        assertThat(FluxDuration.instant(windows.from(index))).isEqualTo(Instant.parse(from));
        assertThat(FluxDuration.instant(windows.to(index))).isEqualTo(Instant.parse(to));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-29T10:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "2026-10-25T10:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "2026-07-01T22:30:00Z, 2026-07-01T22:00:00Z, 2026-07-02T22:00:00Z",
    })
    void haveDaysOf23And25HoursWhereClocksChange(String time, String from, String to) {
        FluxDuration day = FluxDuration.parse("1d");
        Windows days = new Windows(day, day, FluxDuration.ZERO, ROME);

        long index = days.firstEndingAfter(nanos(time));

        assertThat(FluxDuration.instant(days.from(index))).isEqualTo(Instant.parse(from));
        assertThat(FluxDuration.instant(days.to(index))).isEqualTo(Instant.parse(to));
    }

    @Test
    void loseNoMomentOfAnHourThatClocksSkipOrRepeat() {
        FluxDuration quarter = FluxDuration.parse("15m");
        Windows quarters = new Windows(quarter, quarter, FluxDuration.ZERO, ROME);

        for (String night : List.of("2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z")) {
            for (int minute = 0; minute < 180; minute++) {
                long time = nanos(night) + minute * 60_000_000_000L;
                long index = quarters.firstEndingAfter(time);
                assertThat(quarters.from(index)).isLessThanOrEqualTo(time);
                assertThat(quarters.to(index)).isGreaterThan(time);
                assertThat(quarters.from(index + 1)).isGreaterThanOrEqualTo(quarters.to(index));
            }
        }
    }

    @Test
    void areDaysOfTheZoneWhateverTheZoneIs() {
        Random random = new Random(7);
        FluxDuration day = FluxDuration.parse("1d");
        for (String id : List.of("Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")) {
            ZoneId zone = ZoneId.of(id);
            Windows days = new Windows(day, day, FluxDuration.ZERO, new Zone(zone, FluxDuration.ZERO));
            for (int i = 0; i < 500; i++) {
                ZonedDateTime time = Instant.ofEpochSecond(random.nextLong(946_684_800, 2_000_000_000))
                        .atZone(zone);

                long index = days.firstEndingAfter(FluxDuration.nanos(time.toInstant()));

                assertThat(FluxDuration.instant(days.from(index)))
                        .as("%s in %s", time, id)
                        .isEqualTo(time.toLocalDate().atStartOfDay(zone).toInstant());
                assertThat(FluxDuration.instant(days.to(index)))
                        .isEqualTo(time.toLocalDate()
                                .plusDays(1)
                                .atStartOfDay(zone)
                                .toInstant());
            }
        }
    }

    @Test
    void mayBeLongerOrShorterThanTheirDistanceOrGoBackwards() {
        FluxDuration minute = FluxDuration.parse("1m");
        Windows long3 = new Windows(minute, FluxDuration.parse("3m"), FluxDuration.ZERO, Zone.UTC);
        Windows shorter = new Windows(minute, FluxDuration.parse("20s"), FluxDuration.ZERO, Zone.UTC);
        Windows backwards = new Windows(minute, minute.negated(), FluxDuration.ZERO, Zone.UTC);
        long time = nanos("2026-01-01T00:10:30Z");

        long first = long3.firstEndingAfter(time);
        assertThat(FluxDuration.instant(long3.from(first))).isEqualTo(Instant.parse("2026-01-01T00:08:00Z"));
        assertThat(FluxDuration.instant(long3.to(first))).isEqualTo(Instant.parse("2026-01-01T00:11:00Z"));
        assertThat(FluxDuration.instant(shorter.from(shorter.firstEndingAfter(time))))
                .isEqualTo(Instant.parse("2026-01-01T00:11:00Z"));
        long before = backwards.firstEndingAfter(time);
        assertThat(FluxDuration.instant(backwards.from(before))).isEqualTo(Instant.parse("2026-01-01T00:10:00Z"));
        assertThat(FluxDuration.instant(backwards.to(before))).isEqualTo(Instant.parse("2026-01-01T00:11:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "1mo1s"})
    void needADistance(String every) {
        FluxDuration distance = FluxDuration.parse(every);

        assertThatThrownBy(() -> new Windows(distance)).hasMessageStartingWith("duration used as an interval cannot");
        assertThatThrownBy(() -> new Windows(FluxDuration.parse("1h").negated()))
                .hasMessage("duration used as an interval cannot be negative");
    }

    private static long nanos(String time) {
        return FluxDuration.nanos(Instant.parse(time));
    }
}
