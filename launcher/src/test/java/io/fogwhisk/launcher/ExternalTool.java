package io.fogwhisk.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that a user of FogWhisk has and this project does not bring. Where it is absent the test says so and is
 * skipped; on the build server (environment {@code CI=true}) it fails instead.
 */
public final class ExternalTool {

    private static final long LIMIT_SECONDS = 60;

    private ExternalTool() {}

    /** Runs a program and returns what it printed. */
    public static String run(List<String> command, String install) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(new ArrayList<>(command))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            absent(command.get(0) + " is not installed (" + install + ")");
            throw e;
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail(command.get(0) + " did not end within " + LIMIT_SECONDS + " s");
        }
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    /** Skips the test, or fails it on the build server. */
    public static void absent(String why) {
        if (System.getenv().getOrDefault("CI", "").equals("true")) {
            fail(why + ", and the build server must not skip a test");
        }
        abort(why);
    }

    /** The project's root folder: tests run in their module's folder. */
    public static Path projectRoot() {
        return Path.of("..").toAbsolutePath().normalize();
    }
}
