package io.fogwhisk.lean.runtime;

import io.fogwhisk.wsk.model.ActivationStatus;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A request from its arrival to its result. Changed by one thread after the other: who queues it, then who holds the
 * child that it is given to.
 */
final class PendingRun {

    private static final long MB = 1 << 20;

    private final RunRequest request;
    private final Clock clock;
    private final ActivationOutput output;
    private final long since = System.nanoTime();
    private final CompletableFuture<RunResult> result = new CompletableFuture<>();
    private long start;
    private OptionalLong initMillis = OptionalLong.empty();

    PendingRun(RunRequest request, Clock clock) {
        this.request = request;
        this.clock = clock;
        this.output = new ActivationOutput(request.action().limits().logsMb() * MB, clock);
    }

    RunRequest request() {
        return request;
    }

    ActivationOutput output() {
        return output;
    }

    CompletableFuture<RunResult> result() {
        return result;
    }

    /** When it arrived, as {@link System#nanoTime} counts. */
    long since() {
        return since;
    }

    /** A child begins with it, or goes on with it after having loaded the code. */
    void begin() {
        if (start == 0) {
            start = clock.millis();
        }
    }

    /** The code was loaded, or failed to be, for this request. */
    void initialized() {
        initMillis = OptionalLong.of(clock.millis() - start);
    }

    /** The end. */
    void complete(ActivationResponse response, boolean timedOut) {
        long end = clock.millis();
        if (response.status() == ActivationStatus.DEVELOPER_ERROR) {
            output.failed();
        }
        result.complete(new RunResult(
                response.status(),
                response.result(),
                output.lines(),
                start == 0 ? end : start,
                end,
                initMillis,
                timedOut));
    }
}
