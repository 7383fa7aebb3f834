package io.fogwhisk.feed.mqtt;

import java.time.Duration;

/** Takes the messages of a connection, one at a time and in their order. */
@FunctionalInterface
interface MessageSink {

    /** Takes a message; waits while too much is under way. */
    void take(MqttMessage message);

    /**
     * Takes a message if it need not wait for long.
     *
     * @return false if too much is under way; then nothing happened
     */
    default boolean offer(MqttMessage message, Duration patience) {
        take(message);
        return true;
    }
}
