package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that is killed without a chance to clean up. */
class KilledServerTest {

    @Test
    void takesItsChildrenWithItEvenOneThatNeverListens() throws Exception {
        // Skips the test here, where there is no node.
        NodeRuntimes.start().close();
        Path folder = NodeRuntimes.reachableFolder();
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await().atMost(Duration.ofSeconds(40)).until(() -> runners(folder).size() == 2);

            server.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(runners(folder)).isEmpty());
        } finally {
            server.destroyForcibly();
            FileTree.delete(folder);
        }
    }

    private static List<String> runners(Path folder) {
        return ChildCommands.containing(folder + File.separator).stream()
                .filter(command -> command.contains("runner.js"))
                .toList();
    }

    /** What the test starts: runs one action that never ends by itself and one that waits for work. */
    static final class Server {

        private Server() {}

        public static void main(String[] args) throws Exception {
            try (NodeRuntimes runtimes = NodeRuntimes.in(Path.of(args[0]))) {
                String loop = "function main() { const end = Date.now() + 60000; while (Date.now() < end); }";
                CompletableFuture<RunResult> endless = runtimes.submit(runtimes.action(loop), loop);
                runtimes.run(NodeRuntimes.ECHO);
                endless.get(60, TimeUnit.SECONDS);
            }
        }
    }
}
