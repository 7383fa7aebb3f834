package io.fogwhisk.aggregate.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.wsk.model.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTest {

    private static final long ACCEPTED = 1_795_167_437_363_000_001L;

    @Test
    void readsTheBoardsReadingFromTheBodysText() {
        // When
        Message message = body("{\"humidity\":41,\"temperature\":22.5,\"gas_perc\":7,"
                + "\"device_fingerprint\":1234567,\"datacenter_id\":1}");

        // Then
        assertThat(lines(message))
                .isEqualTo("humidity,datacenter_id=1,device_fingerprint=1234567 value=41 " + ACCEPTED
                        + "\ntemperature,datacenter_id=1,device_fingerprint=1234567 value=22.5 " + ACCEPTED
                        + "\ngas_perc,datacenter_id=1,device_fingerprint=1234567 value=7 " + ACCEPTED);
    }

    @Test
    void readsABodyThatIsAnObject() {
        // When
        Message message = Message.read(
                JsonObject.parse("{\"type\":\"message\",\"topic\":\"t\","
                        + "\"body\":{\"t\":1,\"device_fingerprint\":2,\"datacenter_id\":3}}"),
                ACCEPTED);

        // Then
        assertThat(lines(message)).isEqualTo("t,datacenter_id=3,device_fingerprint=2 value=1 " + ACCEPTED);
    }

    @Test
    void readsAReadingThatIsTheParametersThemselvesWithoutTheDatabasesSettings() {
        // When
        Message message = Message.read(
                JsonObject.parse("{\"influx_url\":\"http://x\",\"influx_token\":\"secret\",\"influx_org\":\"o\","
                        + "\"influx_bucket\":\"b\",\"central_token\":\"secret\",\"local_token\":\"secret\","
                        + "\"window\":\"1h\",\"t\":1,\"device_fingerprint\":2,\"datacenter_id\":3}"),
                ACCEPTED);

        // Then
        assertThat(((Message.Good) message).payload()).doesNotContain("secret");
        assertThat(lines(message)).isEqualTo("t,datacenter_id=3,device_fingerprint=2 value=1 " + ACCEPTED);
    }

    @Test
    void takesANumberForAMeasurementWhateverItsName() {
        // When
        Message message = Message.read(
                JsonObject.parse("{\"window\":true,\"local_t\":1,\"device_fingerprint\":2,\"datacenter_id\":3}"),
                ACCEPTED);

        // Then
        assertThat(((Message.Good) message).reading().values()).containsOnlyKeys("window", "local_t");
    }

    @Test
    void takesTheSensorsTimestampAsMillisecondsAndNotAsAMeasurement() {
        // When
        Message message = reading("\"t\":1,\"timestamp\":1700000000123");

        // Then
        assertThat(lines(message)).isEqualTo("t,datacenter_id=1,device_fingerprint=2 value=1 1700000000123000000");
    }

    @Test
    void ignoresWordsAboutTheConnection() {
        Message message = Message.read(JsonObject.parse("{\"type\":\"status\",\"body\":\"connected\"}"), ACCEPTED);
        assertThat(message).isEqualTo(new Message.Status());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "on":true                   | on    | 1
                    "on":false                  | on    | 0
                    "t":-0.5                    | t     | -0.5
                    "t":1e3                     | t     | 1000
                    "t":123456789012345678901   | t     | 1.2345678901234568E20
                    "a b":1                     | a\\ b | 1
                    "t,x":1                     | t\\,x | 1
                    "temp°C \\u0022x":1          | temp°C\\ "x | 1
                    """)
    void storesNumbersAndBooleansAsFloats(String fields, String measurement, String value) {
        // When
        Message message = reading(fields);

        // Then
        assertThat(lines(message))
                .isEqualTo(measurement + ",datacenter_id=1,device_fingerprint=2 value=" + value + " " + ACCEPTED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "t":"NaN"        | key t must be a number or a boolean, was of type string
                    "t":"22.5"       | key t must be a number or a boolean, was of type string
                    "t":null         | key t must be a number or a boolean, was of type null
                    "t":{"x":1}      | key t must be a number or a boolean, was of type object
                    "t":[1]          | key t must be a number or a boolean, was of type array
                    "t":1e400        | key t is out of the range of a float
                    "t":1e999999999  | key t is out of the range of a float
                    "":1             | key  is empty
                    "#t":1           | key #t starts with #
                    "t\\u000a":1     | has a control character
                    """)
    void keepsTheGoodKeysOfAReadingAndNamesTheBadOne(String field, String fault) {
        // When
        Message message = reading(field + ",\"humidity\":41");

        // Then
        assertThat(((Message.Good) message).faults()).singleElement().asString().contains(fault);
        assertThat(((Message.Good) message).reading().values()).containsOnlyKeys("humidity");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    not json                                                       | not JSON
                    `{"t":NaN,"datacenter_id":1,"device_fingerprint":2}`           | not JSON
                    `{"t":1e99999999999,"datacenter_id":1,"device_fingerprint":2}` | not JSON
                    `{"t":1} x`                                                    | not JSON
                    ` `                                                            | JSON object expected
                    42                                                             | JSON object expected
                    `[{"t":1}]`                                                    | JSON object expected
                    `{"t":1,"device_fingerprint":2}`                               | datacenter_id is missing
                    `{"t":1,"datacenter_id":1}`                                    | device_fingerprint is missing
                    `{"t":1,"datacenter_id":null,"device_fingerprint":2}`          | datacenter_id must be a whole number or a text
                    `{"t":1,"datacenter_id":1.5,"device_fingerprint":2}`           | datacenter_id must be a whole number or a text
                    `{"t":1,"datacenter_id":1e999999999,"device_fingerprint":2}`   | datacenter_id must be a whole number or a text
                    `{"t":1,"datacenter_id":"","device_fingerprint":2}`            | datacenter_id is empty
                    `{"t":1,"datacenter_id":"a\\\\","device_fingerprint":2}`       | datacenter_id has a backslash
                    `{"datacenter_id":1,"device_fingerprint":2}`                   | the reading has no measurement
                    `{"t":"x","datacenter_id":1,"device_fingerprint":2}`           | key t must be a number
                    """)
    void saysWhyABodyIsNotAReading(String body, String reason) {
        // When
        Message message = body(body);

        // Then
        assertThat(((Message.Bad) message).reason()).contains(reason);
        assertThat(((Message.Bad) message).payload()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "1700000000", "1700000000000000000", "1700000000000.5", "'\"1700000000000\"'", "null"})
    void refusesATimestampThatIsNotEpochMilliseconds(String timestamp) {
        // When
        Message message = reading("\"t\":1,\"timestamp\":" + timestamp);

        // Then
        assertThat(((Message.Bad) message).reason()).contains("timestamp must be", "milliseconds");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "rome dc 1"   | rome\\ dc\\ 1
                    "a,b=c"       | a\\,b\\=c
                    "東京 \\"x\\"" | `東京\\ "x"`
                    4294967295    | 4294967295
                    1.0           | 1
                    """)
    void takesAnyTextOrWholeNumberAsAnId(String json, String tag) {
        // When
        Message message = body("{\"t\":1,\"datacenter_id\":" + json + ",\"device_fingerprint\":2}");

        // Then
        assertThat(lines(message)).startsWith("t,datacenter_id=" + tag + ",device_fingerprint=2 value=1 ");
    }

    @Test
    void refusesParametersWithoutAReading() {
        Message message = Message.read(JsonObject.parse("{\"influx_url\":\"http://x\"}"), ACCEPTED);
        assertThat(((Message.Bad) message).reason()).contains("no body");
    }

    private static Message reading(String fields) {
        return body("{" + fields + ",\"datacenter_id\":1,\"device_fingerprint\":2}");
    }

    private static Message body(String text) {
        return Message.read(
                JsonObject.adopt(JsonNodeFactory.instance
                        .objectNode()
                        .put("type", "message")
                        .put("body", text)),
                ACCEPTED);
    }

    private static String lines(Message message) {
        assertThat(message).isInstanceOf(Message.Good.class);
        assertThat(((Message.Good) message).faults()).isEmpty();
        return ((Message.Good) message).reading().points().lines();
    }
}
