package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.lean.TestTool;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Python and Java in the children of the pool: under their user, within their limits, with their logs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanguageRunsTest {

    private static final String JAVA = "java:" + Runtime.version().feature();

    private final Path folder = NodeRuntimes.reachableFolder();
    private ChildRuntimes runtimes;

    @TempDir
    Path work;

    @BeforeAll
    void start() {
        TestTool.path("python3");
        runtimes = new ChildRuntimes(
                "test",
                new RuntimeSettings(2_048, Duration.ofMinutes(10), true, folder, Map.of()),
                () -> "http://localhost:3233",
                Clock.systemUTC());
        runtimes.start();
    }

    @AfterAll
    void close() throws IOException {
        runtimes.close();
        FileTree.delete(folder);
    }

    @Test
    void theKindsOfBothAreFoundByTheirDefaults() {
        assertThat(runtimes.find("python:default").map(RuntimeKind::kind)).contains("python:3");
        assertThat(runtimes.find("java:default").map(RuntimeKind::kind)).contains(JAVA);
        assertThat(runtimes.find("java:default").map(RuntimeKind::requiresMain)).contains(true);
    }

    @Test
    void pythonRunsWarmWithItsLogsAndItsEnvironment() {
        // Given
        String code = "import os\ncount = 0\ndef main(args):\n  global count\n  count += 1\n  print('run', count)\n"
                + "  return {'n': count, 'ns': os.environ['__OW_NAMESPACE'], 'host': os.environ['__OW_API_HOST']}";
        WhiskAction action = action("warm", "python:3", false, "main");

        // When
        RunResult first = run(action, code, "{}");
        RunResult second = run(action, code, "{}");

        // Then
        assertThat(first.result()).isEqualTo("{\"n\": 1, \"ns\": \"guest\", \"host\": \"http://localhost:3233\"}");
        assertThat(first.initMillis()).isPresent();
        assertThat(second.result()).startsWith("{\"n\": 2");
        assertThat(second.initMillis()).isEmpty();
        assertThat(NodeRuntimes.texts(second)).containsExactly("stdout: run 2");
    }

    @Test
    void aZipOfPythonRunsUnderAnotherUser() {
        // Given
        String zip = ZipText.of(
                "__main__.py", "import lib\ndef main(args): return {'lib': lib.name}", "lib.py", "name = 'there'");

        // When
        RunResult result = run(action("zip", "python:3", true, "main"), zip, "{}");

        // Then
        assertThat(result.result()).isEqualTo("{\"lib\": \"there\"}");
    }

    @Test
    void pythonThatExitsIsReplaced() {
        // Given
        String code = "import sys\ndef main(args):\n  if args.get('exit'): sys.exit(3)\n  return {'ok': True}";
        WhiskAction action = action("exits", "python:3", false, "main");

        // When
        RunResult exited = run(action, code, "{\"exit\":1}");
        RunResult after = run(action, code, "{}");

        // Then
        assertThat(exited.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
        assertThat(exited.result()).contains("did not produce a valid response and exited unexpectedly");
        assertThat(after.result()).isEqualTo("{\"ok\": true}");
    }

    @Test
    void pythonThatCannotBeLoadedSaysSo() {
        RunResult result = run(action("bad", "python:3", false, "main"), "def main(:", "{}");

        assertThat(result.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
        assertThat(result.result()).contains("Cannot start action. Check logs for details.");
        assertThat(String.join("\n", result.logs())).contains("SyntaxError");
    }

    @Test
    void javaRunsWarmWithItsLogsAndItsEnvironment() {
        // Given
        String jar = JarText.of(
                work,
                "Hello.java",
                "import com.google.gson.*; public class Hello { static int n;"
                        + "public static JsonObject main(JsonObject args) {"
                        + "  System.out.println(\"run \" + ++n);"
                        + "  args.addProperty(\"ns\", System.getenv(\"__OW_NAMESPACE\")); return args; } }");
        WhiskAction action = action("java", JAVA, true, "Hello");

        // When
        RunResult first = run(action, jar, "{\"a\":1}");
        RunResult second = run(action, jar, "{}");

        // Then
        assertThat(first.result()).isEqualTo("{\"a\":1,\"ns\":\"guest\"}");
        assertThat(second.initMillis()).isEmpty();
        assertThat(NodeRuntimes.texts(second)).containsExactly("stdout: run 2");
    }

    @Test
    void javaThatUsesUpItsHeapIsTold() {
        // Given
        String jar = JarText.of(
                work,
                "Eater.java",
                "import com.google.gson.*; public class Eater { public static JsonObject main(JsonObject args) {"
                        + "java.util.List<byte[]> all = new java.util.ArrayList<>();"
                        + "while (true) all.add(new byte[1 << 20]); } }");

        // When
        RunResult result = run(action("eater", JAVA, true, "Eater"), jar, "{}");

        // Then
        assertThat(result.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
        assertThat(result.result()).contains("The action exhausted its memory and was aborted.");
    }

    private RunResult run(WhiskAction action, String code, String input) {
        RunRequest request = new RunRequest(
                action,
                () -> code,
                "guest",
                action.name(),
                input,
                Map.of(),
                new ActivationId(UUID.randomUUID().toString().replace("-", "")),
                "transaction",
                Optional.empty());
        return NodeRuntimes.await(runtimes.run(request).toCompletableFuture());
    }

    private static WhiskAction action(String name, String kind, boolean binary, String main) {
        return new WhiskAction(
                QualifiedName.of("guest", name),
                SemVer.FIRST,
                false,
                List.of(),
                1,
                List.of(),
                new Exec.Code(kind, new ActionCode.Inline(""), binary, Optional.of(main)),
                Limits.DEFAULT);
    }
}
