package io.fogwhisk.base.certificate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's {@code keytool} on one PKCS12 file: what the JDK offers no public API for. Keys are of the curve P-256. Not
 * thread-safe.
 */
public final class Keytool {

    private static final long LIMIT_SECONDS = 30;

    private final Path store;
    private final String password;

    /**
     * A tool for a file.
     *
     * @param store made by the first key pair; keytool leaves its mode to the process's defaults, so its folder must be
     *     closed to others
     */
    public Keytool(Path store, String password) {
        this.store = store;
        this.password = password;
    }

    /**
     * Makes a key and its certificate, which takes about a second.
     *
     * @param alias under which both are kept
     * @param subject of the certificate, as in {@code CN=FogWhisk}
     * @param days from now on, for how long it is valid
     * @param options further ones of {@code keytool -genkeypair}: extensions, the signer
     * @throws IOException if keytool fails, with what it said
     */
    public void keyPair(String alias, String subject, long days, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-J-Xmx64m",
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-validity",
                String.valueOf(days),
                "-dname",
                subject,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                password));
        command.addAll(options);
        run(command);
    }

    /** What the file holds. */
    public KeyStore read() throws IOException, GeneralSecurityException {
        KeyStore read = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            read.load(in, password.toCharArray());
        }
        return read;
    }

    private void run(List<String> command) throws IOException {
        Path log = store.resolveSibling("keytool.log");
        Process process = new ProcessBuilder(command)
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
}
