package io.fogwhisk.lean.rest;

import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.fogwhisk.lean.TestSite;
import io.fogwhisk.lean.TestTool;
import io.fogwhisk.wsk.action.BuiltInPackage.BuiltInAction;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client library that Node.js programs use declares, runs, reads and deletes everything, with Node.js actions. */
class NpmClientTest {

    private static final long LIMIT_SECONDS = 60;

    @TempDir
    Path folder;

    private final Queue<String> feedEvents = new ConcurrentLinkedQueue<>();

    @Test
    void livesAFullLife() throws Exception {
        // Given
        Path node = TestTool.path("node");
        Path module = Path.of(System.getenv().getOrDefault("NODE_PATH", "")).resolve("openwhisk");
        if (!Files.isDirectory(module)) {
            absent("the npm package openwhisk is not on NODE_PATH (npm install openwhisk)");
        }
        BuiltInAction feed = new BuiltInAction("feed", List.of(TestSite.kv("feed", true)), (params, context) -> {
            feedEvents.add(params.tree().path("lifecycleEvent").asText() + " "
                    + params.tree().path("triggerName").asText());
            return CompletableFuture.completedFuture(JsonObject.empty());
        });
        try (TestSite site = new TestSite(folder, utils(feed))) {
            // When
            String printed = run(node, site);
            // Then
            assertThat(printed.strip()).endsWith("all well");
            assertThat(feedEvents).containsExactly("CREATE /_/ft", "UPDATE /_/ft", "READ /_/ft", "DELETE /_/ft");
            for (String collection : List.of("actions", "packages", "triggers", "rules")) {
                assertThat(site.send("GET", "/api/v1/namespaces/_/" + collection)
                                .json())
                        .isEmpty();
            }
        }
    }

    private static String run(Path node, TestSite site) throws IOException, InterruptedException {
        String script;
        try (var file = NpmClientTest.class.getResourceAsStream("/npm-client.js")) {
            script = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        ProcessBuilder builder =
                new ProcessBuilder(node.toString(), "-e", script, site.whisk.apiHost(), AuthKey.GUEST.reveal());
        Process process = builder.redirectErrorStream(true).start();
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
