package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The program {@code kubectl}, of which only the renderer is used here. Where it is absent the test says so and is
 * skipped; on the build server (environment {@code CI=true}) it fails instead.
 */
final class Kubectl {

    private static final long LIMIT_SECONDS = 60;

    private Kubectl() {}

    /** What would be applied with {@code kubectl apply -k}. */
    static String render(Path folder) {
        try {
            Path out = Files.createTempFile("rendered", ".yaml");
            Path errors = Files.createTempFile("rendered", ".err");
            try {
                Process process = new ProcessBuilder(List.of("kubectl", "kustomize", folder.toString()))
                        .redirectOutput(out.toFile())
                        .redirectError(errors.toFile())
                        .start();
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    fail("kubectl kustomize " + folder + " did not end within " + LIMIT_SECONDS + " s");
                }
                if (process.exitValue() != 0) {
                    fail("kubectl kustomize " + folder + ": " + Files.readString(errors));
                }
                return Files.readString(out, StandardCharsets.UTF_8);
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            String why = "kubectl cannot be run (1.25 or newer renders the manifests): " + e.getMessage();
            if (System.getenv().getOrDefault("CI", "").equals("true")) {
                fail(why + ", and the build server must not skip a test");
            }
            abort(why);
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while kubectl ran", e);
        }
    }
}
