package io.fogwhisk.edge.security;

import io.fogwhisk.base.file.PrivateFile;
import io.fogwhisk.base.http.HttpException;
import io.fogwhisk.base.http.Tls;
import io.fogwhisk.edge.rpc.EdgeException;
import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's keys and certificates, read from its files, and read again when these change. Thread-safe. */
final class TlsIdentity {

    private static final Logger LOG = LoggerFactory.getLogger(TlsIdentity.class);
    private static final Duration SOON = Duration.ofDays(14);

    private final TlsFiles files;
    private final Clock clock;
    private final AdvancedTlsX509KeyManager server = new AdvancedTlsX509KeyManager();
    private final AdvancedTlsX509KeyManager client = new AdvancedTlsX509KeyManager();
    private final AdvancedTlsX509TrustManager trust;
    private List<String> stamps;

    /**
     * Reads the files.
     *
     * @throws EdgeException naming the file at fault
     */
    TlsIdentity(TlsFiles files, Clock clock) {
        this.files = files;
        this.clock = clock;
        try {
            // Checks host names on the calling side, as HTTPS does, and certificates on both.
            trust = AdvancedTlsX509TrustManager.newBuilder().build();
        } catch (GeneralSecurityException e) {
            throw new EdgeException("this Java runtime cannot verify certificates: " + e.getMessage(), e);
        }
        stamps = stamps();
        read();
    }

    /** For ports: callers must have a certificate. */
    ServerCredentials ports() {
        return TlsServerCredentials.newBuilder()
                .keyManager(server)
                .trustManager(trust)
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
    }

    /** For calls. */
    ChannelCredentials calls() {
        return TlsChannelCredentials.newBuilder()
                .keyManager(client)
                .trustManager(trust)
                .build();
    }

    /**
     * Reads the files again if one of them changed. New connections then use them, those that exist stay. Files that
     * cannot be used change nothing.
     */
    synchronized void renew() {
        List<String> now = stamps();
        if (now.equals(stamps)) {
            return;
        }
        stamps = now;
        try {
            read();
            LOG.atInfo()
                    .addKeyValue("file", files.serverCertificate())
                    .addKeyValue("client", files.clientCertificate())
                    .log("certificates renewed");
        } catch (EdgeException e) {
            LOG.atWarn().addKeyValue("error", e.getMessage()).log("certificates changed but stay as they were");
        }
    }

    private void read() {
        List<X509Certificate> authorities = authorities(files.authorities());
        Identity ports = identity(files.serverCertificate(), files.serverKey());
        Identity calls = identity(files.clientCertificate(), files.clientKey());
        try {
            trust.updateTrustCredentials(array(authorities));
        } catch (IOException | GeneralSecurityException e) {
            throw new EdgeException("cannot use the authorities in " + files.authorities() + ": " + e.getMessage(), e);
        }
        server.updateIdentityCredentials(array(ports.chain()), ports.key());
        client.updateIdentityCredentials(array(calls.chain()), calls.key());
    }

    private List<X509Certificate> authorities(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> read =
                    x509(file, CertificateFactory.getInstance("X.509").generateCertificates(in).stream());
            if (read.isEmpty()) {
                throw new EdgeException("there is no certificate in " + file + "; it must be a PEM file");
            }
            checkDates(file, read);
            return read;
        } catch (NoSuchFileException e) {
            throw new EdgeException(missing(file), e);
        } catch (IOException | GeneralSecurityException e) {
            throw new EdgeException("cannot read a certificate from " + file + ": " + e.getMessage(), e);
        }
    }

    private Identity identity(Path certificate, Path key) {
        try {
            for (Path each : List.of(certificate, key)) {
                if (!Files.exists(each)) {
                    throw new EdgeException(missing(each));
                }
            }
            if (PrivateFile.isOpenToOthers(key)) {
                throw new EdgeException("others than its owner may read the key in " + key + "; run: chmod 600 " + key);
            }
            KeyStore store = new Tls.PemFiles(certificate, key).load();
            String alias = store.aliases().nextElement();
            Key secret = store.getKey(alias, Tls.PASSWORD.toCharArray());
            if (!(secret instanceof PrivateKey usable)) {
                throw new EdgeException("there is no private key in " + key);
            }
            List<X509Certificate> chain = x509(certificate, Arrays.stream(store.getCertificateChain(alias)));
            checkDates(certificate, chain);
            return new Identity(chain, usable);
        } catch (HttpException e) {
            throw new EdgeException(String.valueOf(e.getMessage()), e);
        } catch (IOException | GeneralSecurityException e) {
            throw new EdgeException("cannot use " + certificate + " with " + key + ": " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> x509(Path file, Stream<? extends Certificate> certificates) {
        return certificates
                .map(each -> {
                    if (each instanceof X509Certificate known) {
                        return known;
                    }
                    throw new EdgeException("there is a certificate in " + file + " that is not of the kind X.509");
                })
                .toList();
    }

    private static X509Certificate[] array(List<X509Certificate> certificates) {
        return certificates.toArray(X509Certificate[]::new);
    }

    private void checkDates(Path file, List<X509Certificate> certificates) {
        Instant now = clock.instant();
        for (X509Certificate each : certificates) {
            Instant end = each.getNotAfter().toInstant();
            if (end.isBefore(now)) {
                throw new EdgeException("the certificate in " + file + " (" + each.getSubjectX500Principal()
                        + ") expired on " + end + "; replace it");
            }
            if (each.getNotBefore().toInstant().isAfter(now)) {
                throw new EdgeException("the certificate in " + file + " (" + each.getSubjectX500Principal()
                        + ") is not valid before " + each.getNotBefore().toInstant()
                        + "; check this machine's clock");
            }
            if (end.isBefore(now.plus(SOON))) {
                LOG.atWarn().addKeyValue("file", file).addKeyValue("end", end).log("certificate expires soon");
            }
        }
    }

    private static String missing(Path file) {
        return "there is no file " + file + "; name the folder with CERT_DIR, or make certificates for a trial with:"
                + " fogwhisk certs";
    }

    /** What tells one version of the files from another. */
    private List<String> stamps() {
        return Stream.of(
                        files.authorities(),
                        files.serverKey(),
                        files.serverCertificate(),
                        files.clientKey(),
                        files.clientCertificate())
                .map(TlsIdentity::stamp)
                .toList();
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
        } catch (IOException e) {
            return "none";
        }
    }

    private record Identity(List<X509Certificate> chain, PrivateKey key) {}
}
