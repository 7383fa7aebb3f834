package io.fogwhisk.lean.runtime;

import io.fogwhisk.wsk.model.ActivationStatus;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How a run ended.
 *
 * @param status as OpenWhisk maps it
 * @param result JSON: what the code returned, or {@code {"error": ...}}
 * @param logs lines, complete and in OpenWhisk's form {@code <ISO time> <stream>: <text>}
 * @param start when a child began with it, epoch milliseconds
 * @param end epoch milliseconds
 * @param initMillis how long a child took to start and load the code; empty if it was warm
 * @param timedOut whether its time was over
 */
public record RunResult(
        ActivationStatus status,
        String result,
        List<String> logs,
        long start,
        long end,
        OptionalLong initMillis,
        boolean timedOut) {

    /** Checks for null and copies the list. */
    public RunResult {
        Objects.requireNonNull(status, "status is null");
        Objects.requireNonNull(result, "result is null");
        Objects.requireNonNull(initMillis, "initMillis is null");
        logs = List.copyOf(logs);
    }
}
