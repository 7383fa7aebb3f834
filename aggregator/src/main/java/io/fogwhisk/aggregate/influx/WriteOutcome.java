package io.fogwhisk.aggregate.influx;

import java.util.Objects;

/** What became of the points of one caller. */
public sealed interface WriteOutcome {

    /** The database confirmed them. */
    record Stored() implements WriteOutcome {}

    /**
     * They are durable in the outbox, which delivers them when the database takes them.
     *
     * @param failure why the database did not
     */
    record Queued(WriteAnswer.NotNow failure) implements WriteOutcome {
        /** Checks for null. */
        public Queued {
            Objects.requireNonNull(failure, "failure is null");
        }
    }

    /**
     * The database refuses them for good.
     *
     * @param reason what it said
     */
    record Rejected(String reason) implements WriteOutcome {
        /** Checks for null. */
        public Rejected {
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /**
     * They are stored nowhere: the database is away and there is no room to keep them.
     *
     * @param reason for the user: what is full
     */
    record Refused(String reason) implements WriteOutcome {
        /** Checks for null. */
        public Refused {
            Objects.requireNonNull(reason, "reason is null");
        }
    }
}
