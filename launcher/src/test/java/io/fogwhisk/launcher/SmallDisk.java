package io.fogwhisk.launcher;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A disk of a few megabytes, for as long as a test runs; only the administrator of a machine can make one. */
public final class SmallDisk implements AutoCloseable {

    private final Path folder;
    private final Path ballast;

    /**
     * A disk in a folder; skips the test where there can be none.
     *
     * @param folder empty
     */
    public SmallDisk(Path folder, int megabytes) {
        this.folder = folder;
        this.ballast = folder.resolve("ballast");
        if (!run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "fogwhisk-test", folder.toString())) {
            abort("no small disk can be mounted here, which only root may: what a full disk does is not checked");
        }
    }

    /** Where its files are. */
    public Path folder() {
        return folder;
    }

    /** Fills what is free but for some bytes. */
    public void fill(long leaving) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace() - leaving;
        Files.write(ballast, new byte[(int) Math.max(0, free)]);
    }

    /** Frees what {@link #fill} took. */
    public void free() throws IOException {
        Files.deleteIfExists(ballast);
    }

    /** Has it take no write any more. */
    public void readOnly() {
        if (!run("mount", "-o", "remount,ro", folder.toString())) {
            throw new AssertionError("the disk at " + folder + " could not be made read-only");
        }
    }

    @Override
    public void close() {
        if (!run("umount", "--lazy", folder.toString())) {
            throw new AssertionError("the disk at " + folder + " could not be unmounted");
        }
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
