package io.fogwhisk.feed.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.PayloadFormat;
import io.fogwhisk.feed.trigger.MessagePayload.Refused;
import io.fogwhisk.feed.trigger.MessagePayload.Written;
import io.fogwhisk.wsk.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePayloadTest {

    private static final byte[] NOT_UTF_8 = {'a', (byte) 0xc3, '('};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "{\"temperature\":22.5,\"unit\":\"°C\"}",
                "back\\slash and \"quotes\"",
                "tab\t newline\n return\r bell\u0007 nul\u0000 del\u007f",
                "grüße 日本 😀",
                "\u2028 line separator"
            })
    void holdsThePayloadAsTextThatReadsBackTheSame(String payload) {
        Written written = written(payload, "text", "");

        JsonObject params = JsonObject.parse(written.json());
        assertThat(params.tree().path("type").asText()).isEqualTo("message");
        assertThat(params.tree().path("body").asText()).isEqualTo(payload);
        assertThat(params.tree()).hasSize(2);
        assertThat(written.bytes()).isEqualTo(written.json().getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void refusesBytesThatAreNotUtf8AsTextAndAsJson() {
        for (byte[] payload : new byte[][] {NOT_UTF_8, {(byte) 0xff}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}}) {
            assertThat(refusal(payload, "text")).isEqualTo("not UTF-8: use format base64");
            assertThat(refusal(payload, "json")).isEqualTo("not UTF-8: use format base64");
        }
    }

    @Test
    void writesAnyBytesInBase64() {
        Written written = (Written) MessagePayload.of(message(NOT_UTF_8), format("base64", ""));

        assertThat(written.json()).isEqualTo("{\"type\":\"message\",\"body\":\"YcMo\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"t\": 22.50, \"n\":1e400,\"big\":12345678901234567890123}",
                " [1,2] ",
                "\"text\"",
                "null",
                "-0.0"
            })
    void passesJsonOnAsItCame(String payload) {
        assertThat(written(payload, "json", "").json()).isEqualTo("{\"type\":\"message\",\"body\":" + payload + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{", "{} {}", "plain", "{'a':1}", "[1,]", "\"a\nb\"", "01", "{\"a\":NaN}"})
    void refusesWhatIsNotOneJsonValue(String payload) {
        assertThat(refusal(payload.getBytes(StandardCharsets.UTF_8), "json"))
                .startsWith("not JSON, as format json asks for: ");
    }

    @Test
    void refusesJsonThatIsTooDeepForItsReaders() {
        assertThat(written("[".repeat(900) + "]".repeat(900), "json", "").bytes())
                .isGreaterThan(1_800);
        String deep = "[".repeat(999) + "]".repeat(999);
        assertThat(refusal(deep.getBytes(StandardCharsets.UTF_8), "json")).contains("nesting depth");
    }

    @Test
    void tellsTheDetailsThatAreAskedFor() {
        MessageProperties properties = new MessageProperties(
                List.of(new MessageProperties.Pair("site", "dc-1"), new MessageProperties.Pair("site", "2")),
                Optional.of("text/plain"),
                Optional.of("answers"),
                Optional.of(new byte[] {1, 2}),
                OptionalLong.of(60));
        Message message = new Message("dc/\"1\"", "x".getBytes(StandardCharsets.UTF_8), 2, true, properties, 1234);

        Written all = (Written) MessagePayload.of(message, format("text", "all"));

        assertThat(all.json())
                .isEqualTo("{\"type\":\"message\",\"body\":\"x\",\"topic\":\"dc/\\\"1\\\"\",\"qos\":2,\"retain\":true,"
                        + "\"properties\":{\"user\":[{\"name\":\"site\",\"value\":\"dc-1\"},{\"name\":\"site\",\"value\":\"2\"}],"
                        + "\"contentType\":\"text/plain\",\"responseTopic\":\"answers\",\"correlationData\":\"AQI=\","
                        + "\"expiry\":60},\"time\":1234}");
        assertThat(all.bytes()).isEqualTo(all.json().length());
        assertThat(written("1", "json", "qos").json()).isEqualTo("{\"type\":\"message\",\"body\":1,\"qos\":1}");
        assertThat(PropertiesJson.read(PropertiesJson.write(properties))).isEqualTo(properties);
    }

    @Test
    void countsTheBytesOfCharactersOfEveryLength() {
        Written written = written("\"aé日😀\"", "json", "topic");

        assertThat(written.bytes()).isEqualTo(written.json().getBytes(StandardCharsets.UTF_8).length);
    }

    private static Written written(String payload, String body, String include) {
        return (Written) MessagePayload.of(message(payload.getBytes(StandardCharsets.UTF_8)), format(body, include));
    }

    private static String refusal(byte[] payload, String body) {
        Refused refused = (Refused) MessagePayload.of(message(payload), format(body, ""));
        assertThat(refused.reason().statusCode()).isEqualTo(400);
        return refused.reason().message();
    }

    private static Message message(byte[] payload) {
        return new Message("topic", payload, 1, false, MessageProperties.EMPTY, 0);
    }

    private static PayloadFormat format(String body, String include) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("url", Broker.parse("mqtt://host").toString())
                .put("topic", "topic")
                .put("format", body);
        if (!include.isEmpty()) {
            json.put("include", include);
        }
        return MqttSpec.of(json).format();
    }
}
