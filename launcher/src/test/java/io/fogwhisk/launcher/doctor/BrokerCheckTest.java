package io.fogwhisk.launcher.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fogwhisk.feed.mqtt.MqttSettings;
import io.fogwhisk.feed.mqtt.MqttSettings.Version;
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

    private static final String KEEPS_ALL = "persistence true\nmax_queued_messages 0\nmax_queued_bytes 0";

    @TempDir
    Path folder;

    @Test
    void aStockMosquittoIsFoundToDropWhatItAcknowledged() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "")) {
            List<Finding> findings = examine(mosquitto.url());

            assertThat(bad(findings))
                    .hasSize(2)
                    .anySatisfy(text -> assertThat(text)
                            .contains("acknowledged 1500 messages")
                            .contains("10 s at 100 messages a second, 1 s at 1,000")
                            .contains("max_queued_messages"))
                    .anySatisfy(text -> assertThat(text)
                            .contains("in memory only")
                            .contains("persistence true")
                            .contains(folder.resolve("mosquitto.conf").toString()));
            assertThat(findings).anyMatch(finding -> finding.text().contains("says that it is mosquitto version"));
        }
    }

    @Test
    void aMosquittoThatKeepsEverythingIsFine() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, KEEPS_ALL + "\nautosave_interval 10")) {
            List<Finding> findings = examine(mosquitto.url());

            assertThat(bad(findings)).isEmpty();
            assertThat(findings)
                    .anyMatch(finding -> finding.text().contains("kept all of 1500"))
                    .anyMatch(finding -> finding.text().contains("keeps sessions over a restart of its own"));
        }
    }

    @Test
    void aMosquittoThatSeldomWritesToDiskOrExpiresSessionsIsToldOf() throws Exception {
        String longer = KEEPS_ALL.replace("max_queued_messages 0", "max_queued_messages 6000");
        try (Mosquitto mosquitto = Mosquitto.start(folder, longer + "\npersistent_client_expiration 2h")) {
            List<Finding> findings = examine(mosquitto.url());

            assertThat(bad(findings)).singleElement().asString().contains("not used for 2h");
            assertThat(findings)
                    .anyMatch(finding -> finding.text().contains("writes to disk every 30 min"))
                    .anyMatch(finding -> finding.text().contains("at most 6000 messages")
                            && finding.text().contains("60 s at 100 messages a second"));
        }
    }

    @Test
    void aBrokerThatSpeaksTheOldVersionAloneIsExaminedInThat() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "");
                OldBroker old = new OldBroker(mosquitto.port())) {
            List<Finding> findings = examine(old.url());

            assertThat(bad(findings))
                    .anyMatch(text -> text.contains("set mqtt.version to 3.1.1"))
                    .anyMatch(text -> text.contains("acknowledged 1500 messages"));
        }
    }

    @Test
    void whoeverConfiguredTheOldVersionIsExaminedInThat() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, KEEPS_ALL);
                OldBroker old = new OldBroker(mosquitto.port())) {
            MqttSettings settings = settings(Version.MQTT_3, MqttSettings.TlsFiles.NONE);

            List<Finding> findings = new BrokerCheck(Broker.parse(old.url()), settings, 50).findings();

            assertThat(bad(findings)).isEmpty();
            assertThat(findings)
                    .anyMatch(finding -> finding.text().contains("speaks MQTT 3.1.1"))
                    .anyMatch(finding -> finding.text().contains("kept all of 50"));
        }
    }

    @Test
    void aBrokerThatEndsTheConnectionOfWhoSubscribesIsNotSaidToBeUseless() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "");
                SternBroker stern = new SternBroker(mosquitto.port())) {
            for (Version version : Version.values()) {
                List<Finding> findings = new BrokerCheck(
                                Broker.parse(stern.url()), settings(version, MqttSettings.TlsFiles.NONE), 1)
                        .findings();

                assertThat(bad(findings)).isEmpty();
                assertThat(findings)
                        .anyMatch(finding -> finding.text().contains("allow fogwhisk/doctor/# to this user"));
            }
        }
    }

    @Test
    void credentialsThatAreRefusedAreTheFinding() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "allow_anonymous false")) {
            for (Version version : Version.values()) {
                String url = mosquitto.url().replace("//", "//sensor:secret@");
                assertThat(new BrokerCheck(Broker.parse(url), settings(version, MqttSettings.TlsFiles.NONE), 1)
                                .findings())
                        .singleElement()
                        .satisfies(finding -> assertThat(finding.text())
                                .contains("refuses user sensor")
                                .doesNotContain("secret"));
            }
        }
    }

    @Test
    void limitsOfABrokerThatLoseNothingAreTold() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(
                folder, "max_queued_messages 0\nmax_qos 1\nmax_packet_size 2000\nretain_available false")) {
            assertThat(examine(mosquitto.url()))
                    .anyMatch(finding -> finding.text().contains("QoS 0 and 1, not 2"))
                    .anyMatch(finding -> finding.text().contains("at most 2000 bytes"))
                    .anyMatch(finding -> finding.text().contains("no retained messages"));
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
                    assertThat(finding.text()).contains("cannot be used: nothing listens there");
                });
    }

    @Test
    void aCertificateThatIsNotThereIsNamed() {
        Path absent = folder.resolve("absent.pem");
        MqttSettings settings = settings(
                Version.MQTT_5, new MqttSettings.TlsFiles(Optional.empty(), Optional.of(absent), Optional.of(absent)));

        assertThatExceptionOfType(LauncherException.class)
                .isThrownBy(() -> new BrokerCheck(Broker.parse("mqtts://127.0.0.1:1"), settings, 1).findings())
                .withMessageContaining("mqtt.tls")
                .withMessageContaining("absent.pem");
    }

    private static List<Finding> examine(String url) {
        return new BrokerCheck(Broker.parse(url), MqttSettings.DEFAULT, BrokerCheck.MESSAGES).findings();
    }

    private static MqttSettings settings(Version version, MqttSettings.TlsFiles tls) {
        return new MqttSettings(
                MqttSettings.DEFAULT.client(),
                version,
                MqttSettings.DEFAULT.keepAlive(),
                MqttSettings.DEFAULT.sessionExpiry(),
                0,
                Optional.empty(),
                MqttSettings.DEFAULT.takeOver(),
                tls);
    }

    private static List<String> bad(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.verdict() == Verdict.BAD)
                .map(Finding::text)
                .toList();
    }
}
