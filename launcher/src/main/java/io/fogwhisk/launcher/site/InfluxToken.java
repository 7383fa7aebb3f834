package io.fogwhisk.launcher.site;

import io.fogwhisk.base.file.PrivateFile;
import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The embedded InfluxDB's token: the configured one, or a random one, made once and kept in the data folder for its
 * owner's eyes only.
 */
public final class InfluxToken {

    /** The file's name in the data folder. */
    static final String FILE = "influx.token";

    private static final int BYTES = 32;

    private InfluxToken() {}

    /**
     * The configured token, or else that of the data folder.
     *
     * @throws LauncherException if the file can't be read or written
     */
    static String of(SiteConfig config) {
        return config.influx().token().orElseGet(() -> of(config.data()));
    }

    /**
     * Reads the token of a data folder, or makes it.
     *
     * @throws LauncherException if the file can't be read or written
     */
    public static String of(Path dataFolder) {
        Path file = dataFolder.resolve(FILE);
        try {
            Files.createDirectories(dataFolder);
            if (!Files.exists(file)) {
                create(file);
            }
            String token = Files.readString(file, StandardCharsets.UTF_8).trim();
            if (token.isEmpty()) {
                throw new LauncherException("the token file " + file + " is empty; delete it to get a new token");
            }
            return token;
        } catch (IOException e) {
            throw new LauncherException("cannot read or write the token file " + file + ": " + e, e);
        }
    }

    private static void create(Path file) throws IOException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        PrivateFile.replace(file, (token + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
