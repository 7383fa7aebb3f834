package io.fogwhisk.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs of this machine, one at a time, and waits for each for a bounded time.
 *
 * @param folder that they run in
 * @param patience the longest that one may run
 */
record Program(Path folder, Duration patience) {

    private static final int SHOWN = 2_000;

    /** The same in another folder. */
    Program in(Path other) {
        return new Program(other, patience);
    }

    /**
     * Runs a program to its end, with the C locale, and returns what it wrote to both outputs.
     *
     * @throws ImageException if it is not installed, fails, or runs for too long; its last words are in the message
     */
    String run(List<String> command) {
        String name = command.get(0);
        try {
            Path output = Files.createTempFile("fogwhisk-image-", ".log");
            try {
                return run(command, output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new ImageException(
                    "cannot run " + name
                            + " (the system of the image comes from Debian's packages, by apt-get and dpkg-deb;"
                            + " elsewhere put it on an image with -Djib.from.image): " + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException("interrupted while " + name + " ran", e);
        }
    }

    private String run(List<String> command, Path output) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ImageException(command.get(0) + " did not end within " + patience.toSeconds() + " s");
            }
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
            throw new ImageException(String.join(" ", command) + " failed: " + lastOf(said.strip()));
        }
        return said;
    }

    private static String lastOf(String said) {
        return said.length() <= SHOWN ? said : "... " + said.substring(said.length() - SHOWN);
    }
}
