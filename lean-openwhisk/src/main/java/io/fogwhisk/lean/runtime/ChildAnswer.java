package io.fogwhisk.lean.runtime;

import java.util.Objects;

/** What came back from a child. */
sealed interface ChildAnswer {

    /** The longest answer in bytes. */
    int MAX_BYTES = 1 << 20;

    /**
     * It answered.
     *
     * @param ok whether with status 200
     * @param body should be JSON, is not checked yet, at most {@link #MAX_BYTES} long
     */
    record Answered(boolean ok, String body) implements ChildAnswer {

        /** Checks for null. */
        public Answered {
            Objects.requireNonNull(body, "body is null");
        }
    }

    /**
     * It answered with more than is allowed.
     *
     * @param bytes the length of the answer, as far as it was read
     * @param usable whether the answer was read to its end, so that the child can go on
     */
    record TooLong(long bytes, boolean usable) implements ChildAnswer {}

    /**
     * It is gone, or does not speak the protocol any more.
     *
     * @param outOfMemory whether because it used more memory than it may
     */
    record Ended(boolean outOfMemory) implements ChildAnswer {}
}
