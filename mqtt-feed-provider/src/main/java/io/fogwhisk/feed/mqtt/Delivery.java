package io.fogwhisk.feed.mqtt;

import java.util.concurrent.atomic.AtomicInteger;

/** A message and how many of its fires are not settled yet. Thread-safe. */
final class Delivery {

    private final MqttMessage message;
    private final AtomicInteger open;

    Delivery(MqttMessage message, int fires) {
        this.message = message;
        open = new AtomicInteger(fires);
    }

    MqttMessage message() {
        return message;
    }

    /** Settles one fire; true if it was the last. */
    boolean settle() {
        return open.decrementAndGet() == 0;
    }
}
