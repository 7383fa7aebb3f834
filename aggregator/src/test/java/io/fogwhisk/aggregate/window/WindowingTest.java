package io.fogwhisk.aggregate.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.aggregate.AggregateException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowingTest {

    @ParameterizedTest
    @CsvSource({
        "5s,  2026-03-01T10:00:07.5Z, 2026-03-01T10:00:05Z, 2026-03-01T10:00:10Z",
        "30m, 2026-03-01T23:59:59.999Z, 2026-03-01T23:30:00Z, 2026-03-02T00:00:00Z",
        "30m, 2026-03-02T00:00:00Z, 2026-03-02T00:00:00Z, 2026-03-02T00:30:00Z",
        "1h,  1969-12-31T23:10:00Z, 1969-12-31T23:00:00Z, 1970-01-01T00:00:00Z",
        "1d,  2026-03-01T10:00:00Z, 2026-03-01T00:00:00Z, 2026-03-02T00:00:00Z",
        "24h, 2026-03-01T10:00:00Z, 2026-03-01T00:00:00Z, 2026-03-02T00:00:00Z"
    })
    void alignsWindowsInUtc(String size, Instant time, Instant start, Instant stop) {
        assertThat(windowing(size, ZoneOffset.UTC).windowAt(time)).isEqualTo(new Window(start, stop));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z, 23",
        "2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z, 25",
        "2026-07-01T22:30:00Z, 2026-07-01T22:00:00Z, 2026-07-02T22:00:00Z, 24"
    })
    void countsTheHoursOfADayInRomeAsTheClockOnTheWallDoes(Instant time, Instant start, Instant stop, int hours) {
        // When
        Window day = windowing("1d", ZoneId.of("Europe/Rome")).windowAt(time);

        // Then
        assertThat(day).isEqualTo(new Window(start, stop));
        assertThat(Duration.between(day.start(), day.stop())).hasHours(hours);
    }

    @ParameterizedTest
    @CsvSource({
        // Clocks go back at 01:00 UTC: the hour from two to three comes twice, and six hours of the wall's clock are
        // seven.
        "1h,  0s, Europe/Rome,  2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "1h,  0s, Europe/Rome,  2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        "6h,  0s, Europe/Rome,  2026-10-25T04:30:00Z, 2026-10-24T22:00:00Z, 2026-10-25T05:00:00Z",
        "6h,  0s, Europe/Rome,  2026-10-25T05:00:00Z, 2026-10-25T05:00:00Z, 2026-10-25T11:00:00Z",
        // Clocks go forward at 01:00 UTC.
        "1h,  0s, Europe/Rome,  2026-03-29T01:00:00Z, 2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z",
        "6h,  0s, Europe/Rome,  2026-03-29T03:59:00Z, 2026-03-28T23:00:00Z, 2026-03-29T04:00:00Z",
        // Half an hour at Lord Howe.
        "1h,  0s, Australia/Lord_Howe, 2026-04-04T15:10:00Z, 2026-04-04T14:00:00Z, 2026-04-04T15:30:00Z",
        "30m, 0s, Australia/Lord_Howe, 2026-04-04T15:10:00Z, 2026-04-04T15:00:00Z, 2026-04-04T15:30:00Z",
        // Midnight does not exist, or exists twice.
        "1d,  0s, Africa/Cairo, 2026-04-23T22:00:00Z, 2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z",
        "1d,  0s, America/Havana, 2026-11-01T04:30:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
        "1h,  0s, Asia/Kolkata, 2026-03-01T10:10:00Z, 2026-03-01T09:30:00Z, 2026-03-01T10:30:00Z",
        "1w,  0s, UTC,          2026-03-01T10:00:00Z, 2026-02-23T00:00:00Z, 2026-03-02T00:00:00Z",
        "1mo, 0s, Europe/Rome,  2026-03-01T10:00:00Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z",
        "3mo, 0s, UTC,          2026-03-01T10:00:00Z, 2026-01-01T00:00:00Z, 2026-04-01T00:00:00Z",
        "1y,  0s, UTC,          2026-03-01T10:00:00Z, 2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "1d,  6h, Europe/Rome,  2026-03-29T03:00:00Z, 2026-03-28T05:00:00Z, 2026-03-29T04:00:00Z",
        "1h,  15m, UTC,         2026-03-01T10:10:00Z, 2026-03-01T09:15:00Z, 2026-03-01T10:15:00Z",
        "1mo, 6h, UTC,          2026-03-01T05:59:59Z, 2026-02-01T06:00:00Z, 2026-03-01T06:00:00Z"
    })
    void cutsTimeAsTheClockOnTheWallDoes(
            String size, String offset, ZoneId zone, Instant time, Instant start, Instant stop) {
        // When
        Window window = new Windowing(
                        Span.parse("window", size),
                        zone,
                        Span.parse("offset", offset).length())
                .windowAt(time);

        // Then
        assertThat(window).isEqualTo(new Window(start, stop));
    }

    @Test
    void leavesNoGapAndNoOverlapWhateverTheZone() {
        // Given
        Random random = new Random(7);
        List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
        List<String> sizes = List.of("7s", "90s", "7m", "40m", "1h", "5h", "12h", "1d", "3d", "1w", "1mo", "5mo", "1y");
        for (int i = 0; i < 3_000; i++) {
            ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            String size = sizes.get(random.nextInt(sizes.size()));
            Instant time = nearAChange(zone, random);

            // When
            Windowing windowing = windowing(size, zone);
            Window window = windowing.windowAt(time);

            // Then
            assertThat(window.start()).as("%s %s %s", zone, size, time).isBeforeOrEqualTo(time);
            assertThat(window.stop()).isAfter(time);
            assertThat(windowing.windowAt(window.start())).isEqualTo(window);
            assertThat(windowing.windowAt(window.stop().minusNanos(1))).isEqualTo(window);
            assertThat(windowing.windowAt(window.stop()).start()).isEqualTo(window.stop());
        }
    }

    private static Instant nearAChange(ZoneId zone, Random random) {
        Instant time = Instant.ofEpochSecond(random.nextLong(0, 4_000_000_000L));
        ZoneOffsetTransition change = zone.getRules().nextTransition(time);
        return change == null ? time : change.getInstant().plusSeconds(random.nextInt(-14_400, 14_400));
    }

    @Test
    void putsWindowsOfOneLengthTogether() {
        // Given: the week in which clocks change
        List<Window> days = windowing("1d", ZoneId.of("Europe/Rome"))
                .endedBetween(Instant.parse("2026-03-26T23:00:00Z"), Instant.parse("2026-04-01T22:00:00Z"), 100);

        // When
        List<Stretch> stretches = Stretch.of(days);

        // Then
        assertThat(stretches).extracting(each -> each.windows().size()).containsExactly(2, 1, 3);
        assertThat(stretches)
                .extracting(Stretch::offset)
                .containsExactly(Duration.ofHours(23), Duration.ofHours(1), Duration.ofHours(22));
    }

    @Test
    void refusesAnOffsetAsLongAsTheWindow() {
        assertThatThrownBy(() -> new Windowing(Span.parse("window", "1h"), ZoneOffset.UTC, Duration.ofHours(1)))
                .hasMessageContaining("offset must be shorter than the window");
    }

    @Test
    void listsTheWindowsThatEndedInAnInterval() {
        // When
        var windows = windowing("1h", ZoneOffset.UTC)
                .endedBetween(Instant.parse("2026-03-01T10:00:00Z"), Instant.parse("2026-03-01T12:59:59Z"), 100);

        // Then
        assertThat(windows)
                .extracting(Window::stop)
                .containsExactly(Instant.parse("2026-03-01T11:00:00Z"), Instant.parse("2026-03-01T12:00:00Z"));
    }

    @Test
    void listsAWindowAsCompleteAtTheMomentItEnds() {
        // Given
        Windowing windowing = windowing("1h", ZoneOffset.UTC);
        Instant end = Instant.parse("2026-03-01T11:00:00Z");

        // Then
        assertThat(windowing.endedBetween(end.minusSeconds(60), end, 9)).hasSize(1);
        assertThat(windowing.endedBetween(end.minusSeconds(60), end.minusMillis(1), 9))
                .isEmpty();
        assertThat(windowing.endedBetween(end, end, 9)).isEmpty();
    }

    @Test
    void listsTheOldestFirstUpToTheLimit() {
        // When
        var windows =
                windowing("5s", ZoneOffset.UTC).endedBetween(Instant.EPOCH, Instant.parse("2026-03-01T00:00:00Z"), 3);

        // Then
        assertThat(windows).hasSize(3);
        assertThat(windows.get(0).start()).isEqualTo(Instant.EPOCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "5", "-5s", "5 s", "1.5h", "5mm", "99999999999999s", "5S", "٣s", "4000d"})
    void refusesASpanOfAnotherForm(String text) {
        assertThatThrownBy(() -> Span.parse("window", text)).isInstanceOf(AggregateException.class);
    }

    @Test
    void refusesAWindowWithoutLength() {
        assertThatThrownBy(() -> windowing("0s", ZoneOffset.UTC)).hasMessageContaining("longer than 0");
    }

    @Test
    void writesASpanAsItWasRead() {
        assertThat(Span.parse("window", "30m")).hasToString("30m");
    }

    private static Windowing windowing(String size, ZoneId zone) {
        return new Windowing(Span.parse("window", size), zone);
    }
}
