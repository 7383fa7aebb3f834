package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
    Path file(String resource) {
        return file(resource, out -> {
            try (InputStream in = RunnerFiles.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new FileNotFoundException("it is not part of this installation");
                }
                in.transferTo(out);
            }
        });
    }

    /**
     * A file, made when first asked for.
     *
     * @throws LeanException if it cannot be written
     */
    synchronized Path file(String name, Contents contents) {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            return file;
        }
        Path begun = folder.resolve(name + ".begun");
        try (OutputStream out = Files.newOutputStream(begun)) {
            contents.write(out);
            Files.setPosixFilePermissions(begun, PosixFilePermissions.fromString("rw-r--r--"));
            return Files.move(begun, file);
        } catch (IOException e) {
            throw new LeanException(500, "cannot write the runner " + file + ": " + e.getMessage(), e);
        }
    }

    /** What goes into a file. */
    @FunctionalInterface
    interface Contents {

        /** Writes it and leaves open what it writes to. */
        void write(OutputStream out) throws IOException;
    }
}
