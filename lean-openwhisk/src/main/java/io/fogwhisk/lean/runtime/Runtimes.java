package io.fogwhisk.lean.runtime;

import io.fogwhisk.base.lifecycle.Service;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What runs the code that users upload. Thread-safe. */
public interface Runtimes extends Service {

    /**
     * Finds out what this machine has, unless that is known; otherwise the first who asks for it waits. Waits for a bounded
     * time.
     */
    default void look() {
        kinds();
        blackbox();
    }

    /** The kinds that this machine really has, those of a family together; the first who asks waits for the look. */
    List<RuntimeKind> kinds();

    /** Whether actions of kind {@code blackbox} can be run here. */
    boolean blackbox();

    /**
     * The kind that a client's text stands for: {@code nodejs:20} itself, {@code nodejs:default} the default of its
     * family; trimmed and in any case.
     */
    default Optional<RuntimeKind> find(String text) {
        String wanted = text.trim().toLowerCase(Locale.ROOT);
        return kinds().stream()
                .filter(kind ->
                        kind.kind().equals(wanted) || (kind.isDefault() && wanted.equals(kind.family() + ":default")))
                .findFirst();
    }

    /**
     * Runs code in a warm child, or a new one, waiting for a free one as long as it takes. Returns at once.
     *
     * @return completes with how the run ended, whatever happened to the child; never fails. It completes on a thread
     *     of the runtimes, so callbacks must be short
     */
    CompletionStage<RunResult> run(RunRequest request);
}
