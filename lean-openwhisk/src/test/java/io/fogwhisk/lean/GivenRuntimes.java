package io.fogwhisk.lean;

import io.fogwhisk.lean.runtime.RunRequest;
import io.fogwhisk.lean.runtime.RunResult;
import io.fogwhisk.lean.runtime.RuntimeKind;
import io.fogwhisk.lean.runtime.Runtimes;
import io.fogwhisk.wsk.model.ActivationStatus;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** Runtimes whose runs end as the test says. */
public final class GivenRuntimes implements Runtimes {

    public final ConcurrentLinkedQueue<RunRequest> requests = new ConcurrentLinkedQueue<>();
    private final Function<RunRequest, CompletionStage<RunResult>> answer;
    private final CompletableFuture<RunResult> endedByClose;

    public GivenRuntimes(Function<RunRequest, CompletionStage<RunResult>> answer) {
        this(answer, new CompletableFuture<>());
    }

    /** Runtimes whose close ends a run. */
    public GivenRuntimes(
            Function<RunRequest, CompletionStage<RunResult>> answer, CompletableFuture<RunResult> endedByClose) {
        this.answer = answer;
        this.endedByClose = endedByClose;
    }

    /** Runs that succeed at once with a result made from the request. */
    public static GivenRuntimes answering(Function<RunRequest, String> result) {
        return new GivenRuntimes(request -> CompletableFuture.completedFuture(ok(result.apply(request))));
    }

    public static RunResult ok(String result) {
        long now = System.currentTimeMillis();
        return new RunResult(
                result.startsWith("{\"error\"") ? ActivationStatus.APPLICATION_ERROR : ActivationStatus.SUCCESS,
                result,
                List.of(),
                now,
                now,
                OptionalLong.empty(),
                false);
    }

    @Override
    public void start() {}

    @Override
    public List<RuntimeKind> kinds() {
        return List.of(new RuntimeKind("nodejs:20", "nodejs", "test", true, false));
    }

    @Override
    public boolean blackbox() {
        return false;
    }

    @Override
    public CompletionStage<RunResult> run(RunRequest request) {
        requests.add(request);
        return answer.apply(request);
    }

    @Override
    public void close() {
        endedByClose.complete(ok("{\"error\":\"killed\"}"));
    }
}
