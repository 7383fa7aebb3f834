package io.fogwhisk.aggregate.influx;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** What a database said to one write request. What to do next is part of the type. */
public sealed interface WriteAnswer {

    /** Every point of the request is stored. */
    record Confirmed() implements WriteAnswer {}

    /**
     * At least one point can never be stored, says the database itself (400, 413, 422); the others of the request may or
     * may not be.
     *
     * @param reason what the database said
     */
    record BadData(String reason) implements WriteAnswer {
        /** Checks for null. */
        public BadData {
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /**
     * Something on the way to the database takes no request of this size; a smaller one may pass.
     *
     * @param reason for the user: which bucket, and why
     */
    record TooLarge(String reason) implements WriteAnswer {
        /** Checks for null. */
        public TooLarge {
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /**
     * Nothing was confirmed, through no fault of the points: the same request can succeed later.
     *
     * @param reason for the user: which bucket, and why
     * @param configuration true if somebody must change a setting first (401, 403, 404 and other refusals), false if
     *     the database is away, overloaded or broken
     * @param retryAfter how long the database asks to be left alone
     */
    record NotNow(String reason, boolean configuration, Optional<Duration> retryAfter) implements WriteAnswer {
        /** Checks for null. */
        public NotNow {
            Objects.requireNonNull(reason, "reason is null");
            Objects.requireNonNull(retryAfter, "retryAfter is null");
        }

        /** Of a database that asks for no wait. */
        public NotNow(String reason, boolean configuration) {
            this(reason, configuration, Optional.empty());
        }
    }
}
