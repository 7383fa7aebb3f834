package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.trigger.MessageProperties;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/** The properties of a message as Paho has them. */
final class PahoProperties {

    private PahoProperties() {}

    static MessageProperties of(@Nullable MqttProperties properties) {
        if (properties == null) {
            return MessageProperties.EMPTY;
        }
        List<UserProperty> user = properties.getUserProperties();
        Long expiry = properties.getMessageExpiryInterval();
        MessageProperties found = new MessageProperties(
                user == null
                        ? List.of()
                        : user.stream()
                                .map(pair -> new MessageProperties.Pair(pair.getKey(), pair.getValue()))
                                .toList(),
                Optional.ofNullable(properties.getContentType()),
                Optional.ofNullable(properties.getResponseTopic()),
                Optional.ofNullable(properties.getCorrelationData()),
                expiry == null ? OptionalLong.empty() : OptionalLong.of(expiry));
        return found.isEmpty() ? MessageProperties.EMPTY : found;
    }
}
