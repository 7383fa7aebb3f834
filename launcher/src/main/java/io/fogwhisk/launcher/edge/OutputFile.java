package io.fogwhisk.launcher.edge;

import io.fogwhisk.launcher.LauncherException;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that a command writes, or its standard output. */
final class OutputFile {

    /** The name of the standard output. */
    static final String STANDARD = "/dev/stdout";

    private OutputFile() {}

    /**
     * Opens a file.
     *
     * @param option its name, for messages
     * @param append true to write after what is there
     * @param out what {@link #STANDARD} stands for; flushed but left open when the writer is closed
     */
    static Writer open(String option, String file, boolean append, PrintWriter out) {
        if (file.equals(STANDARD)) {
            return new FilterWriter(out) {
                @Override
                public void close() throws IOException {
                    flush();
                }
            };
        }
        OpenOption mode = append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
        try {
            return Files.newBufferedWriter(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode);
        } catch (IOException | InvalidPathException e) {
            throw new LauncherException("cannot write " + option + " " + file + ": " + e, e);
        }
    }
}
