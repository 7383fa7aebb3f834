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
        "mqtt://host, TCP, host, 1883, '', '', ''",
        "tcp://host:1884, TCP, host, 1884, '', '', ''",
        "http://test:test@openwhisk-mosquitto:1883, TCP, openwhisk-mosquitto, 1883, '', test, test",
        "MQTT://user@10.0.0.1/, TCP, 10.0.0.1, 1883, '', user, ''",
        "mqtt://a%40b:p%3Aq%2F+@host, TCP, host, 1883, '', a@b, p:q/+",
        "mqtt://user:a:b@host, TCP, host, 1883, '', user, a:b",
        "mqtts://host, TLS, host, 8883, '', '', ''",
        "ssl://u:p@host:1, TLS, host, 1, '', u, p",
        "https://host, TLS, host, 8883, '', '', ''",
        "ws://host, WEB_SOCKET, host, 80, /mqtt, '', ''",
        "ws://host:9001/, WEB_SOCKET, host, 9001, /mqtt, '', ''",
        "wss://u:p@host/a/b, SECURE_WEB_SOCKET, host, 443, /a/b, u, p"
    })
    void readsTheUrlsThatUsersWrite(
            String url, Broker.Transport transport, String host, int port, String path, String user, String password) {
        Broker broker = Broker.parse(url);

        assertThat(broker).isEqualTo(new Broker(transport, host, port, path, user, password));
        assertThat(Broker.parse(broker.reveal())).isEqualTo(broker);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp", "mqttx", "coap"})
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
        assertThat(MqttSpec.of(broker, TopicFilter.parse("t"), 1).toString()).doesNotContain("p:+w");
    }
}
