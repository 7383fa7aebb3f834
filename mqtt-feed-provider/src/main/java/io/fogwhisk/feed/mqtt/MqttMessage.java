package io.fogwhisk.feed.mqtt;

/** A message from a broker that waits for its acknowledgement. Thread-safe. */
public interface MqttMessage {

    /** Where it was published to. */
    String topic();

    /** What was published; not to be changed. */
    byte[] payload();

    /**
     * Tells the broker that the message is safe here. Without effect if the connection is gone: the broker then sends
     * the message again.
     */
    void acknowledge();

    /** Whether the broker sends the message again, so that nothing is lost when this delivery is given up. */
    boolean superseded();
}
