package io.fogwhisk.feed.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.fogwhisk.feed.trigger.MessageProperties;
import java.nio.ByteBuffer;
import java.util.List;

/** The properties of a message as the HiveMQ client has them. */
final class HivemqProperties {

    private HivemqProperties() {}

    static MessageProperties of(Mqtt5Publish publish) {
        if (nothing(publish)) {
            return MessageProperties.EMPTY;
        }
        List<MessageProperties.Pair> user = publish.getUserProperties().asList().stream()
                .map(property -> new MessageProperties.Pair(
                        property.getName().toString(), property.getValue().toString()))
                .toList();
        return new MessageProperties(
                user,
                publish.getContentType().map(Object::toString),
                publish.getResponseTopic().map(Object::toString),
                publish.getCorrelationData().map(HivemqProperties::bytes),
                publish.getMessageExpiryInterval());
    }

    /** Most messages say nothing, and are asked by the ten thousand a second. */
    private static boolean nothing(Mqtt5Publish publish) {
        return publish.getUserProperties().asList().isEmpty()
                && publish.getContentType().isEmpty()
                && publish.getResponseTopic().isEmpty()
                && publish.getCorrelationData().isEmpty()
                && publish.getMessageExpiryInterval().isEmpty();
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }
}
