package io.fogwhisk.launcher.broker;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the connection of a client that publishes to what is no topic, as MQTT demands (5.0, 1.5.4 and 3.3.2.1): the
 * broker's library takes an empty topic, and reads malformed UTF-8 as if it were text. Stateless.
 */
final class TopicGuard implements MQTTInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(TopicGuard.class);

    /** What the library makes of malformed UTF-8. A sender may not mean it: nothing else is left of what it meant. */
    private static final char REPLACEMENT = '\uFFFD';

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        if (!(packet instanceof MqttPublishMessage publish) || valid(publish.variableHeader())) {
            return true;
        }
        LOG.atWarn()
                .addKeyValue("client", connection.getRemoteAddress())
                .log("client disconnected for an invalid topic");
        connection.getTransportConnection().close();
        return false;
    }

    private static boolean valid(MqttPublishVariableHeader header) {
        String topic = header.topicName();
        if (topic.isEmpty()) {
            return header.properties().getProperty(MqttPropertyType.TOPIC_ALIAS.value()) != null;
        }
        return topic.indexOf(REPLACEMENT) < 0 && topic.indexOf('\0') < 0;
    }
}
