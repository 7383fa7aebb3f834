package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.trigger.MessageProperties;

/** A message from a broker that waits for its acknowledgement. Thread-safe. */
public interface MqttMessage {

    /** Where it was published to. */
    String topic();

    /** What was published; not to be changed. */
    byte[] payload();

    /** The guarantee it was sent with: 0, 1 or 2. */
    int qos();

    /** Whether the broker had kept it from before the subscription. */
    boolean retained();

    /** What MQTT 5 told of it; {@link MessageProperties#EMPTY} if nothing. Made anew by each call. */
    MessageProperties properties();

    /**
     * Tells the broker that the message is safe here. Without effect if the connection is gone: the broker then sends
     * the message again.
     */
    void acknowledge();

    /** Whether the broker sends the message again, so that nothing is lost when this delivery is given up. */
    boolean superseded();
}
