package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.trigger.MessageProperties;

/**
 * A message whose acknowledgement is told to somebody else as well.
 *
 * @param acknowledged runs after the broker was told
 */
record CountedMessage(MqttMessage message, Runnable acknowledged) implements MqttMessage {

    @Override
    public String topic() {
        return message.topic();
    }

    @Override
    public byte[] payload() {
        return message.payload();
    }

    @Override
    public int qos() {
        return message.qos();
    }

    @Override
    public boolean retained() {
        return message.retained();
    }

    @Override
    public MessageProperties properties() {
        return message.properties();
    }

    @Override
    public void acknowledge() {
        message.acknowledge();
        acknowledged.run();
    }

    @Override
    public boolean superseded() {
        return message.superseded();
    }
}
