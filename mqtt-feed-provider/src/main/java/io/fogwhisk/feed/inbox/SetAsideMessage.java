package io.fogwhisk.feed.inbox;

import java.time.Instant;
import java.util.Objects;

/**
 * A message that was set aside, as a list shows it: without its payload.
 *
 * @param id of this record
 * @param at when it was set aside
 * @param trigger that it was meant for
 * @param topic it was published to
 * @param bytes size of its payload
 * @param reason for the user
 */
public record SetAsideMessage(long id, Instant at, String trigger, String topic, int bytes, String reason) {

    /** Checks for null. */
    public SetAsideMessage {
        Objects.requireNonNull(at, "at is null");
        Objects.requireNonNull(trigger, "trigger is null");
        Objects.requireNonNull(topic, "topic is null");
        Objects.requireNonNull(reason, "reason is null");
    }
}
