package io.fogwhisk.lean.follow;

import io.fogwhisk.lean.follow.FollowState.Followed;
import io.fogwhisk.lean.follow.FollowState.Refused;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far a database was followed.
 *
 * @param revision the sequence number up to which everything was applied; empty before the first time
 * @param signature what tells the database from one that took its place
 * @param appliedAt when a change was applied last
 * @param contact when the catalogue answered last
 * @param error why it does not
 * @param behind how many changes are waiting, at least
 */
record Position(
        String revision,
        String signature,
        Optional<Instant> appliedAt,
        Optional<Instant> contact,
        Optional<String> error,
        long behind) {

    /** Nothing was followed yet. */
    static final Position START = new Position("", "", Optional.empty(), Optional.empty(), Optional.empty(), 0);

    /** After changes were applied. */
    Position applied(String last, Instant now, long waiting) {
        return new Position(last, signature, Optional.of(now), contact, Optional.empty(), waiting);
    }

    /** After the catalogue answered. */
    Position answered(Instant now) {
        return new Position(revision, signature, appliedAt, Optional.of(now), Optional.empty(), behind);
    }

    /** After it did not. */
    Position failed(String why) {
        return new Position(revision, signature, appliedAt, contact, Optional.of(why), behind);
    }

    /** After everything was compared with a database. */
    Position compared(String with, String last) {
        return new Position(last, with, appliedAt, contact, error, 0);
    }

    /** As others see it. */
    Followed followed(int documents, List<Refused> refused) {
        return new Followed(
                Optional.of(revision).filter(last -> !last.isEmpty()),
                appliedAt,
                contact,
                error,
                behind,
                documents,
                refused.size(),
                refused.subList(0, Math.min(refused.size(), Followed.MOST_REFUSED)));
    }
}
