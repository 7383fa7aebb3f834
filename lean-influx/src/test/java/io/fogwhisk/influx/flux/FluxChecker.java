package io.fogwhisk.influx.flux;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * InfluxData's own parser and type checker of Flux, the npm package {@code @influxdata/flux-lsp-node}, run by Node.js.
 * Where either is absent the test says so and is skipped; on the build server (environment {@code CI=true}) it fails.
 */
public final class FluxChecker {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LIMIT_SECONDS = 120;

    private FluxChecker() {}

    /** Whether it accepts each of the scripts, in their order. */
    public static List<Boolean> accepts(List<String> scripts) throws IOException, InterruptedException {
        Path node = node();
        Path module = Path.of(System.getenv().getOrDefault("NODE_PATH", ""), "@influxdata", "flux-lsp-node");
        if (!Files.isDirectory(module)) {
            absent("the npm package @influxdata/flux-lsp-node is not on NODE_PATH"
                    + " (npm install @influxdata/flux-lsp-node)");
        }
        String answer = run(node, JSON.writeValueAsBytes(scripts));
        List<Boolean> verdicts = new ArrayList<>();
        for (JsonNode verdict : JSON.readTree(answer)) {
            verdicts.add(verdict.booleanValue());
        }
        return verdicts;
    }

    private static String run(Path node, byte[] scripts) throws IOException, InterruptedException {
        String program;
        try (InputStream in = Objects.requireNonNull(FluxChecker.class.getResourceAsStream("flux-check.js"))) {
            program = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Process process = new ProcessBuilder(node.toString(), "-e", program)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream out = process.getOutputStream()) {
            out.write(scripts);
        }
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("node did not end within " + LIMIT_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            fail("node ended with " + process.exitValue() + " and printed: " + answer);
        }
        return answer;
    }

    private static Path node() {
        for (String folder : List.of("/usr/local/bin", "/usr/bin", "/bin")) {
            Path file = Path.of(folder, "node");
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return absent("node is not installed in /usr/bin or /usr/local/bin");
    }

    private static Path absent(String why) {
        if (System.getenv().getOrDefault("CI", "").equals("true")) {
            fail(why + ", and the build server must not skip a test");
        }
        return abort(why);
    }
}
