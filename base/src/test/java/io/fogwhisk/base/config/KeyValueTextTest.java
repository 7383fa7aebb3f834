package io.fogwhisk.base.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KeyValueTextTest {

    @Test
    void readsKeysAndTrimsBlanks() {
        KeyValueText text = KeyValueText.parse("--client-conf", "type=grpc, persistence=0.05 ,n=3,on=true");

        assertThat(text.text("type", "none")).isEqualTo("grpc");
        assertThat(text.number("persistence", 1, 0)).isEqualTo(0.05);
        assertThat(text.integer("n", 1, 0, 10)).isEqualTo(3);
        assertThat(text.flag("on", false)).isTrue();
        assertThat(text.text("absent", "fallback")).isEqualTo("fallback");
        text.check();
    }

    @Test
    void theFirstOfTwoValuesCounts() {
        KeyValueText text = KeyValueText.parse("--conf", "a=1,a=2");

        assertThat(text.text("a")).contains("1");
    }

    @Test
    void everyFaultIsNamed() {
        KeyValueText text = KeyValueText.parse("--table-conf", "alpha=much,n=99,on=maybe,typ=random,nonsense");
        text.number("alpha", 0, 0);
        text.integer("n", 0, 0, 10);
        text.flag("on", false);
        text.text("type");

        assertThatThrownBy(text::check)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--table-conf: alpha must be a number, at least 0.0, was 'much'")
                .hasMessageContaining("n must be a whole number from 0 to 10, was '99'")
                .hasMessageContaining("on must be true or false, was 'maybe'")
                .hasMessageContaining("'nonsense' must be key=value")
                .hasMessageContaining("unknown key 'typ', known are alpha, n, on, type");
    }
}
