package io.fogwhisk.aggregate.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.wsk.model.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadingRulesTest {

    private static final long ACCEPTED = 1_795_167_437_363_000_001L;
    private static final String IDS = "\"datacenter_id\":1,\"device_fingerprint\":2";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"layout":"fields","measurement":"air"}                  | "t":21.5,"on":true                 | air,datacenter_id=1,device_fingerprint=2 t=21.5,on=1 A
                    {"layout":"fields","measurement":"air","fields":["t"]}   | "t":21.5,"on":true                 | air,datacenter_id=1,device_fingerprint=2 t=21.5 A
                    {"exclude":["rssi"]}                                     | "t":1,"rssi":-70                   | t,datacenter_id=1,device_fingerprint=2 value=1 A
                    {"fields":{"t":"temperature"}}                           | "t":1,"rssi":-70                   | temperature,datacenter_id=1,device_fingerprint=2 value=1 A
                    {"fields":{"n":{"type":"integer"}}}                      | "n":9007199254740993               | n,datacenter_id=1,device_fingerprint=2 value=9007199254740993i A
                    {"fields":{"s":{"type":"string","name":"state"}}}        | "s":"a \\"b\\" \\\\ c"             | state,datacenter_id=1,device_fingerprint=2 string="a \\"b\\" \\\\ c" A
                    {"fields":{"on":{"type":"boolean"}}}                     | "on":1                             | on,datacenter_id=1,device_fingerprint=2 boolean=true A
                    {"layout":"fields","measurement":"air","fields":{"on":{"type":"boolean"}}} | "on":1           | air,datacenter_id=1,device_fingerprint=2 on=true A
                    {"tags":["room"]}                                        | "t":1,"room":"hall 2","exclude":0  | t,room=hall\\ 2 value=1 A;exclude,room=hall\\ 2 value=0 A;datacenter_id,room=hall\\ 2 value=1 A;device_fingerprint,room=hall\\ 2 value=2 A
                    {"tags":{"device_fingerprint":"device"},"exclude":["datacenter_id"]} | "t":1                  | t,device=2 value=1 A
                    {"units":{"t":{"scale":0.5,"offset":-16}}}               | "t":212                            | t,datacenter_id=1,device_fingerprint=2 value=90 A
                    {"flatten":"_"}                                          | "a":{"b":{"c":1},"d":2}            | a_b_c,datacenter_id=1,device_fingerprint=2 value=1 A;a_d,datacenter_id=1,device_fingerprint=2 value=2 A
                    {"timestampKey":"at","timestampUnit":"s"}                | "t":1,"at":1700000000.25           | t,datacenter_id=1,device_fingerprint=2 value=1 1700000000250000000
                    {"timestampKey":"at","timestampUnit":"us"}               | "t":1,"at":1700000000000001        | t,datacenter_id=1,device_fingerprint=2 value=1 1700000000000001000
                    {"timestampUnit":"ns"}                                   | "t":1,"timestamp":1700000000000000001 | t,datacenter_id=1,device_fingerprint=2 value=1 1700000000000000001
                    {"timestampUnit":"rfc3339"}                              | "t":1,"timestamp":"2023-11-14T23:13:20.5+01:00" | t,datacenter_id=1,device_fingerprint=2 value=1 1700000000500000000
                    """)
    void makesPointsOfAReading(String params, String fields, String lines) {
        // When
        Message message = read(params, "{" + fields + "," + IDS + "}");

        // Then
        assertThat(lines(message)).isEqualTo(lines.replace(" A", " " + ACCEPTED).replace(";", "\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "_/datacenter_id/_/room"          | dc/7/room/hall     | t,datacenter_id=7,device_fingerprint=2,room=hall value=1 A
                    "_/datacenter_id/#"               | dc/7/room/hall/x   | t,datacenter_id=7,device_fingerprint=2 value=1 A
                    """)
    void takesTagsFromTheLevelsOfTheTopic(String pattern, String topic, String lines) {
        // When
        Message message = Message.read(
                JsonObject.parse("{\"topic\":\"" + topic + "\",\"body\":{\"t\":1,\"device_fingerprint\":2}}"),
                ReadingRules.of(
                        JsonObject.parse("{\"topicTags\":" + pattern + "}").tree()),
                ACCEPTED);

        // Then
        assertThat(lines(message)).isEqualTo(lines.replace(" A", " " + ACCEPTED));
    }

    @Test
    void takesTheMeasurementFromALevelOfTheTopic() {
        // When
        Message message = Message.read(
                JsonObject.parse("{\"topic\":\"air/7\",\"body\":{\"t\":1,\"device_fingerprint\":2}}"),
                ReadingRules.of(JsonObject.parse("{\"layout\":\"fields\",\"topicTags\":\"measurement/datacenter_id\"}")
                        .tree()),
                ACCEPTED);

        // Then
        assertThat(lines(message)).isEqualTo("air,datacenter_id=7,device_fingerprint=2 t=1 " + ACCEPTED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"topicTags":"_/room"}              | {"t":1}                      | the message has no topic
                    {"tags":["room"]}                   | {"t":1}                      | room is missing
                    {"fields":["t"]}                    | {"u":1}                      | the reading has no measurement
                    {"timestampUnit":"s"}               | {"t":1,"timestamp":1700000000000000} | timestamp must be a number of epoch seconds
                    {"timestampUnit":"rfc3339"}         | {"t":1,"timestamp":"today"}  | timestamp must be a time such as
                    {"fields":{"t":{"type":"integer"}}} | {"t":1e30}                   | key t is out of the range of an integer
                    {"flatten":"."}                     | {"a.b":1,"a":{"b":2}}        | the key a.b twice
                    """)
    void saysWhatIsWrongWithAReading(String params, String reading, String reason) {
        // When
        Message message = read(params, reading.replaceFirst("}$", "," + IDS + "}"));

        // Then
        assertThat(message).isInstanceOf(Message.Bad.class);
        assertThat(((Message.Bad) message).reason()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"layout":"columns"}                              | parameter layout must be one of reference, fields
                    {"layout":"fields"}                               | layout fields needs a measurement
                    {"measurement":"air"}                             | measurement is for the layout fields
                    {"timestampUnit":"minutes"}                       | parameter timestampUnit must be one of s, ms, us, ns, rfc3339
                    {"tags":"room"}                                   | parameter tags must be a list of keys
                    {"tags":{"a":"x","b":"x"}}                        | parameter tags gives one name to several keys
                    {"tags":[""]}                                     | parameter tags has a name that is empty
                    {"fields":{"t":{"type":"text"}}}                  | parameter fields.t.type must be one of float
                    {"fields":{"t":{"kind":"float"}}}                 | parameter fields has an unknown "kind" for t, known are [name, type]
                    {"units":{"t":{"factor":2}}}                      | parameter units has an unknown "factor" for t, known are [scale, offset]
                    {"units":{"t":{"scale":"2"}}}                     | parameter units must hold numbers for t
                    {"topicTags":"a/#/b"}                             | parameter topicTags may have # at its end only
                    {"topicTags":"a/a"}                               | parameter topicTags gives the name a to several levels
                    {"flatten":1}                                     | parameter flatten must be a text
                    """)
    void namesTheParameterThatIsWrong(String params, String error) {
        assertThatThrownBy(() -> ReadingRules.of(JsonObject.parse(params).tree()))
                .isInstanceOf(AggregateException.class)
                .hasMessageContaining(error);
    }

    private static Message read(String params, String body) {
        return Message.read(
                JsonObject.parse("{\"body\":" + body + "}"),
                ReadingRules.of(JsonObject.parse(params).tree()),
                ACCEPTED);
    }

    private static String lines(Message message) {
        assertThat(message).isInstanceOf(Message.Good.class);
        assertThat(((Message.Good) message).faults()).isEmpty();
        return ((Message.Good) message).reading().points().lines();
    }
}
