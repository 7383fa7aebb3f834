package io.fogwhisk.launcher.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.certificate.TestAuthority;
import io.fogwhisk.base.certificate.TestAuthority.Wanted;
import io.fogwhisk.feed.mqtt.MqttSettings;
import io.fogwhisk.feed.mqtt.MqttSettings.TlsFiles;
import io.fogwhisk.feed.mqtt.MqttSettings.Version;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.launcher.ExternalTool;
import io.fogwhisk.launcher.Mosquitto;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.doctor.Finding.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The doctor at a real Mosquitto that wants TLS, client certificates and web sockets. */
class SecureBrokerCheckTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    private static final int TLS = TestPorts.free();
    private static final int WSS = TestPorts.free();
    private static final int WS = TestPorts.free();
    private static final int EXPIRED = TestPorts.free();

    private static Mosquitto broker;

    @BeforeAll
    static void start() throws Exception {
        new TestAuthority(folder, 2)
                .make(List.of(
                        new Wanted("server", "broker", List.of("localhost"), List.of("serverAuth")),
                        new Wanted("client", "provider", List.of(), List.of("clientAuth"))));
        makeExpired();
        String asking = "\ncafile " + folder.resolve("ca.crt") + "\ncertfile " + folder.resolve("server.crt")
                + "\nkeyfile " + folder.resolve("server.key") + "\nrequire_certificate true\n";
        broker = Mosquitto.start(
                folder,
                "user " + System.getProperty("user.name") + "\nmax_queued_messages 0\nlistener " + TLS + " 127.0.0.1"
                        + asking + "listener " + WSS
                        + " 127.0.0.1\nprotocol websockets" + asking + "listener " + WS
                        + " 127.0.0.1\nprotocol websockets\nlistener " + EXPIRED + " 127.0.0.1\ncertfile "
                        + folder.resolve("old.crt") + "\nkeyfile " + folder.resolve("old.key"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @ParameterizedTest
    @EnumSource
    void certificatesAndWebSocketsAreNoHindrance(Version version) {
        for (String url : List.of("mqtts://localhost:" + TLS, "wss://localhost:" + WSS, "ws://127.0.0.1:" + WS)) {
            assertThat(examine(url, version, known()))
                    .as(url)
                    .anyMatch(finding -> finding.text().contains("kept all of 20 messages"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrongWithACertificateIsSaidInWords(Version version) {
        TlsFiles anonymous = new TlsFiles(Optional.of(folder.resolve("ca.crt")), Optional.empty(), Optional.empty());
        TlsFiles old = new TlsFiles(Optional.of(folder.resolve("old-ca.crt")), Optional.empty(), Optional.empty());

        assertBad("mqtts://localhost:" + TLS, version, TlsFiles.NONE, "nobody known signed", "mqtt.tls.authorities");
        assertBad("mqtts://127.0.0.1:" + TLS, version, known(), "for another host", "127.0.0.1");
        assertBad("mqtts://localhost:" + TLS, version, anonymous, "mqtt.tls.certificate", "mqtt.tls.key");
        assertBad("mqtts://localhost:" + EXPIRED, version, old, "expired", "new one");
        assertBad("mqtts://localhost:" + broker.port(), version, known(), "does it speak TLS at this port?");
        assertBad("mqtt://localhost:" + TLS, version, known(), "does it want TLS");
        assertBad("ws://127.0.0.1:" + broker.port(), version, known(), "web socket");
    }

    private static void assertBad(String url, Version version, TlsFiles files, String... words) {
        assertThat(examine(url, version, files)).as(url).singleElement().satisfies(finding -> {
            assertThat(finding.verdict()).isEqualTo(Verdict.BAD);
            assertThat(finding.text()).contains(words);
        });
    }

    @Test
    void aHostThatIsNotThereIsTheFinding() {
        assertBad("mqtt://absent.invalid:1883", Version.MQTT_5, TlsFiles.NONE, "no host of that name");
    }

    private static List<Finding> examine(String url, Version version, TlsFiles files) {
        MqttSettings settings = new MqttSettings(
                MqttSettings.DEFAULT.client(),
                version,
                MqttSettings.DEFAULT.keepAlive(),
                MqttSettings.DEFAULT.sessionExpiry(),
                0,
                Optional.empty(),
                MqttSettings.DEFAULT.takeOver(),
                files);
        return new BrokerCheck(Broker.parse(url), settings, 20).findings();
    }

    private static TlsFiles known() {
        return new TlsFiles(
                Optional.of(folder.resolve("ca.crt")),
                Optional.of(folder.resolve("client.crt")),
                Optional.of(folder.resolve("client.key")));
    }

    /** An authority, and a certificate of it that ended two days ago. */
    private static void makeExpired() throws Exception {
        Path store = folder.resolve("old.p12");
        keyPair(store, "ca", "-validity", "2", "-ext", "BC:critical=ca:true");
        keyPair(store, "old", "-startdate", "-3d", "-validity", "1", "-signer", "ca", "-ext", "SAN=dns:localhost");
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        pem("old-ca.crt", "CERTIFICATE", keys.getCertificate("ca").getEncoded());
        pem("old.crt", "CERTIFICATE", keys.getCertificate("old").getEncoded());
        pem("old.key", "PRIVATE KEY", keys.getKey("old", PASSWORD.toCharArray()).getEncoded());
    }

    private static void keyPair(Path store, String name, String... more) throws Exception {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        ExternalTool.run(
                Stream.concat(
                                Stream.of(
                                        keytool,
                                        "-genkeypair",
                                        "-alias",
                                        name,
                                        "-dname",
                                        "CN=" + name,
                                        "-keyalg",
                                        "EC",
                                        "-keystore",
                                        store.toString(),
                                        "-storepass",
                                        PASSWORD),
                                Stream.of(more))
                        .toList(),
                "a part of the JDK");
    }

    private static void pem(String file, String kind, byte[] content) throws Exception {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                folder.resolve(file),
                "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
