package io.fogwhisk.feed.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePayloadTest {

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
        var params = MessagePayload.of(payload.getBytes(StandardCharsets.UTF_8)).orElseThrow();

        assertThat(params.tree().path("type").asText()).isEqualTo("message");
        assertThat(params.tree().path("body").asText()).isEqualTo(payload);
        assertThat(params.tree()).hasSize(2);
    }

    @Test
    void isEmptyForBytesThatAreNotUtf8() {
        assertThat(MessagePayload.of(new byte[] {'a', (byte) 0xc3, '('})).isEmpty();
        assertThat(MessagePayload.of(new byte[] {(byte) 0xff})).isEmpty();
        assertThat(MessagePayload.of(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}))
                .isEmpty();
    }
}
