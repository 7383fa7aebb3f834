package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.base.certificate.TestAuthority;
import io.fogwhisk.base.certificate.TestAuthority.Wanted;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.Mosquitto;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.feed.mqtt.MqttSettings.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS, client certificates and web sockets at a real Mosquitto. */
class SecureBrokersTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    static Path keys;

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();
    private final int plain = Mosquitto.freePort();
    private final int tls = Mosquitto.freePort();
    private final int ws = Mosquitto.freePort();
    private final int wss = Mosquitto.freePort();

    @BeforeAll
    static void makeKeys() throws Exception {
        new TestAuthority(keys, 2)
                .make(List.of(
                        new Wanted("server", "broker", List.of("localhost"), List.of("serverAuth")),
                        new Wanted("client", "provider", List.of(), List.of("clientAuth"))));
    }

    @ParameterizedTest
    @EnumSource
    void firesOverTlsWithAClientCertificateAndOverWebSockets(Libraries library) {
        try (Mosquitto broker = broker();
                ProviderFixture provider = provider(library, known());
                Sensor sensor = Sensor.connect(broker.port())) {
            // Given
            provider.feed("tls", "mqtts://localhost:" + tls, "readings");
            provider.feed("ssl", "ssl://localhost:" + tls, "readings");
            provider.feed("ws", "ws://localhost:" + ws + "/mqtt", "readings");
            provider.feed("wss", "wss://localhost:" + wss, "readings");

            // When
            for (String feed : List.of("tls", "ssl", "ws", "wss")) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(Libraries.state(provider, feed))
                                .as(Libraries.error(provider, feed))
                                .isEqualTo("connected"));
            }
            sensor.publish("readings", "one");

            // Then
            for (String feed : List.of("tls", "ssl", "ws", "wss")) {
                await().atMost(SOON)
                        .until(() -> target.accepted("/guest/" + feed).equals(List.of("one")));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void trustsNobodyWhomItsAuthoritiesDidNotSign(Libraries library) {
        try (Mosquitto broker = broker();
                ProviderFixture provider = provider(library, TlsFiles.NONE)) {
            provider.feed("tls", "mqtts://localhost:" + tls, "readings");

            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(Libraries.error(provider, "tls")).contains("certification path"));
            assertThat(Libraries.state(provider, "tls")).isEqualTo("connecting");
            assertThat(broker.port()).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @EnumSource
    void trustsNoCertificateThatIsForAnotherHost(Libraries library) {
        try (Mosquitto broker = broker();
                ProviderFixture provider = provider(library, known())) {
            provider.feed("tls", "mqtts://127.0.0.1:" + tls, "readings");
            provider.feed("wss", "wss://127.0.0.1:" + wss, "readings");

            for (String feed : List.of("tls", "wss")) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(Libraries.error(provider, feed))
                                .containsPattern("127\\.0\\.0\\.1|subject alternative"));
                assertThat(Libraries.state(provider, feed)).isEqualTo("connecting");
            }
            assertThat(broker.port()).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokerThatAsksForACertificateDoesNotServeWhoHasNone(Libraries library) {
        TlsFiles anonymous = new TlsFiles(Optional.of(keys.resolve("ca.crt")), Optional.empty(), Optional.empty());
        try (Mosquitto broker = broker();
                ProviderFixture provider = provider(library, anonymous)) {
            provider.feed("tls", "mqtts://localhost:" + tls, "readings");

            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(Libraries.error(provider, "tls")).startsWith("broker: "));
            assertThat(Libraries.state(provider, "tls")).isEqualTo("connecting");
            assertThat(broker.port()).isEqualTo(plain);
        }
    }

    @Test
    void aFaultInAFileIsAFaultOfTheStartThatNamesIt() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.crt"), "nothing\n");
        Path missing = folder.resolve("missing.crt");

        assertNamed(new TlsFiles(Optional.of(missing), Optional.empty(), Optional.empty()), missing);
        assertNamed(new TlsFiles(Optional.of(empty), Optional.empty(), Optional.empty()), empty);
        assertNamed(
                new TlsFiles(Optional.empty(), Optional.of(missing), Optional.of(keys.resolve("client.key"))), missing);
        assertNamed(new TlsFiles(Optional.empty(), Optional.of(keys.resolve("client.crt")), Optional.of(empty)), empty);
        assertNamed(
                new TlsFiles(
                        Optional.empty(),
                        Optional.of(keys.resolve("client.crt")),
                        Optional.of(keys.resolve("server.key"))),
                keys.resolve("server.key"));
    }

    private void assertNamed(TlsFiles files, Path file) {
        FeedProviderConfig config = ProviderFixture.config(folder.resolve("site"))
                .with(Libraries.HIVEMQ_5.settings(Optional.empty(), files));
        assertThatThrownBy(() -> ProviderFixture.start(config, target))
                .isInstanceOf(FeedException.class)
                .hasMessageContaining(file.toString());
    }

    private static TlsFiles known() {
        return new TlsFiles(
                Optional.of(keys.resolve("ca.crt")),
                Optional.of(keys.resolve("client.crt")),
                Optional.of(keys.resolve("client.key")));
    }

    private ProviderFixture provider(Libraries library, TlsFiles files) {
        return ProviderFixture.start(
                ProviderFixture.config(folder.resolve("site")).with(library.settings(Optional.empty(), files)), target);
    }

    private Mosquitto broker() {
        List<String> secure = List.of(
                "cafile " + keys.resolve("ca.crt"),
                "certfile " + keys.resolve("server.crt"),
                "keyfile " + keys.resolve("server.key"),
                "require_certificate true");
        return Mosquitto.withLines(
                folder.resolve("broker"),
                plain,
                Stream.of(
                                List.of("allow_anonymous true", "listener " + plain + " 127.0.0.1"),
                                List.of("listener " + tls + " 127.0.0.1"),
                                secure,
                                List.of("listener " + ws + " 127.0.0.1", "protocol websockets"),
                                List.of("listener " + wss + " 127.0.0.1", "protocol websockets"),
                                secure)
                        .flatMap(List::stream));
    }
}
