package io.fogwhisk.launcher.site;

import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** The embedded InfluxDB's token: random, made once, kept in the data folder for its owner's eyes only. */
public final class InfluxToken {

    private static final int BYTES = 32;

    private InfluxToken() {}

    /**
     * Reads the token of a data folder, or makes it.
     *
     * @throws LauncherException if the file can't be read or written
     */
    public static String of(Path dataFolder) {
        Path file = dataFolder.resolve("influx.token");
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
        Path fresh = file.resolveSibling("influx.token.new");
        Files.deleteIfExists(fresh);
        try {
            // Created with its final mode: at no time can anyone else read it.
            Files.createFile(fresh, ownerOnly());
            Files.writeString(fresh, token + "\n");
            Files.move(fresh, file);
        } catch (FileAlreadyExistsException e) {
            Files.deleteIfExists(fresh);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))
                }
                : new FileAttribute<?>[0];
    }
}
