package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Copies of our runners that any user may read; the class path may be closed to them. Thread-safe. */
final class RunnerFiles {

    private final Path folder;

    /**
     * No copy yet.
     *
     * @param folder exists, and any user may enter it
     */
    RunnerFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * A copy of a resource of this package, made when first asked for.
     *
     * @throws LeanException if it cannot be written
     */
    synchronized Path file(String resource) {
        Path file = folder.resolve(resource);
        if (Files.exists(file)) {
            return file;
        }
        try (InputStream in = RunnerFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new LeanException(500, "the runner " + resource + " is not part of this installation");
            }
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            return file;
        } catch (IOException e) {
            throw new LeanException(500, "cannot write the runner " + file, e);
        }
    }
}
