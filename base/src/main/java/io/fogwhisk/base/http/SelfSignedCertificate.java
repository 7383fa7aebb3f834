package io.fogwhisk.base.http;

import io.fogwhisk.base.certificate.HostNames;
import io.fogwhisk.base.certificate.Keytool;
import io.fogwhisk.base.file.PrivateFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a port's own certificate with the JDK's {@code keytool}, which every Java runtime brings, and keeps it. */
final class SelfSignedCertificate {

    private static final Logger LOG = LoggerFactory.getLogger(SelfSignedCertificate.class);
    private static final String ALIAS = "openwhisk";
    private static final long VALID_DAYS = 3_650;
    private static final Duration REST = Duration.ofDays(30);

    private final Path file;
    private final Set<String> hosts;

    SelfSignedCertificate(Path file, List<String> hosts) {
        this.file = file.toAbsolutePath();
        this.hosts = new LinkedHashSet<>(HostNames.loopback());
        this.hosts.addAll(hosts.stream().filter(HostNames::canBeNamed).toList());
    }

    KeyStore load() {
        try {
            if (Files.exists(file)) {
                if (PrivateFile.isOpenToOthers(file)) {
                    throw new HttpException("others than its owner may read " + file
                            + ", which holds a private key; run: chmod 600 " + file);
                }
                KeyStore kept = new Keytool(file, Tls.PASSWORD).read();
                if (isUseful(kept)) {
                    return kept;
                }
            }
            return make();
        } catch (IOException | GeneralSecurityException e) {
            throw new HttpException(
                    "cannot read or make the certificate in " + file + ": " + e.getMessage()
                            + "; delete the file to have another made, or configure one of your own",
                    e);
        }
    }

    private KeyStore make() throws IOException, GeneralSecurityException {
        // A folder of its own, since keytool leaves the file's mode to the process's defaults.
        Path folder = Files.createTempDirectory(file.getParent(), "certificate");
        Path fresh = folder.resolve("fresh.p12");
        try {
            // The machine's name is a convenience: a certificate is not made again when it changes.
            Set<String> names = new LinkedHashSet<>(hosts);
            HostNames.ofThisMachine().ifPresent(names::add);
            Keytool keytool = new Keytool(fresh, Tls.PASSWORD);
            keytool.keyPair(
                    ALIAS,
                    "CN=FogWhisk",
                    VALID_DAYS,
                    List.of("-ext", HostNames.extension(names), "-ext", "EKU=serverAuth"));
            KeyStore store = keytool.read();
            PrivateFile.restrict(fresh);
            PrivateFile.move(fresh, file);
            LOG.atInfo().addKeyValue("file", file).addKeyValue("hosts", hosts).log("certificate made");
            return store;
        } finally {
            Files.deleteIfExists(fresh);
            Files.deleteIfExists(folder);
        }
    }

    /** Whether a kept certificate is valid for a while and names the hosts that were asked for. */
    private boolean isUseful(KeyStore store) throws GeneralSecurityException {
        if (!(store.getCertificate(ALIAS) instanceof X509Certificate certificate)
                || certificate.getNotAfter().toInstant().isBefore(Instant.now().plus(REST))) {
            return false;
        }
        Set<String> named = new LinkedHashSet<>();
        @Nullable Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            alternatives.forEach(each -> named.add(String.valueOf(each.get(1))));
        }
        return hosts.stream().allMatch(host -> named.contains(spelled(host)));
    }

    /** As a certificate spells an address; a name as it is. */
    private static String spelled(String host) {
        try {
            return HostNames.isAddress(host) ? InetAddress.getByName(host).getHostAddress() : host;
        } catch (UnknownHostException e) {
            return host;
        }
    }
}
