package io.fogwhisk.feed.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlarmSpecTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                    | alarms trigger feed is missing the cron parameter",
                "{\"cron\":\"x\"}                                      | cron pattern 'x' is not valid",
                "{\"cron\":\"* * * * *\",\"timezone\":\"Mars\"}        | Invalid timezone.",
                "{\"cron\":\"* * * * *\",\"startDate\":\"soon\"}       | startDate parameter 'soon' is not a valid Date",
                "{\"cron\":\"* * * * *\",\"stopDate\":\"2030-13-01\"}  | stopDate parameter '2030-13-01' is not a valid Date",
                "{\"cron\":\"* * * * *\",\"maxTriggers\":3}            | maxTriggers is not supported: give a stopDate",
                "{\"cron\":\"* * * * *\",\"startDate\":\"2030-01-02\",\"stopDate\":\"2030-01-01\"} "
                        + "| stopDate parameter '2030-01-01T00:00:00Z' must be greater than the startDate parameter"
                        + " '2030-01-02T00:00:00Z'"
            })
    void saysWhatIsWrongInTheWordsOfTheAlarmsPackage(String json, String message) {
        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> AlarmSpec.of(JsonObject.parse(json).copy()))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1}   | {\"a\":1}",
                "\"text\"    | {\"payload\":\"text\"}",
                "[1]         | {\"payload\":[1]}",
                "null        | {}"
            })
    void keepsAPayloadThatIsAnObjectAndWrapsOthers(String given, String payload) {
        AlarmSpec spec = AlarmSpec.of(JsonObject.parse("{\"cron\":\"* * * * *\",\"trigger_payload\":" + given + "}")
                .copy());

        assertThat(spec.payload().text()).isEqualTo(payload);
    }

    @ParameterizedTest
    @CsvSource({
        "1900000000000, 2030-03-17T17:46:40Z",
        "'\"2030-01-02T03:04:05Z\"', 2030-01-02T03:04:05Z",
        "'\"2030-01-02T03:04:05+02:00\"', 2030-01-02T01:04:05Z",
        "'\"2030-01-02T03:04:05\"', 2030-01-02T03:04:05Z",
        "'\"2030-01-02\"', 2030-01-02T00:00:00Z"
    })
    void readsDatesAsMillisecondsOrIso(String given, String date) {
        AlarmSpec spec = AlarmSpec.of(JsonObject.parse("{\"cron\":\"* * * * *\",\"stopDate\":" + given + "}")
                .copy());

        assertThat(spec.stopDate()).contains(Instant.parse(date));
    }

    @Test
    void isTheSameAfterItWasStored() {
        AlarmSpec spec = AlarmSpec.of(
                JsonObject.parse("{\"cron\":\"0 8 * * 1-5\",\"timezone\":\"Europe/Rome\",\"trigger_payload\":{\"a\":1},"
                                + "\"startDate\":\"2030-01-02T03:04:05Z\",\"stopDate\":\"2031-01-02T03:04:05Z\"}")
                        .copy());

        assertThat(FeedSpec.of("alarm", spec.toJson())).isEqualTo(spec);
        assertThat(spec.timezone()).isEqualTo(ZoneId.of("Europe/Rome"));
    }

    @Test
    void meansUtcUnlessToldOtherwise() {
        AlarmSpec spec =
                AlarmSpec.of(JsonObject.parse("{\"cron\":\"* * * * *\"}").copy());

        assertThat(spec.timezone()).isEqualTo(ZoneOffset.UTC);
        assertThat(spec.payload()).isEqualTo(JsonObject.empty());
    }
}
