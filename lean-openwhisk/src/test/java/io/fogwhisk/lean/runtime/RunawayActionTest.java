package io.fogwhisk.lean.runtime;

import static io.fogwhisk.lean.runtime.NodeRuntimes.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.WhiskAction;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code that takes what it can get: each attack is bounded and ends by itself. */
class RunawayActionTest {

    private NodeRuntimes runtimes;

    @BeforeEach
    void start() {
        runtimes = NodeRuntimes.start();
    }

    @AfterEach
    void close() {
        runtimes.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "function main(a) { if (a.go) { const end = Date.now() + 60000; while (Date.now() < end); } return {}; }",
                "function main(a) { return a.go ? new Promise(() => {}) : {}; }",
            })
    void endsARunWhoseTimeIsOverAndReplacesTheChild(String code) {
        WhiskAction action = runtimes.action("late", 1, new Limits(2_000, 256, 10, 1), false);

        RunResult late = NodeRuntimes.await(runtimes.submit(action, code, "guest", "{\"go\":true}", Map.of()));
        RunResult next = runtimes.run(action, code);

        assertThat(late.result())
                .isEqualTo("{\"error\":\"The action exceeded its time limits of 2000 milliseconds.\"}");
        assertThat(late.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
        assertThat(late.timedOut()).isTrue();
        assertThat(next.status()).isEqualTo(ActivationStatus.SUCCESS);
        assertThat(next.initMillis()).isPresent();
    }

    @Test
    void endsAnInitializationWhoseTimeIsOver() {
        String code = "console.log('begun'); const end = Date.now() + 60000; while (Date.now() < end);";
        WhiskAction action = runtimes.action("late-init", 1, new Limits(1_500, 256, 10, 1), false);

        RunResult late = runtimes.run(action, code);

        assertThat(late.result())
                .isEqualTo("{\"error\":\"The action exceeded its time limits of 1500 milliseconds"
                        + " during initialization.\"}");
        assertThat(late.timedOut()).isTrue();
        assertThat(texts(late)).startsWith("stdout: begun");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // The heap of the language, then memory beside it.
                "function main() { const all = []; for (let i = 0; i < 400; i++) {"
                        + " all.push(new Array(131072).fill(i + 0.5)); } return {n: all.length}; }",
                "function main() { const all = []; return new Promise(done => { const grow = () => {"
                        + " all.push(Buffer.alloc(4 << 20, 1));"
                        + " if (all.length < 100) { setTimeout(grow, 10); } else { done({}); } }; grow(); }); }",
            })
    void endsARunThatUsesMoreMemoryThanItMay(String code) {
        WhiskAction action = runtimes.action("hog", 1, new Limits(30_000, 128, 10, 1), false);

        RunResult result = runtimes.run(action, code);

        assertThat(result.result()).isEqualTo("{\"error\":\"The action exhausted its memory and was aborted.\"}");
        assertThat(result.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
    }

    @Test
    void keepsNoMoreOfAFloodThanTheLimitForLogs() {
        String code = "function main() { const line = 'x'.repeat(1000);"
                + " for (let i = 0; i < 4000; i++) { console.log(line); } return {}; }";
        WhiskAction action = runtimes.action("flood", 1, new Limits(30_000, 256, 1, 1), false);

        RunResult result = runtimes.run(action, code);

        assertThat(result.status()).isEqualTo(ActivationStatus.SUCCESS);
        assertThat(result.logs().stream().mapToLong(String::length).sum()).isBetween(1_000_000L, 1_048_576L + 200);
        assertThat(texts(result))
                .last()
                .isEqualTo("stderr: Logs were truncated because the total bytes size exceeds the limit of"
                        + " 1048576 bytes.");
    }

    @Test
    void keepsNoLogsOfAnActionThatMayHaveNone() {
        WhiskAction action = runtimes.action("silent", 1, new Limits(30_000, 256, 0, 1), false);

        RunResult result = runtimes.run(action, "function main() { console.log('x'); throw 'y'; }");

        assertThat(result.logs()).isEmpty();
    }

    @Test
    void goesOnWhileAnotherActionForks() {
        // At most 600 tries, none of which starts more; each sleeper ends by itself.
        String bomb = "const {spawn} = require('child_process'); function main() {"
                + " return new Promise(done => { let tried = 0, failed = 0; const next = () => {"
                + " if (tried++ === 600) { done({failed}); return; }"
                + " try { const p = spawn('/bin/sleep', ['20']); p.on('error', () => failed++); }"
                + " catch (e) { failed++; } setImmediate(next); }; next(); }); }";
        WhiskAction action = runtimes.action("bomb", 1, new Limits(20_000, 512, 10, 1), false);

        CompletableFuture<RunResult> running = runtimes.submit(action, bomb);
        RunResult other = runtimes.run(NodeRuntimes.ECHO, "{\"a\":1}");
        RunResult bombed = NodeRuntimes.await(running);

        assertThat(other.result()).isEqualTo("{\"a\":1}");
        assertThat(bombed.result()).doesNotContain("{\"failed\":0}");
        runtimes.close();
        assertThat(sleepers("20")).isEmpty();
        runtimes = NodeRuntimes.start();
    }

    @Test
    void endsWhatAnActionHasLeftRunning() {
        String code = "const {spawn} = require('child_process'); function main() {"
                + " const p = spawn('/bin/sh', ['-c', '(/bin/sleep 29 &) ; exit 0'], {stdio: 'ignore', detached: "
                + NodeRuntimes.root() + "});"
                + " return new Promise(done => p.on('exit', () => done({}))); }";
        RunResult result = runtimes.run(code);
        assertThat(result.result()).as(String.join("\n", result.logs())).isEqualTo("{}");
        await().atMost(Duration.ofSeconds(5)).until(() -> !sleepers("29").isEmpty());

        runtimes.close();

        assertThat(sleepers("29")).isEmpty();
        runtimes = NodeRuntimes.start();
    }

    @Test
    void closesTheFolderOfOneActionToAnother() {
        if (!NodeRuntimes.root()) {
            NodeRuntimes.absent("only root can give each action a user of its own");
        }
        RunResult first = runtimes.run(
                "const fs = require('fs'); function main() { fs.writeFileSync('secret', 'x', {mode: 0o644});"
                        + " return {cwd: process.cwd(), uid: process.getuid(), groups: process.getgroups()}; }");
        String cwd = first.result().replaceAll(".*\"cwd\":\"([^\"]*)\".*", "$1");

        RunResult second = runtimes.run("function main() { require('fs').readFileSync('" + cwd + "/secret'); }");

        assertThat(first.result()).matches(".*\"uid\":6[01]\\d\\d\\d,\"groups\":\\[6[01]\\d\\d\\d]}");
        assertThat(second.result()).contains("EACCES");
    }

    @Test
    void connectsToNothingWithoutTheNetwork() throws Exception {
        runtimes.close();
        runtimes = NodeRuntimes.start(512, false);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String code = "const net = require('net'); function main() { return new Promise((done, fail) => {"
                    + " net.connect(" + server.getLocalPort() + ", '127.0.0.1', () => done({}))"
                    + ".on('error', e => fail(e.code)); }); }";

            RunResult result = runtimes.run(code);

            assertThat(result.result()).matches("\\{\"error\":\"(ENETUNREACH|ECONNREFUSED)\"}");
        }
    }

    @Test
    void leavesNothingBehindWhenItCloses() {
        CompletableFuture<RunResult> running = runtimes.submit(
                runtimes.action("busy", 1, Limits.DEFAULT, false),
                "const end = Date.now() + 60000; function main() { console.log('x'); while (Date.now() < end); }");
        runtimes.run(NodeRuntimes.ECHO);
        await().atMost(Duration.ofSeconds(10)).until(() -> runners(runtimes).size() == 2);

        runtimes.close();

        assertThat(runners(runtimes)).isEmpty();
        assertThat(runtimes.folder()).doesNotExist();
        assertThat(NodeRuntimes.await(running).status()).isEqualTo(ActivationStatus.INTERNAL_ERROR);
        runtimes = NodeRuntimes.start();
    }

    private static List<String> runners(NodeRuntimes runtimes) {
        return ChildCommands.containing(runtimes.folder().toString());
    }

    private static List<String> sleepers(String seconds) {
        return ChildCommands.containing("/bin/sleep " + seconds + " ");
    }
}
