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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

/** Executables that speak the container protocol, in the children of the pool. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExecutableChildrenTest {

    private final Path folder = NodeRuntimes.reachableFolder();
    private ChildRuntimes runtimes;

    @BeforeAll
    void start() throws IOException {
        String python = TestTool.path("python3").toString();
        Path proxy = folder.resolve("action-proxy.py");
        try (var in = getClass().getResourceAsStream("action-proxy.py")) {
            Files.copy(in, proxy);
        }
        Files.setPosixFilePermissions(proxy, PosixFilePermissions.fromString("rw-r--r--"));
        runtimes = runtimes(
                true,
                Map.of(
                        "go:1.19",
                        List.of(python, proxy.toString()),
                        "go:1.20",
                        List.of(python, proxy.toString()),
                        "gone:1",
                        List.of("/no/such/program")));
    }

    @AfterAll
    void close() throws IOException {
        runtimes.close();
        FileTree.delete(folder);
    }

    @Test
    void kindsAreListedWhoseExecutableIsThereAndTheLastIsTheDefault() {
        assertThat(runtimes.kinds())
                .contains(
                        new RuntimeKind("go:1.19", "go", "fogwhisk/go:1.19", false, false),
                        new RuntimeKind("go:1.20", "go", "fogwhisk/go:1.20", true, false))
                .noneMatch(kind -> kind.kind().equals("gone:1"));
    }

    @Test
    void itIsInitialisedAndRunAndItsLogsHaveNoMarks() {
        // Given
        String code = "import os, sys\nn = 0\ndef main(m):\n  global n\n  n += 1\n  print('out', n)\n"
                + "  sys.stderr.write('err')\n"
                + "  return {'n': n, 'v': m['value'], 'a': m['action_name'], 'ns': m['namespace'],"
                + " 'host': os.environ['__OW_API_HOST'], 'init': os.environ['__OW_ACTION_NAME'], 'p': os.environ['P'],"
                + " 'deadline': int(m['deadline']) > 0}";

        // When
        RunResult first = run("runs", code, "{\"x\":1.50}");
        RunResult second = run("runs", code, "{}");

        // Then
        assertThat(first.result())
                .isEqualTo("{\"n\": 1, \"v\": {\"x\": 1.5}, \"a\": \"/guest/runs\", \"ns\": \"guest\","
                        + " \"host\": \"http://localhost:3233\", \"init\": \"/guest/runs\", \"p\": \"q\","
                        + " \"deadline\": true}");
        assertThat(first.initMillis()).isPresent();
        assertThat(NodeRuntimes.texts(first)).containsExactlyInAnyOrder("stdout: out 1", "stderr: err");
        assertThat(second.result()).startsWith("{\"n\": 2");
        assertThat(second.initMillis()).isEmpty();
        assertThat(NodeRuntimes.texts(second)).containsExactlyInAnyOrder("stdout: out 2", "stderr: err");
    }

    @Test
    void anAnswerThatIsNotTwoHundredIsAnErrorOfTheDeveloper() {
        RunResult failedInit = run("init", "1 / 0", "{}");
        RunResult failedRun = run("run", "def main(m): raise Exception('no')", "{}");

        assertThat(failedInit.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
        assertThat(failedInit.result()).contains("proxy: division by zero");
        assertThat(failedRun.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
        assertThat(failedRun.result()).contains("proxy: no");
    }

    @Test
    void oneThatExitsIsReplaced() {
        // Given
        String code = "import os\ndef main(m):\n  if 'exit' in m['value']: os._exit(1)\n  return {'ok': True}";

        // When
        RunResult exited = run("exit", code, "{\"exit\":1}");
        RunResult after = run("exit", code, "{}");

        // Then
        assertThat(exited.result()).contains("did not produce a valid response and exited unexpectedly");
        assertThat(after.result()).isEqualTo("{\"ok\": true}");
    }

    @Test
    void anAnswerThatIsTooLongIsRefused() {
        RunResult result = run("long", "def main(m): return {'text': 'x' * 1100000}", "{}");

        assertThat(result.status()).isEqualTo(ActivationStatus.APPLICATION_ERROR);
        assertThat(result.result()).contains("exceeded the allowed length: 1100012 > 1048576 bytes");
    }

    @Test
    void oneThatTakesTooLongIsEnded() {
        RunResult result = run("slow", "import time\ndef main(m): time.sleep(600)", "{}");

        assertThat(result.timedOut()).isTrue();
        assertThat(result.result()).contains("exceeded its time limits of 2000 milliseconds");
    }

    @Test
    void withoutNetworkNoneIsOffered() throws IOException {
        // Given
        try (ChildRuntimes closed = runtimes(false, Map.of("go:1.20", List.of("/bin/sh")))) {
            // Then
            assertThat(closed.kinds()).noneMatch(kind -> kind.family().equals("go"));
            assertThat(closed.blackbox()).isFalse();
        }
    }

    private ChildRuntimes runtimes(boolean network, Map<String, List<String>> executables) {
        ChildRuntimes started = new ChildRuntimes(
                "test",
                new RuntimeSettings(2_048, Duration.ofMinutes(10), network, folder, executables),
                () -> "http://localhost:3233",
                Clock.systemUTC());
        started.start();
        return started;
    }

    private RunResult run(String name, String code, String input) {
        RunRequest request = request(
                name, new Exec.Code("go:1.20", new ActionCode.Inline(""), false, Optional.empty()), code, input);
        return NodeRuntimes.await(runtimes.run(request).toCompletableFuture());
    }

    static RunRequest request(String name, Exec exec, String code, String input) {
        WhiskAction action = new WhiskAction(
                QualifiedName.of("guest", name),
                SemVer.FIRST,
                false,
                List.of(),
                1,
                List.of(),
                exec,
                new Limits(2_000, 256, 10, 1));
        return new RunRequest(
                action,
                () -> code,
                "guest",
                action.name(),
                input,
                Map.of("P", "q"),
                new ActivationId(UUID.randomUUID().toString().replace("-", "")),
                "transaction",
                Optional.empty());
    }
}
