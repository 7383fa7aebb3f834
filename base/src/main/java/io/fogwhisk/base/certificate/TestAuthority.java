package io.fogwhisk.base.certificate;

import io.fogwhisk.base.file.PrivateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A certificate authority for tests and trials: it makes the certificates it is asked for, writes everything as PEM
 * files, and forgets its key, so that nobody can have another certificate of it.
 */
public final class TestAuthority {

    private static final String AUTHORITY = "ca";

    private final Path folder;
    private final int days;

    /**
     * An authority that has made nothing yet.
     *
     * @param folder for the files; made if it is missing
     * @param days for how long certificates are valid, at least 1
     */
    public TestAuthority(Path folder, int days) {
        this.folder = Objects.requireNonNull(folder, "folder is null");
        if (days < 1) {
            throw new IllegalArgumentException("days must be at least 1, was " + days);
        }
        this.days = days;
    }

    /**
     * A certificate to be made.
     *
     * @param name of its files, {@code NAME.crt} and {@code NAME.key}, and its common name; lower case, as a key store
     *     knows no other
     * @param unit its organisational unit
     * @param hosts names and addresses that it is for as a server; may be empty
     * @param uses what it may be used for: {@code serverAuth}, {@code clientAuth}
     */
    public record Wanted(String name, String unit, List<String> hosts, List<String> uses) {

        /** Checks the names, which become parts of a subject, and copies. */
        public Wanted {
            if (!name.matches("[a-z0-9][a-z0-9._-]{0,62}") || name.equals(AUTHORITY)) {
                throw new IllegalArgumentException("a certificate's name must be of a-z, 0-9, '.', '_', '-', and not '"
                        + AUTHORITY + "', was '" + name + "'");
            }
            if (!unit.matches("[A-Za-z0-9-]{1,62}")) {
                throw new IllegalArgumentException("the unit must be of letters, digits and '-', was '" + unit + "'");
            }
            hosts = List.copyOf(hosts);
            uses = List.copyOf(uses);
            for (String host : hosts) {
                if (!HostNames.canBeNamed(host)) {
                    throw new IllegalArgumentException("'" + host + "' is no host that a certificate can be for");
                }
            }
        }
    }

    /** The files that {@link #make} would write. */
    public List<Path> files(List<Wanted> wanted) {
        List<Path> files = new ArrayList<>();
        files.add(folder.resolve(AUTHORITY + ".crt"));
        wanted.forEach(each -> {
            files.add(folder.resolve(each.name() + ".crt"));
            files.add(folder.resolve(each.name() + ".key"));
        });
        return files;
    }

    /**
     * Makes a new authority and its certificates, about one a second. Files that are there are replaced: certificates
     * readable by all, keys (PKCS#8) by their owner only.
     *
     * @throws IOException if they can't be made or written
     */
    public void make(List<Wanted> wanted) throws IOException {
        Files.createDirectories(folder);
        // Closed to others, and gone at the end with the authority's key.
        Path workshop = Files.createTempDirectory(folder, ".making");
        Path store = workshop.resolve("all.p12");
        try {
            String password = UUID.randomUUID().toString();
            Keytool keytool = new Keytool(store, password);
            keytool.keyPair(
                    AUTHORITY,
                    "CN=FogWhisk test authority",
                    days,
                    List.of("-ext", "BC:critical=ca:true,pathlen:0", "-ext", "KU:critical=keyCertSign,cRLSign"));
            for (Wanted each : wanted) {
                keytool.keyPair(each.name(), "CN=" + each.name() + ",OU=" + each.unit(), days, options(each));
            }
            write(keytool.read(), password, wanted);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read what keytool made: " + e.getMessage(), e);
        } finally {
            try (Stream<Path> left = Files.list(workshop)) {
                for (Path each : left.toList()) {
                    Files.delete(each);
                }
            }
            Files.delete(workshop);
        }
    }

    private static List<String> options(Wanted wanted) {
        List<String> options = new ArrayList<>(List.of("-signer", AUTHORITY, "-ext", "KU:critical=digitalSignature"));
        if (!wanted.uses().isEmpty()) {
            options.addAll(List.of("-ext", "EKU=" + String.join(",", wanted.uses())));
        }
        if (!wanted.hosts().isEmpty()) {
            options.addAll(List.of("-ext", HostNames.extension(wanted.hosts())));
        }
        return options;
    }

    private void write(KeyStore store, String password, List<Wanted> wanted)
            throws IOException, GeneralSecurityException {
        certificate(store, AUTHORITY);
        for (Wanted each : wanted) {
            certificate(store, each.name());
            Key key = store.getKey(each.name(), password.toCharArray());
            PrivateFile.replace(folder.resolve(each.name() + ".key"), pem("PRIVATE KEY", key.getEncoded()));
        }
    }

    private void certificate(KeyStore store, String alias) throws IOException, GeneralSecurityException {
        Files.write(
                folder.resolve(alias + ".crt"),
                pem("CERTIFICATE", store.getCertificate(alias).getEncoded()));
    }

    private static byte[] pem(String kind, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return ("-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
