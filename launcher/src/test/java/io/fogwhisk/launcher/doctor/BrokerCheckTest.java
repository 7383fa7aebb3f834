package io.fogwhisk.launcher.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fogwhisk.feed.mqtt.MqttSettings;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.Mosquitto;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.broker.EmbeddedBroker;
import io.fogwhisk.launcher.doctor.Finding.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerCheckTest {

    @TempDir
    Path folder;

    @Test
    void aStockMosquittoIsFoundToDropWhatItAcknowledged() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "")) {
            List<Finding> findings = examine(mosquitto.url());

            assertThat(findings)
                    .filteredOn(finding -> finding.verdict() == Verdict.BAD)
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.text())
                            .contains("acknowledged 1500 messages")
                            .contains("max_queued_messages"));
        }
    }

    @Test
    void aMosquittoWithoutThatLimitIsFine() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "max_queued_messages 0\nmax_queued_bytes 0")) {
            assertThat(examine(mosquitto.url()))
                    .noneMatch(finding -> finding.verdict() == Verdict.BAD)
                    .anyMatch(finding -> finding.text().contains("kept all of 1500"));
        }
    }

    @Test
    void limitsOfABrokerThatLoseNothingAreTold() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "max_queued_messages 0\nmax_qos 1\nmax_packet_size 2000")) {
            assertThat(examine(mosquitto.url()))
                    .anyMatch(finding -> finding.text().contains("QoS 0 and 1, not 2"))
                    .anyMatch(finding -> finding.text().contains("at most 2000 bytes"));
        }
    }

    @Test
    void theEmbeddedBrokerLosesNothing() {
        int port = TestPorts.free();
        try (EmbeddedBroker broker = new EmbeddedBroker("dc-1", "127.0.0.1", port, folder)) {
            broker.start();

            assertThat(examine("mqtt://127.0.0.1:" + port))
                    .noneMatch(finding -> finding.verdict() == Verdict.BAD)
                    .anyMatch(finding -> finding.text().contains("kept all of 1500"));
        }
    }

    @Test
    void aBrokerThatIsNotThereIsBad() {
        assertThat(examine("mqtt://127.0.0.1:" + TestPorts.free()))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.verdict()).isEqualTo(Verdict.BAD);
                    assertThat(finding.text()).contains("cannot be used");
                });
    }

    @Test
    void aCertificateThatIsNotThereIsNamed() {
        Path absent = folder.resolve("absent.pem");
        MqttSettings settings = new MqttSettings(
                MqttSettings.DEFAULT.client(),
                MqttSettings.DEFAULT.version(),
                MqttSettings.DEFAULT.keepAlive(),
                MqttSettings.DEFAULT.sessionExpiry(),
                0,
                Optional.empty(),
                new MqttSettings.TlsFiles(Optional.empty(), Optional.of(absent), Optional.of(absent)));

        assertThatExceptionOfType(LauncherException.class)
                .isThrownBy(() -> new BrokerCheck(Broker.parse("mqtts://127.0.0.1:1"), settings).findings())
                .withMessageContaining("mqtt.tls")
                .withMessageContaining("absent.pem");
    }

    private static List<Finding> examine(String url) {
        return new BrokerCheck(Broker.parse(url), MqttSettings.DEFAULT).findings();
    }
}
