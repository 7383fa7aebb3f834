package io.fogwhisk.lean.runtime;

import io.fogwhisk.wsk.model.ActivationStatus;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Runs code in child processes, kept warm. Thread-safe. */
public final class ChildRuntimes implements Runtimes {

    private final List<Language> languages;
    private final Clock clock;

    /**
     * Runtimes without a child.
     *
     * @param name of the OpenWhisk, for the threads
     */
    public ChildRuntimes(String name, RuntimeSettings settings, Clock clock) {
        this.languages = List.of();
        this.clock = clock;
    }

    @Override
    public void start() {}

    @Override
    public List<RuntimeKind> kinds() {
        return languages.stream().map(Language::kind).toList();
    }

    @Override
    public boolean blackbox() {
        return false;
    }

    @Override
    public CompletionStage<RunResult> run(RunRequest request) {
        long now = clock.millis();
        return CompletableFuture.completedFuture(new RunResult(
                ActivationStatus.INTERNAL_ERROR,
                "{\"error\":\"No runtime on this machine runs the action.\"}",
                List.of(),
                now,
                now,
                OptionalLong.empty(),
                false));
    }

    @Override
    public void close() {}
}
