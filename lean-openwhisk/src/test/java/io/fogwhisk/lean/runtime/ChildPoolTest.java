package io.fogwhisk.lean.runtime;

import static io.fogwhisk.lean.runtime.NodeRuntimes.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.WhiskAction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets which child. */
class ChildPoolTest {

    private static final String PID =
            "function main(args) { return !args.wait ? {pid: process.pid} : new Promise(done =>"
                    + " setTimeout(() => done({pid: process.pid}), args.wait)); }";

    private NodeRuntimes runtimes = NodeRuntimes.start();

    @AfterEach
    void close() {
        runtimes.close();
    }

    @Test
    void sharesNoChildBetweenNamespaces() {
        WhiskAction action = runtimes.action("shared", 1, Limits.DEFAULT, false);

        RunResult one = await(runtimes.submit(action, PID, "guest", "{}", Map.of()));
        RunResult two = await(runtimes.submit(action, PID, "other", "{}", Map.of()));
        RunResult again = await(runtimes.submit(action, PID, "guest", "{}", Map.of()));

        assertThat(two.result()).isNotEqualTo(one.result());
        assertThat(again.result()).isEqualTo(one.result());
    }

    @Test
    void givesAnUpdatedActionANewChild() {
        RunResult before =
                runtimes.run(runtimes.action("a", 1, Limits.DEFAULT, false), "function main() { return {v: 1}; }");

        RunResult after =
                runtimes.run(runtimes.action("a", 2, Limits.DEFAULT, false), "function main() { return {v: 2}; }");

        assertThat(before.result()).isEqualTo("{\"v\":1}");
        assertThat(after.result()).isEqualTo("{\"v\":2}");
    }

    @Test
    void givesAnotherEnvironmentANewChild() {
        WhiskAction action = runtimes.action("env", 1, Limits.DEFAULT, false);
        String code = "const at = process.env.AT; function main() { return {at}; }";

        RunResult one = await(runtimes.submit(action, code, "guest", "{}", Map.of("AT", "1")));
        RunResult two = await(runtimes.submit(action, code, "guest", "{}", Map.of("AT", "2")));

        assertThat(one.result()).isEqualTo("{\"at\":\"1\"}");
        assertThat(two.result()).isEqualTo("{\"at\":\"2\"}");
    }

    @Test
    void servesManyQuickRequestsWithFewChildren() {
        runtimes.run(runtimes.action("quick", 1, Limits.DEFAULT, false), PID);

        Set<String> children = results(submit("quick", 200, "{}"));

        assertThat(children)
                .hasSizeLessThanOrEqualTo(Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    @Test
    void startsFurtherChildrenForRequestsThatTakeLong() {
        Set<String> children = results(submit("slow", 8, "{\"wait\":800}"));

        assertThat(children).hasSizeGreaterThan(2);
    }

    @Test
    void stopsTheChildIdleLongestWhenTheMemoryIsUsedUp() {
        restart(512);
        String first = runtimes.run(runtimes.action("one", 1, Limits.DEFAULT, false), PID)
                .result();
        String second = runtimes.run(runtimes.action("two", 1, Limits.DEFAULT, false), PID)
                .result();

        runtimes.run(runtimes.action("three", 1, Limits.DEFAULT, false), PID);

        assertThat(results(submit("two", 1, "{}"))).containsExactly(second);
        assertThat(results(submit("one", 1, "{}"))).doesNotContain(first);
    }

    @Test
    void runsAnActionWhileAnotherHasManyRequestsWaiting() {
        restart(512);
        List<CompletableFuture<RunResult>> many = submit("greedy", 100, "{\"wait\":100}");
        await(many.get(10));

        RunResult modest = runtimes.run(runtimes.action("modest", 1, Limits.DEFAULT, false), PID);

        assertThat(modest.status()).isEqualTo(ActivationStatus.SUCCESS);
        assertThat(many.get(99).isDone()).isFalse();
    }

    @Test
    void runsTwoActionsInTurnsWhenThereIsRoomForOne() {
        restart(256);
        List<CompletableFuture<RunResult>> one = submit("one", 20, "{\"wait\":50}");
        List<CompletableFuture<RunResult>> two = submit("two", 20, "{\"wait\":50}");

        await(two.get(0));

        assertThat(one.get(19).isDone()).isFalse();
        assertThat(results(one)).isNotEmpty();
        assertThat(results(two)).isNotEmpty();
    }

    @Test
    void refusesAnActionThatNeedsMoreThanThereIs() {
        restart(128);

        RunResult result = runtimes.run(runtimes.action("big", 1, Limits.DEFAULT, false), PID);

        assertThat(result.status()).isEqualTo(ActivationStatus.INTERNAL_ERROR);
        assertThat(result.result())
                .isEqualTo("{\"error\":\"The action may use 256 MB, but all actions together have 128 MB.\"}");
    }

    @Test
    void takesANewChildForOneThatDiedWhileIdle() {
        String code = "let n = 0; function main() { setTimeout(() => process.exit(1), 1); return {n: ++n}; }";
        WhiskAction action = runtimes.action("dies", 1, Limits.DEFAULT, false);
        runtimes.run(action, code);
        org.awaitility.Awaitility.await()
                .until(() ->
                        ChildCommands.containing(runtimes.folder().toString()).isEmpty());

        RunResult next = runtimes.run(action, code);

        assertThat(next.result()).isEqualTo("{\"n\":1}");
        assertThat(next.status()).isEqualTo(ActivationStatus.SUCCESS);
    }

    private void restart(int userMemoryMb) {
        runtimes.close();
        runtimes = NodeRuntimes.start(userMemoryMb, true);
    }

    private List<CompletableFuture<RunResult>> submit(String name, int count, String input) {
        WhiskAction action = runtimes.action(name, 1, Limits.DEFAULT, false);
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> runtimes.submit(action, PID, "guest", input, Map.of()))
                .toList());
    }

    private static Set<String> results(List<CompletableFuture<RunResult>> runs) {
        Set<String> results = new HashSet<>();
        for (CompletableFuture<RunResult> run : runs) {
            RunResult result = await(run);
            assertThat(result.status()).as(result.result()).isEqualTo(ActivationStatus.SUCCESS);
            results.add(result.result());
        }
        return results;
    }
}
