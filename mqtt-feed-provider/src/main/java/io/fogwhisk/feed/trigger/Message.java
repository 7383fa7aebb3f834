package io.fogwhisk.feed.trigger;

import java.util.Objects;

/**
 * A message as it was published, on its way to triggers.
 *
 * @param topic where it was published to
 * @param payload what was published; not to be changed
 * @param qos the guarantee it was sent with: 0, 1 or 2
 * @param retained whether the broker had kept it from before the subscription
 * @param properties what MQTT 5 told of it
 * @param receivedAt when it was received, milliseconds since the epoch
 */
// The payload is compared by nobody, and copied only where it is stored.
@SuppressWarnings("ArrayRecordComponent")
public record Message(
        String topic, byte[] payload, int qos, boolean retained, MessageProperties properties, long receivedAt) {

    /** Checks for null and the range of the QoS. */
    public Message {
        Objects.requireNonNull(topic, "topic is null");
        Objects.requireNonNull(payload, "payload is null");
        Objects.requireNonNull(properties, "properties is null");
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("qos must be 0, 1 or 2, was " + qos);
        }
    }

    /** Says where it was published to, not what. */
    @Override
    public String toString() {
        return "Message[" + topic + ", " + payload.length + " bytes]";
    }
}
