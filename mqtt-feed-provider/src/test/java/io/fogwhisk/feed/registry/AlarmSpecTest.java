package io.fogwhisk.feed.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlarmSpecTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "alarm    | {}                                          | alarms trigger feed is missing the cron parameter",
                "alarm    | {'cron':''}                                 | alarms trigger feed is missing the cron parameter",
                "alarm    | {'cron':'x'}                                | cron pattern 'x' is not valid",
                "alarm    | {'cron':'* * * * *','timezone':'Mars'}      | Invalid timezone.",
                "alarm    | {'cron':'* * * * *','startDate':'soon'}     | startDate parameter 'soon' is not a valid Date",
                "alarm    | {'cron':'* * * * *','stopDate':'2030-13-01'}"
                        + "| stopDate parameter '2030-13-01' is not a valid Date",
                "alarm    | {'cron':'* * * * *','startDate':'2030-01-02','stopDate':'2030-01-01'}"
                        + "| stopDate parameter '2030-01-01' must be greater than the startDate parameter '2030-01-02'",
                "alarm    | {'cron':'* * * * *','maxTriggers':3,'stopDate':'2030-01-01'}"
                        + "| maxTriggers is not allowed when the stopDate parameter is specified",
                "alarm    | {'cron':'* * * * *','maxTriggers':0}        | maxTriggers must be -1 (no limit) or at least 1, was 0",
                "alarm    | {'cron':'* * * * *','misfire':'maybe'}      | misfire must be skip, once or all, was 'maybe'",
                "alarm    | {'cron':'* * * * *','jitter':4000}          | jitter must be 0 to 3600, was 4000",
                "alarm    | {'cron':'* * * * *','exclude':['xmas']}"
                        + "| exclude must be days such as 2026-12-25, 2026-12-24/2026-12-31 or weekends, was 'xmas'",
                "alarm    | {'cron':'* * * * *','exclude':['2026-12-31/2026-12-24']}"
                        + "| exclude: the last day 2026-12-24 is before the first day 2026-12-31",
                "interval | {}                                          | interval trigger feed is missing the minutes parameter",
                "interval | {'minutes':'often'}                         | the minutes parameter must be an integer",
                "interval | {'minutes':1.5}                             | the minutes parameter must be an integer",
                "interval | {'minutes':0}                               | the minutes parameter must be an integer greater than zero",
                "interval | {'minutes':1,'maxTriggers':3}"
                        + "| maxTriggers is not supported for the interval trigger feed",
                "once     | {}                                          | alarms once trigger feed is missing the date parameter",
                "once     | {'date':'tomorrow'}                         | date parameter 'tomorrow' is not a valid Date",
                "once     | {'date':'+275761-01-01'}                    | date parameter '+275761-01-01' is not a valid Date",
                "alarm    | {'cron':'* * * * *','startDate':'+999999999-12-31'}"
                        + "| startDate parameter '+999999999-12-31' is not a valid Date",
                "once     | {'date':'2030-01-01','deleteAfterFire':{}}"
                        + "| deleteAfterFire parameter must be one of [false, true, rules].",
                "once     | {'date':'2030-01-01','deleteAfterFire':'maybe'}"
                        + "| deleteAfterFire parameter must be one of [false, true, rules]."
            })
    void saysWhatIsWrongInTheWordsOfTheAlarmsPackage(String kind, String json, String message) {
        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> spec(kind, json))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "alarm    | {'cron':'* * * * *','startDate':'2029-12-31'} | startDate parameter '2029-12-31' must be in the future",
                "interval | {'minutes':5,'stopDate':1262304000000} | stopDate parameter '1262304000000' must be in the future",
                "once     | {'date':'2029-12-31T23:59:59Z'} | date parameter '2029-12-31T23:59:59Z' must be in the future"
            })
    void datesMustLieAheadWhenTheyAreGiven(String kind, String json, String message) {
        AlarmSpec spec = spec(kind, json);
        Instant now = Instant.parse("2030-01-01T00:00:00Z");

        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> spec.checkAhead(now, date -> true))
                .withMessage(message);
        spec.checkAhead(now, date -> false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1}          | {\"a\":1}",
                "\"text\"           | {\"payload\":\"text\"}",
                "\"{\\\"a\\\":1}\"  | {\"payload\":\"{\\\"a\\\":1}\"}",
                "[1]                | {\"payload\":[1]}",
                "null               | {}"
            })
    void keepsAPayloadThatIsAnObjectAndWrapsOthers(String given, String payload) {
        AlarmSpec spec = AlarmSpec.of(
                "alarm",
                JsonObject.parse("{\"cron\":\"* * * * *\",\"trigger_payload\":" + given + "}")
                        .copy());

        assertThat(spec.payload().text()).isEqualTo(payload);
    }

    @ParameterizedTest
    @CsvSource({
        "1900000000000, 2030-03-17T17:46:40Z",
        "'\"1900000000000\"', 2030-03-17T17:46:40Z",
        "'\"2030-01-02T03:04:05Z\"', 2030-01-02T03:04:05Z",
        "'\"2030-01-02T03:04:05.678Z\"', 2030-01-02T03:04:05.678Z",
        "'\"2030-01-02T03:04:05+02:00\"', 2030-01-02T01:04:05Z",
        "'\"2030-01-02T03:04:05\"', 2030-01-02T03:04:05Z",
        "'\"2030-01-02\"', 2030-01-02T00:00:00Z"
    })
    void readsDatesAsMillisecondsOrIso(String given, String date) {
        AlarmSpec spec = AlarmSpec.of(
                "once", JsonObject.parse("{\"date\":" + given + "}").copy());

        assertThat(((OnceSpec) spec).date().at()).isEqualTo(Instant.parse(date));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "alarm    | {'cron':'0 8 * * 1-5','timezone':'Europe/Rome','trigger_payload':{'a':1},'strict':true,"
                        + "'startDate':'2030-01-02T03:04:05Z','stopDate':1999999999999}",
                "alarm    | {'cron':'0 8 * * 1-5','maxTriggers':'3','misfire':'all','jitter':'7','time':'true',"
                        + "'exclude':['weekends','2026-12-24/2026-12-31']}",
                "interval | {'minutes':'15','startDate':'2030-01-02'}",
                "once     | {'date':'2030-01-02T03:04:05','deleteAfterFire':'rules'}",
                "once     | {'date':1900000000000,'deleteAfterFire':true}"
            })
    void isTheSameAfterItWasStored(String kind, String json) {
        AlarmSpec spec = spec(kind, json);

        assertThat(FeedSpec.of(kind, JsonObject.adopt(spec.toJson()).copy())).isEqualTo(spec);
    }

    @Test
    void saysNothingMoreThanTheAlarmsPackageUnlessTold() {
        AlarmSpec spec = spec("alarm", "{'cron':'* * * * *'}");

        assertThat(spec.shown().toString()).isEqualTo("{\"cron\":\"* * * * *\",\"timezone\":\"UTC\",\"payload\":{}}");
        assertThat(spec.options().misfire()).isEqualTo(Misfire.SKIP);
    }

    @ParameterizedTest
    @CsvSource({"europe/rome, Europe/Rome", "EST, -05:00", "US/Eastern, US/Eastern"})
    void knowsTimezonesAsTheAlarmsPackageDoes(String given, String zone) {
        AlarmSpec spec = spec("alarm", "{'cron':'* * * * *','timezone':'" + given + "'}");

        assertThat(spec.options().timezone()).isEqualTo(ZoneId.of(zone));
    }

    @Test
    void anUpdateReplacesWhatItNamesAndTakesNullsAway() {
        AlarmSpec spec = spec("alarm", "{'cron':'* * * * *','stopDate':'2030-01-02','trigger_payload':{'a':1}}");

        AlarmSpec updated = spec.with(JsonObject.parse("{\"cron\":\"0 * * * *\",\"stopDate\":null,\"other\":1}")
                .copy());

        assertThat(updated).isEqualTo(spec("alarm", "{'cron':'0 * * * *','trigger_payload':{'a':1}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'minutes':5}", "{'name':'x'}"})
    void anUpdateOfNothingThatMayChangeIsRefused(String given) {
        AlarmSpec spec = spec("alarm", "{'cron':'* * * * *'}");

        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() ->
                        spec.with(JsonObject.parse(given.replace('\'', '"')).copy()))
                .withMessage("no updatable parameters were specified");
    }

    @Test
    void anUpdatedStartMustLieBeforeTheStop() {
        AlarmSpec spec = spec("interval", "{'minutes':5,'stopDate':'2030-01-02'}");

        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> spec.with(
                        JsonObject.parse("{\"startDate\":\"2030-01-03\"}").copy()))
                .withMessage("startDate parameter '2030-01-03' must be less than the stopDate parameter '2030-01-02'");
    }

    @Test
    void excludesDaysRangesAndWeekends() {
        ExcludedDays days = spec(
                        "alarm", "{'cron':'* * * * *','exclude':['2026-12-25','2026-12-29/2026-12-31','weekends']}")
                .options()
                .exclude();

        assertThat(LocalDate.of(2026, 12, 24)
                        .datesUntil(LocalDate.of(2027, 1, 2))
                        .filter(day -> !days.contains(day)))
                .containsExactly(LocalDate.of(2026, 12, 24), LocalDate.of(2026, 12, 28), LocalDate.of(2027, 1, 1));
    }

    private static AlarmSpec spec(String kind, String json) {
        // Messages hold apostrophes, so that the parameters are written with them as well.
        return AlarmSpec.of(kind, JsonObject.parse(json.replace('\'', '"')).copy());
    }
}
