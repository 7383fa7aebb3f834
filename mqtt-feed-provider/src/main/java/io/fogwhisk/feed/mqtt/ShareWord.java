package io.fogwhisk.feed.mqtt;

import java.util.Objects;
import java.util.Optional;

/**
 * What is said, in a retained message, of a member of a share group.
 *
 * @param kind how it is with the member
 * @param heir the client id of who takes its session over; empty if nobody does
 */
record ShareWord(Kind kind, String heir) {

    /** The member is connected. */
    static final ShareWord HERE = new ShareWord(Kind.HERE, "");

    /** The member is not, and its session collects messages. */
    static final ShareWord GONE = new ShareWord(Kind.GONE, "");

    private static final String TAKEN = "taken by ";

    /** How it is with a member. */
    enum Kind {
        HERE,
        GONE,
        TAKEN
    }

    ShareWord {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(heir, "heir is null");
    }

    /** A member's session is being taken over. */
    static ShareWord takenBy(String heir) {
        return new ShareWord(Kind.TAKEN, heir);
    }

    /** Reads a message; empty if it says nothing, which is also said of members that are no more. */
    static Optional<ShareWord> parse(String text) {
        if (text.equals(HERE.text())) {
            return Optional.of(HERE);
        }
        if (text.equals(GONE.text())) {
            return Optional.of(GONE);
        }
        return text.startsWith(TAKEN) ? Optional.of(takenBy(text.substring(TAKEN.length()))) : Optional.empty();
    }

    /** As it is published. */
    String text() {
        return switch (kind) {
            case HERE -> "here";
            case GONE -> "gone";
            case TAKEN -> TAKEN + heir;
        };
    }
}
