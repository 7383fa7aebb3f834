package io.fogwhisk.base.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.base.http.Tls;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestAuthorityTest {

    @TempDir
    Path folder;

    @Test
    void certificatesAreSignedAndSayWhoAndWhatTheyAreFor() throws Exception {
        // Given
        TestAuthority authority = new TestAuthority(folder.resolve("made"), 3);
        TestAuthority.Wanted wanted = new TestAuthority.Wanted(
                "server", "edge-node", List.of("localhost", "127.0.0.1", "::1"), List.of("serverAuth"));

        // When
        authority.make(List.of(wanted));

        // Then
        X509Certificate made = certificate("server.crt");
        made.verify(certificate("ca.crt").getPublicKey());
        assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=server,OU=edge-node");
        assertThat(made.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(made.getSubjectAlternativeNames().stream().map(each -> String.valueOf(each.get(1))))
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(certificate("ca.crt").getBasicConstraints()).isZero();
    }

    @Test
    void theKeyIsForItsOwnerAndTheAuthoritysIsForgotten() throws Exception {
        // Given
        TestAuthority authority = new TestAuthority(folder.resolve("made"), 3);
        TestAuthority.Wanted wanted = new TestAuthority.Wanted("client", "edge-client", List.of(), List.of());

        // When
        authority.make(List.of(wanted));

        // Then
        Path made = folder.resolve("made");
        assertThat(made.toFile().list()).containsExactlyInAnyOrder("ca.crt", "client.crt", "client.key");
        assertThat(authority.files(List.of(wanted))).allMatch(Files::exists);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.resolve("client.key"))))
                .isEqualTo("rw-------");
        KeyStore read = new Tls.PemFiles(made.resolve("client.crt"), made.resolve("client.key")).load();
        assertThat(read.size()).isEqualTo(1);
    }

    @Test
    void aNameThatWouldBecomeAnotherSubjectIsRefused() {
        assertThatThrownBy(() -> new TestAuthority.Wanted("x,OU=edge-node", "edge-client", List.of(), List.of()))
                .hasMessageContaining("'x,OU=edge-node'");
        assertThatThrownBy(() -> new TestAuthority.Wanted("x", "a", List.of("a,dns:b"), List.of()))
                .hasMessageContaining("'a,dns:b'");
    }

    private X509Certificate certificate(String name) throws Exception {
        try (InputStream in = Files.newInputStream(folder.resolve("made").resolve(name))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
