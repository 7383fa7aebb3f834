package io.fogwhisk.base.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.base.file.PrivateFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

    private static final int SOCKET_LIMIT = 10_000;

    private final HttpHost host = new HttpHost();

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        host.start();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void onePortSpeaksTlsToWhoTrustsItsCertificateAndPlainHttp() throws Exception {
        try (HttpHost.Port port = host.open(role(selfSigned()))) {
            HttpClient trusting = trusting(selfSigned().load());

            for (String name : List.of("localhost", "127.0.0.1")) {
                assertThat(get(trusting, "https://" + name + ":" + port.number()))
                        .isEqualTo("https");
            }
            assertThat(get(trusting, "http://localhost:" + port.number())).isEqualTo("http");
        }
    }

    @Test
    void nothingIsMadeBeforeTheFirstHandshake() throws Exception {
        try (HttpHost.Port port = host.open(role(selfSigned()))) {
            assertThat(get(HttpClient.newHttpClient(), "http://localhost:" + port.number()))
                    .isEqualTo("http");

            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void theCertificateIsKeptForItsOwnersEyesOnly() throws Exception {
        KeyStore made = selfSigned().load();

        assertThat(folder.toFile().list()).containsExactly("tls.p12");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("tls.p12"))))
                .isEqualTo("rw-------");
        assertThat(selfSigned().load().getCertificate("openwhisk")).isEqualTo(made.getCertificate("openwhisk"));
    }

    @Test
    void aCertificateThatDoesNotNameANewHostIsMadeAgain() throws Exception {
        selfSigned().load();

        KeyStore second =
                new Tls.SelfSigned(folder.resolve("tls.p12"), List.of("site.example", "10.1.2.3", "0.0.0.0")).load();

        assertThat(((X509Certificate) second.getCertificate("openwhisk"))
                        .getSubjectAlternativeNames().stream().map(each -> String.valueOf(each.get(1))))
                .contains("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "site.example", "10.1.2.3")
                .doesNotContain("0.0.0.0");
    }

    @Test
    void aKeyThatOthersMayReadIsRefusedAndPlainHttpGoesOn() throws Exception {
        KeyStore store = selfSigned().load();
        Path file = folder.resolve("tls.p12");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> selfSigned().load())
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("chmod 600 " + file);
        try (HttpHost.Port port = host.open(role(selfSigned()))) {
            assertThatThrownBy(() -> get(trusting(store), "https://localhost:" + port.number()))
                    .isInstanceOf(IOException.class);
            assertThat(get(HttpClient.newHttpClient(), "http://localhost:" + port.number()))
                    .isEqualTo("http");
        }
    }

    @Test
    void aFileThatIsNoCertificateIsNamedWithTheWayOut() throws Exception {
        Path file = folder.resolve("tls.p12");
        PrivateFile.replace(file, "not a key store".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> selfSigned().load())
                .isInstanceOf(HttpException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("delete the file");
    }

    @Test
    void aClientThatDoesNotTrustTheCertificateIsNotServed() throws Exception {
        try (HttpHost.Port port = host.open(role(selfSigned()))) {
            assertThatThrownBy(() -> get(HttpClient.newHttpClient(), "https://localhost:" + port.number()))
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void garbageHarmsNobodyElse() throws Exception {
        KeyStore store = selfSigned().load();
        try (HttpHost.Port port = host.open(role(selfSigned()))) {
            byte[] looksLikeTls = {0x16, 3, 1, 0, 5, 'g', 'a', 'r', 'b', 'a', 'g', 'e', 0, 0, 0, 0};
            byte[] looksLikeNothing = {0, 1, 2, 3, '\r', '\n', '\r', '\n'};

            assertThat(answerTo(port, looksLikeNothing)).startsWith("HTTP/1.1 400");
            assertThat(answerTo(port, looksLikeTls)).doesNotContain("HTTP");
            assertThat(get(trusting(store), "https://localhost:" + port.number()))
                    .isEqualTo("https");
        }
    }

    @Test
    void aClientThatSendsNothingOrHalfAHandshakeIsLetGo() throws Exception {
        selfSigned().load();
        try (HttpHost impatient = new HttpHost(Duration.ofSeconds(2), Duration.ofMillis(300))) {
            impatient.start();
            try (HttpHost.Port port = impatient.open(role(selfSigned()))) {
                assertThat(answerTo(port, new byte[0])).isEmpty();
                assertThat(answerTo(port, new byte[] {0x16, 3, 1, 1})).doesNotContain("HTTP");
            }
        }
    }

    @Test
    void aClientThatSendsTooMuchGetsItsAnswerThroughTlsToo() throws Exception {
        KeyStore store = selfSigned().load();
        int size = 8 * 1024 * 1024;
        try (HttpHost.Port port = host.open(role(selfSigned()));
                Socket socket = context(store)
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), port.number())) {
            socket.setSoTimeout(SOCKET_LIMIT);
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + size + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[size]);

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 413")
                    .endsWith("too large");
        }
    }

    private Tls.SelfSigned selfSigned() {
        return new Tls.SelfSigned(folder.resolve("tls.p12"), List.of());
    }

    private static HttpRole role(Tls tls) {
        return new HttpRole(
                "both",
                "127.0.0.1",
                0,
                config -> config.routes
                        .get("/", context -> context.result(context.scheme()))
                        .post("/", context -> context.status(413).result("too large")),
                Optional.of(tls));
    }

    private static String answerTo(HttpHost.Port port, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
            socket.setSoTimeout(SOCKET_LIMIT);
            socket.getOutputStream().write(bytes);
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    static HttpClient trusting(KeyStore server) throws Exception {
        return HttpClient.newBuilder().sslContext(context(server)).build();
    }

    private static SSLContext context(KeyStore server) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", server.getCertificate("openwhisk"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    static String get(HttpClient client, String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url + "/")).build(), BodyHandlers.ofString())
                .body();
    }
}
