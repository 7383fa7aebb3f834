package io.fogwhisk.lean.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something about the machine that takes a while to find out. It is looked for when it is first asked for, so that a
 * site's start does not share its processors with interpreters that say their versions. Thread-safe.
 */
final class Look<T> {

    private final Supplier<CompletableFuture<T>> start;
    private @Nullable CompletableFuture<T> begun;

    /**
     * A look that has not begun.
     *
     * @param start begins it and returns at once
     */
    Look(Supplier<CompletableFuture<T>> start) {
        this.start = start;
    }

    /** What is found, when it is; the first call begins the look. */
    synchronized CompletableFuture<T> found() {
        CompletableFuture<T> known = begun;
        if (known == null) {
            known = start.get();
            begun = known;
        }
        return known;
    }
}
