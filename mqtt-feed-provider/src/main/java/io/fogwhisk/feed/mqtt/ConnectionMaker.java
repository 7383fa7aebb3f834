package io.fogwhisk.feed.mqtt;

import java.util.function.Consumer;

/** Makes the connections of a session. */
@FunctionalInterface
interface ConnectionMaker {

    /**
     * A connection that is not connected yet.
     *
     * @param sink takes its messages
     * @param lost is told when it ended, by any thread, perhaps more than once
     * @throws io.fogwhisk.feed.FeedException if the library does not take the address
     */
    MqttConnection make(MessageSink sink, Consumer<Throwable> lost);
}
