package io.fogwhisk.launcher.site;

import io.fogwhisk.base.file.LockFile;
import io.fogwhisk.base.file.PrivateFile;
import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Keeps two processes from using one data folder. */
final class DataFolder {

    /** A site that was just told to stop may need a moment. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private DataFolder() {}

    /**
     * Takes a folder, made for its owner alone if it is missing, until the result is closed, or the process ends.
     *
     * @throws LauncherException if another site uses it
     */
    static LockFile take(Path folder) {
        Path file = folder.resolve("site.lock");
        try {
            PrivateFile.createFolder(folder);
            return LockFile.take(file, LIMIT)
                    .orElseThrow(() -> new LauncherException("the data folder " + folder
                            + " is in use by another site, process " + holder(file)
                            + "; stop that, or configure another site.data"));
        } catch (IOException e) {
            throw new LauncherException("cannot lock the data folder " + folder + ": " + e, e);
        }
    }

    private static String holder(Path file) {
        var holder = LockFile.holder(file);
        return holder.isPresent() ? String.valueOf(holder.getAsLong()) : "unknown";
    }
}
