package io.fogwhisk.lean;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program that runs user code and that this project does not bring. Where it is absent the test says so and is skipped;
 * on the build server (environment {@code CI=true}) it fails instead.
 */
public final class TestTool {

    private TestTool() {}

    /** Where a program is that every user of the machine can run. */
    public static Path path(String name) {
        for (String folder : List.of("/usr/local/bin", "/usr/bin", "/bin")) {
            Path file = Path.of(folder, name);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        String why = name + " is not installed in /usr/bin or /usr/local/bin";
        if (System.getenv().getOrDefault("CI", "").equals("true")) {
            fail(why + ", and the build server must not skip a test");
        }
        return abort(why);
    }
}
