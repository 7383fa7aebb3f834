package io.fogwhisk.lean.couch;

import static io.fogwhisk.lean.couch.ServedCatalogue.pkg;
import static io.fogwhisk.lean.couch.ServedCatalogue.trigger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.fogwhisk.lean.TestTool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients that Node.js programs use read, follow and replicate the catalogue: PouchDB and nano. */
class NodeClientsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<String> printed = new CopyOnWriteArrayList<>();

    @Test
    void aReplicaIsEqualAfterEveryRoundAndAFollowerIsTold() throws Exception {
        Path node = TestTool.path("node");
        String modules = System.getenv().getOrDefault("CATALOG_NODE_PATH", "");
        if (modules.isEmpty() || !Files.isDirectory(Path.of(modules).resolve("pouchdb"))) {
            absent("the npm packages pouchdb and nano are not in the folder that CATALOG_NODE_PATH names"
                    + " (npm install pouchdb nano)");
        }
        byte[] code = new byte[100_000];
        new Random(1).nextBytes(code);
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.site("rome");
            centre.put(pkg("/guest/tools"), trigger("/guest/a", 1), trigger("/guest/b", 1), trigger("/guest/c", 1));
            centre.action("/guest/tools/long", Base64.getEncoder().encodeToString(code), true);
            await().atMost(LIMIT)
                    .until(() -> rome.json("/whisks").path("doc_count").asInt() == 5);
            Process process = start(node, rome, centre.server.endpoint());
            Thread reading = new Thread(() -> read(process), "node-output");
            reading.start();
            try (Writer told = process.outputWriter(StandardCharsets.UTF_8)) {
                awaitLine("nano whisks 5");
                awaitLine("copied true 0 guest/a@1 guest/b@1 guest/c@1 guest/tools@1 guest/tools/long@1:100000");

                centre.put(trigger("/guest/a", 2));
                awaitLine("followed guest/a trigger");
                centre.delete(trigger("/guest/b", 1));
                awaitLine("followed guest/b gone");
                centre.action("/guest/tools/long", "y".repeat(50_000), false);
                awaitLine("followed guest/tools/long action");
                told.write("again\n");
                told.flush();

                awaitLine("copied true 0 guest/a@2 guest/c@1 guest/tools@1 guest/tools/long@2:50000");
                told.write("end\n");
            } finally {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
                reading.join(LIMIT.toMillis());
            }
            assertThat(printed).noneMatch(line -> line.startsWith("error") || line.startsWith("failed"));
        }
    }

    private Process start(Path node, ServedCatalogue.Site site, String url) throws IOException {
        String script;
        try (var file = NodeClientsTest.class.getResourceAsStream("/catalogue-clients.js")) {
            script = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        return new ProcessBuilder(node.toString(), "-e", script, url, site.id, site.token, folder.toString())
                .redirectErrorStream(true)
                .start();
    }

    private void read(Process process) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                printed.add(line);
            }
        } catch (IOException e) {
            printed.add("failed " + e);
        }
    }

    private void awaitLine(String line) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(printed).contains(line));
    }

    private static void absent(String why) {
        if (System.getenv().getOrDefault("CI", "").equals("true")) {
            fail(why + ", and the build server must not skip a test");
        }
        abort(why);
    }
}
