package io.fogwhisk.aggregate.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.aggregate.AggregateException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
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
    @ValueSource(strings = {"", "s", "5", "-5s", "5 s", "1.5h", "5w", "99999999999999s", "5S", "٣s", "4000d"})
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
