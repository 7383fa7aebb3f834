package io.fogwhisk.base.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTest {

    @TempDir
    Path folder;

    private Path certificate = Path.of("");
    private Path key = Path.of("");
    private KeyStore made;

    PemTest() throws Exception {
        made = KeyStore.getInstance("PKCS12");
    }

    @BeforeEach
    void writeFiles() throws Exception {
        made = new Tls.SelfSigned(folder.resolve("tls.p12"), List.of()).load();
        Key secret = made.getKey("openwhisk", Tls.PASSWORD.toCharArray());
        certificate = write(
                "cert.pem", "CERTIFICATE", made.getCertificate("openwhisk").getEncoded());
        key = write("key.pem", "PRIVATE KEY", secret.getEncoded());
    }

    @Test
    void aCertificateOfTheUsersOwnIsServed() throws Exception {
        try (HttpHost host = new HttpHost()) {
            host.start();
            HttpRole role = new HttpRole(
                    "own",
                    "127.0.0.1",
                    0,
                    config -> config.routes.get("/", context -> context.result("own")),
                    Optional.of(new Tls.PemFiles(certificate, key)));
            try (HttpHost.Port port = host.open(role)) {
                assertThat(TlsTest.get(TlsTest.trusting(made), "https://localhost:" + port.number()))
                        .isEqualTo("own");
            }
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        Path other = write(
                "other.pem",
                "PRIVATE KEY",
                generator.generateKeyPair().getPrivate().getEncoded());

        assertThatThrownBy(() -> new Tls.PemFiles(certificate, other).load())
                .isInstanceOf(HttpException.class)
                .hasMessage("the key in " + other + " is not that of the first certificate in " + certificate);
    }

    @Test
    void aKeyInTheOlderFormIsRefusedWithTheCommandThatConvertsIt() throws Exception {
        Path older = write("older.pem", "EC PRIVATE KEY", new byte[] {1});

        assertThatThrownBy(() -> new Tls.PemFiles(certificate, older).load())
                .isInstanceOf(HttpException.class)
                .hasMessageContaining(older.toString())
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }

    @Test
    void aFileThatIsMissingOrNoCertificateIsNamed() throws Exception {
        Path absent = folder.resolve("absent.pem");
        Path text = Files.writeString(folder.resolve("text.pem"), "-----BEGIN CERTIFICATE-----\nno\n");

        assertThatThrownBy(() -> new Tls.PemFiles(absent, key).load()).hasMessage("there is no file " + absent);
        assertThatThrownBy(() -> new Tls.PemFiles(certificate, absent).load()).hasMessage("there is no file " + absent);
        assertThatThrownBy(() -> new Tls.PemFiles(text, key).load()).hasMessageContaining(text.toString());
    }

    private Path write(String name, String kind, byte[] content) throws Exception {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }
}
