package io.fogwhisk.launcher.samples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.launcher.ExternalTool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One Node.js that runs the actions of {@code samples/actions}, as an OpenWhisk does: parameters in, a result out. Its
 * clock stands where the caller says. Not thread-safe.
 */
final class NodeActions implements AutoCloseable {

    private static final long LIMIT_SECONDS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DRIVER = """
            const folder = process.argv[1];
            const lines = require('readline').createInterface({input: process.stdin});
            (async () => {
              for await (const line of lines) {
                const {action, now, params} = JSON.parse(line);
                Date.now = () => now;
                let result;
                try {
                  result = await require(folder + '/' + action + '.js').main(params);
                } catch (thrown) {
                  result = {thrown: String(thrown.stack)};
                }
                process.stdout.write(JSON.stringify(result) + '\\n');
              }
            })();
            """;

    private final Process process;
    private final Writer calls;
    private final BufferedReader results;

    NodeActions() {
        try {
            process = new ProcessBuilder(
                            "node",
                            "-e",
                            DRIVER,
                            ExternalTool.projectRoot()
                                    .resolve("samples/actions")
                                    .toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            ExternalTool.absent("node is not installed (Node.js 20)");
            throw new UncheckedIOException(e);
        }
        calls = process.outputWriter(StandardCharsets.UTF_8);
        results = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Runs an action at a time; whatever it printed beside its result fails the caller. */
    ObjectNode call(String action, Instant now, ObjectNode params) throws Exception {
        ObjectNode call = JSON.createObjectNode().put("action", action).put("now", now.toEpochMilli());
        call.set("params", params);
        calls.write(call + "\n");
        calls.flush();
        String line = CompletableFuture.supplyAsync(this::nextLine).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        return (ObjectNode) JSON.readTree(line);
    }

    private String nextLine() {
        try {
            return String.valueOf(results.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
