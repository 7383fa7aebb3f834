package io.fogwhisk.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs in Node.js against the server: InfluxData's client, and actions that do without one. */
class NodeClientsTest {

    private static final long LIMIT_SECONDS = 60;

    @TempDir
    Path folder;

    @Test
    void theClientDoesAllItCan() throws Exception {
        // Given
        Path module =
                Path.of(System.getenv().getOrDefault("NODE_PATH", "")).resolve("@influxdata/influxdb-client-apis");
        if (!Files.isDirectory(module)) {
            absent("the npm packages @influxdata/influxdb-client and @influxdata/influxdb-client-apis are not on"
                    + " NODE_PATH (npm install @influxdata/influxdb-client @influxdata/influxdb-client-apis)");
        }
        try (RunningInflux influx = new RunningInflux(folder)) {
            // When
            String printed = run("/npm-client.js", influx);

            // Then
            assertThat(printed.strip()).endsWith("all well");
        }
    }

    @Test
    void anActionThatBuildsLinesAndSplitsAnswersByHandIsRight() throws Exception {
        try (RunningInflux influx = new RunningInflux(folder)) {
            // When
            JsonNode aggregates = new ObjectMapper().readTree(run("/by-hand.js", influx));

            // Then
            assertThat(aggregates.findValuesAsText("value")).containsExactly("23", "20", "27");
            assertThat(aggregates.findValuesAsText("id")).containsExactly("1", "1", "1");
            assertThat(aggregates.findValuesAsText("measurement"))
                    .containsExactly("temperature", "temperature", "temperature");
        }
    }

    private static String run(String script, RunningInflux influx) throws IOException, InterruptedException {
        String text;
        try (var file = NodeClientsTest.class.getResourceAsStream(script)) {
            text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        Process process;
        try {
            process = new ProcessBuilder("node", "-e", text, influx.url(), RunningInflux.TOKEN)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            absent("node is not installed");
            throw e;
        }
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("node did not end within " + LIMIT_SECONDS + " s");
        }
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    private static void absent(String why) {
        if (System.getenv().getOrDefault("CI", "").equals("true")) {
            fail(why + ", and the build server must not skip a test");
        }
        abort(why);
    }
}
