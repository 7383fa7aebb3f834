package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FireTimesTest {

    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:30Z");

    /** The clock on the wall, with the offset where it tells two times apart. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Plain days             | 0 3 * * *       | Europe/Rome      | 2026-06-01T04:00 | 06-02T03:00 06-03T03:00 06-04T03:00",
                "Spring, time skipped   | 30 2 * * *      | Europe/Rome      | 2026-03-28T00:00 | 03-28T02:30 03-29T03:00 03-30T02:30",
                "Spring, 6 fields       | 0 30 2 * * *    | America/New_York | 2026-03-07T12:00 | 03-08T03:00 03-09T02:30 03-10T02:30",
                "Spring, several once   | */20 2 * * *    | Europe/Rome      | 2026-03-29T00:00 | 03-29T03:00 03-30T02:00 03-30T02:20",
                "Spring, gap and after  | 0,30 2,3 * * *  | Europe/Rome      | 2026-03-29T00:00 | 03-29T03:00 03-29T03:30 03-30T02:00",
                "Spring, hourly pace    | 30 * * * *      | Europe/Rome      | 2026-03-29T01:00 | 03-29T01:30 03-29T03:30 03-29T04:30",
                "Spring, not that day   | 30 2 * * 1      | Europe/Rome      | 2026-03-28T00:00 | 03-30T02:30 04-06T02:30 04-13T02:30",
                "Autumn, twice is once  | 30 2 * * *      | Europe/Rome      | 2026-10-24T12:00 | 10-25T02:30+2 10-26T02:30+1 10-27T02:30+1",
                "Autumn, 6 fields       | 15 30 1 * * *   | America/New_York | 2026-10-31T12:00 | 11-01T01:30:15-4 11-02T01:30:15-5 11-03T01:30:15-5",
                "Autumn, hourly pace    | 30 * * * *      | Europe/Rome      | 2026-10-25T01:00 | 10-25T01:30+2 10-25T02:30+2 10-25T02:30+1",
                "Autumn, seconds go on  | */30 59 * * * * | America/New_York | 2026-11-01T01:00 | 11-01T01:59-4 11-01T01:59:30-4 11-01T01:59-5",
                "Midnight skipped       | 0 0 * * *       | Africa/Cairo     | 2026-04-23T12:00 | 04-24T01:00 04-25T00:00 04-26T00:00",
                "Half an hour's change  | 45 1 * * *      | Australia/Lord_Howe | 2026-04-04T12:00 | 04-05T01:45+11 04-06T01:45+10:30 04-07T01:45+10:30",
                "Leap day               | 0 0 29 2 *      | UTC              | 2026-01-01T00:00 | 2028-02-29T00:00 2032-02-29T00:00 2036-02-29T00:00",
                "Either day             | 0 0 13 * 5      | UTC              | 2026-11-07T00:00 | 11-13T00:00 11-20T00:00 11-27T00:00"
            })
    void followTheClockOnTheWallOrThePace(String why, String cron, String zone, String from, String expected) {
        // Given
        ZoneId id = ZoneId.of(zone);
        FireTimes times = times("alarm", "'cron':'" + cron + "','timezone':'" + zone + "'");

        // When
        List<Instant> next = times.after(LocalDateTime.parse(from).atZone(id).toInstant(), 3);

        // Then
        String year = from.substring(0, 5);
        assertThat(next)
                .as(why)
                .containsExactlyElementsOf(Stream.of(expected.split(" "))
                        .map(text -> instant(text.length() > 15 && text.startsWith("20") ? text : year + text, id))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Rome, 2026-03-27T00:00:00Z",
        "America/New_York, 2026-10-30T00:00:00Z",
        "UTC, 2026-02-27T00:00:00Z"
    })
    void everyMinuteIsEveryMinuteWhateverTheClocksDo(String zone, Instant from) {
        FireTimes times = times("alarm", "'cron':'* * * * *','timezone':'" + zone + "'");

        List<Instant> next = times.after(from, 5 * 24 * 60);

        assertThat(next)
                .containsExactlyElementsOf(Stream.iterate(from.plusSeconds(60), at -> at.plusSeconds(60))
                        .limit(5 * 24 * 60)
                        .toList());
    }

    @Test
    void anIntervalCountsFromItsStartDateOrFromWhenItWasMade() {
        assertThat(times("interval", "'minutes':7").after(Instant.parse("2026-01-01T00:20:00Z"), 2))
                .containsExactly(Instant.parse("2026-01-01T00:21:30Z"), Instant.parse("2026-01-01T00:28:30Z"));
        assertThat(times("interval", "'minutes':60,'startDate':'2026-01-05T00:10:00Z'")
                        .after(SINCE, 2))
                .containsExactly(Instant.parse("2026-01-05T00:10:00Z"), Instant.parse("2026-01-05T01:10:00Z"));
    }

    @Test
    void startAndStopAreIncluded() {
        assertThat(times(
                                "alarm",
                                "'cron':'0 * * * *','startDate':'2026-01-05T03:00:00Z','stopDate':'2026-01-05T05:00:00Z'")
                        .after(SINCE, 10))
                .containsExactly(
                        Instant.parse("2026-01-05T03:00:00Z"),
                        Instant.parse("2026-01-05T04:00:00Z"),
                        Instant.parse("2026-01-05T05:00:00Z"));
    }

    @Test
    void excludedDaysAreThoseOfTheTimezone() {
        FireTimes times =
                times("alarm", "'cron':'0 0,12 * * *','timezone':'Asia/Tokyo','exclude':['2026-01-03','weekends']");

        assertThat(times.after(Instant.parse("2026-01-01T12:00:00Z"), 4))
                .containsExactly(
                        Instant.parse("2026-01-01T15:00:00Z"),
                        Instant.parse("2026-01-02T03:00:00Z"),
                        Instant.parse("2026-01-04T15:00:00Z"),
                        Instant.parse("2026-01-05T03:00:00Z"));
    }

    @Test
    void whatNeverComesIsFoundOut() {
        assertThat(times("alarm", "'cron':'0 0 30 2 *'").after(SINCE)).isEmpty();
        assertThat(times("alarm", "'cron':'0 0 * * 0','exclude':['weekends']").after(SINCE))
                .isEmpty();
        assertThat(times("once", "'date':'2026-01-01T00:00:30Z'").after(SINCE)).isEmpty();
    }

    private static Instant instant(String text, ZoneId zone) {
        int sign = Math.max(text.indexOf('+', 11), text.indexOf('-', 11));
        LocalDateTime local = LocalDateTime.parse(sign < 0 ? text : text.substring(0, sign));
        return sign < 0 ? local.atZone(zone).toInstant() : local.toInstant(ZoneOffset.of(text.substring(sign)));
    }

    private static FireTimes times(String kind, String fields) {
        AlarmSpec spec = AlarmSpec.of(
                kind, JsonObject.parse("{" + fields.replace('\'', '"') + "}").copy());
        return FireTimes.of(spec, OptionalInt.empty(), SINCE);
    }
}
