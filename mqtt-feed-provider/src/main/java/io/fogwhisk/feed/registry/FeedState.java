package io.fogwhisk.feed.registry;

import java.util.Objects;
import java.util.OptionalInt;

/** Whether a feed fires. */
public sealed interface FeedState {

    /** It fires. */
    record Active() implements FeedState {}

    /** A user paused it: it does not fire, and misses what happens, until the user resumes it. */
    record Paused() implements FeedState {}

    /**
     * It does not fire until a user updates it.
     *
     * @param kind {@code AUTO}: the provider disabled it
     * @param statusCode of the refusal that caused it, if one did
     * @param message for the user: why
     */
    record Disabled(String kind, OptionalInt statusCode, String message) implements FeedState {
        /** Checks for null. */
        public Disabled {
            Objects.requireNonNull(kind, "kind is null");
            Objects.requireNonNull(statusCode, "statusCode is null");
            Objects.requireNonNull(message, "message is null");
        }

        /** Disabled by the provider, because a fire was refused. */
        public static Disabled refused(int statusCode, String message) {
            return new Disabled("AUTO", OptionalInt.of(statusCode), message);
        }

        /** Disabled by the provider, for another reason. */
        public static Disabled because(String message) {
            return new Disabled("AUTO", OptionalInt.empty(), message);
        }
    }
}
