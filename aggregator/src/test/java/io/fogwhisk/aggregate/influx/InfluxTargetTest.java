package io.fogwhisk.aggregate.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.aggregate.AggregateException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InfluxTargetTest {

    @Test
    void takesTheSameServerWithAndWithoutASlashAsOne() {
        assertThat(new InfluxBucket("http://db:8086/", "o", "b"))
                .isEqualTo(new InfluxBucket("http://db:8086", "o", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "db:8086", "ftp://db", "http://", "http://db 1", "http://user:pw@db", "http://db?a=b"})
    void refusesAUrlOfAnotherForm(String url) {
        assertThatThrownBy(() -> new InfluxBucket(url, "o", "b"))
                .isInstanceOf(AggregateException.class)
                .hasMessageContaining("URL of an InfluxDB");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://user:pw-1@db", "http://user:pw-1@d b", "user:pw-1@db", "http://db?p=pw-1", "db 1?p=pw-1"
            })
    void doesNotShowAPasswordInAUrl(String url) {
        for (String org : List.of("o", "")) {
            assertThatThrownBy(() -> new InfluxBucket(url, org, "b"))
                    .isInstanceOf(AggregateException.class)
                    .hasMessageContaining("without a user, a password or parameters")
                    .hasMessageNotContaining("pw-1")
                    .hasNoCause();
        }
    }

    @Test
    void refusesATokenThatAHeaderCannotCarryWithoutShowingIt() {
        assertThatThrownBy(() -> new InfluxTarget(new InfluxBucket("http://db", "o", "b"), "sec\nret"))
                .isInstanceOf(AggregateException.class)
                .hasMessageContaining("character 4")
                .hasMessageNotContaining("sec");
    }

    @Test
    void doesNotShowItsToken() {
        assertThat(new InfluxTarget(new InfluxBucket("http://db", "o", "b"), "secret"))
                .asString()
                .isEqualTo("bucket b of organization o at http://db");
    }
}
