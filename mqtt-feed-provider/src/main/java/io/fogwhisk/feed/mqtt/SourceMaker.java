package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.Broker;

/** Makes the source of a link. */
@FunctionalInterface
interface SourceMaker {

    /** A source that is not started yet. */
    MqttSource make(Broker broker, MessageSink sink);
}
