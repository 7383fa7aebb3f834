package io.fogwhisk.feed.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fogwhisk.feed.FeedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerTest {

    @ParameterizedTest
    @CsvSource({
        "mqtt://host, host, 1883, '', ''",
        "tcp://host:1884, host, 1884, '', ''",
        "http://test:test@openwhisk-mosquitto:1883, openwhisk-mosquitto, 1883, test, test",
        "MQTT://user@10.0.0.1, 10.0.0.1, 1883, user, ''",
        "mqtt://a%40b:p%3Aq%2F+@host, host, 1883, a@b, p:q/+",
        "mqtt://user:a:b@host, host, 1883, user, a:b"
    })
    void readsTheUrlsThatUsersWrite(String url, String host, int port, String user, String password) {
        assertThat(Broker.parse(url)).isEqualTo(new Broker(host, port, user, password));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtts", "ssl", "ws", "wss", "https", "ftp"})
    void refusesASchemeByItsName(String scheme) {
        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> Broker.parse(scheme + "://user:secret@host"))
                .withMessageContaining("'" + scheme + "'")
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "mqtt://", "mqtt://u:secret^@host", "mqtt:///path", "mqtt://u:secret@host:70000"})
    void refusesWhatIsNoUrlWithoutRepeatingThePassword(String url) {
        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> Broker.parse(url))
                .withMessageNotContaining("secret");
    }

    @Test
    void masksThePasswordAndRevealsItOnlyOnDemand() {
        Broker broker = Broker.parse("mqtt://us%20er:p%3A+w@host:1884");

        assertThat(broker).hasToString("mqtt://us%20er:***@host:1884");
        assertThat(Broker.parse(broker.reveal())).isEqualTo(broker);
        assertThat(new MqttSpec(broker, TopicFilter.parse("t"), 1).toString()).doesNotContain("p:+w");
    }
}
