package io.fogwhisk.base.http;

import io.fogwhisk.base.file.PrivateFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a port's own certificate with the JDK's {@code keytool}, which every Java runtime brings, and keeps it. */
final class SelfSignedCertificate {

    private static final Logger LOG = LoggerFactory.getLogger(SelfSignedCertificate.class);
    private static final String ALIAS = "openwhisk";
    private static final long VALID_DAYS = 3_650;
    private static final Duration REST = Duration.ofDays(30);
    private static final long LIMIT_SECONDS = 30;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Path file;
    private final Set<String> hosts;

    SelfSignedCertificate(Path file, List<String> hosts) {
        this.file = file.toAbsolutePath();
        this.hosts = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        this.hosts.addAll(
                hosts.stream().filter(SelfSignedCertificate::canBeNamed).toList());
    }

    KeyStore load() {
        try {
            if (Files.exists(file)) {
                if (PrivateFile.isOpenToOthers(file)) {
                    throw new HttpException("others than its owner may read " + file
                            + ", which holds a private key; run: chmod 600 " + file);
                }
                KeyStore kept = read(file);
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
            keytool(fresh);
            KeyStore store = read(fresh);
            PrivateFile.restrict(fresh);
            PrivateFile.move(fresh, file);
            LOG.atInfo().addKeyValue("file", file).addKeyValue("hosts", hosts).log("certificate made");
            return store;
        } finally {
            Files.deleteIfExists(fresh);
            Files.deleteIfExists(folder);
        }
    }

    private void keytool(Path fresh) throws IOException {
        List<String> names = new ArrayList<>();
        hosts.forEach(host -> names.add((isAddress(host) ? "ip:" : "dns:") + host));
        machineName(names);
        Path log = fresh.resolveSibling("keytool.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-J-Xmx64m",
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-sigalg",
                        "SHA256withECDSA",
                        "-validity",
                        String.valueOf(VALID_DAYS),
                        "-dname",
                        "CN=FogWhisk",
                        "-ext",
                        "SAN=" + String.join(",", names),
                        "-ext",
                        "EKU=serverAuth",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        fresh.toString(),
                        "-storepass",
                        Tls.PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("keytool did not end within " + LIMIT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException("keytool said: "
                        + Files.readString(log, StandardCharsets.UTF_8).strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool was running", e);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(log);
        }
    }

    private static KeyStore read(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, Tls.PASSWORD.toCharArray());
        }
        return store;
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
            return isAddress(host) ? InetAddress.getByName(host).getHostAddress() : host;
        } catch (UnknownHostException e) {
            return host;
        }
    }

    /** The machine's name is a convenience: a certificate is not made again when it changes. */
    private static void machineName(List<String> names) {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            if (canBeNamed(name) && !isAddress(name) && !names.contains("dns:" + name)) {
                names.add("dns:" + name);
            }
        } catch (UnknownHostException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("machine has no name");
        }
    }

    private static boolean isAddress(String host) {
        return host.contains(":") || IPV4.matcher(host).matches();
    }

    /** "Any address" is none that a client could ask for, and what is no name would make keytool fail. */
    private static boolean canBeNamed(String host) {
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return false;
        }
        return host.contains(":") || NAME.matcher(host).matches();
    }
}
