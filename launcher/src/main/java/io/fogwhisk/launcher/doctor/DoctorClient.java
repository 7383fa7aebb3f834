package io.fogwhisk.launcher.doctor;

import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAck;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.mqtt.HivemqConfig;
import io.fogwhisk.feed.mqtt.MqttSettings.TlsFiles;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.launcher.LauncherException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A plain MQTT 5 client of one connection, for examinations. Every future of its methods fails if the broker does. */
final class DoctorClient {

    private static final int RECEIVE_MAXIMUM = 65_535;

    private final Broker broker;
    private final Mqtt5AsyncClient client;

    /**
     * A client that is not connected.
     *
     * @throws LauncherException if a file for TLS is not what it should be
     */
    DoctorClient(Broker broker, TlsFiles tls, String clientId) {
        this.broker = broker;
        client = Mqtt5Client.builder()
                .identifier(clientId)
                .transportConfig(transport(broker, tls))
                .buildAsync();
    }

    /** Connects. */
    CompletableFuture<Mqtt5ConnAck> connect(boolean cleanStart, long sessionExpirySeconds) {
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .cleanStart(cleanStart)
                .sessionExpiryInterval(sessionExpirySeconds)
                .restrictions()
                .receiveMaximum(RECEIVE_MAXIMUM)
                .applyRestrictions();
        Mqtt5SimpleAuthBuilder auth = Mqtt5SimpleAuth.builder();
        byte[] password = broker.password().getBytes(StandardCharsets.UTF_8);
        if (!broker.user().isEmpty()) {
            connect = connect.simpleAuth(
                    broker.password().isEmpty()
                            ? auth.username(broker.user()).build()
                            : auth.username(broker.user()).password(password).build());
        } else if (!broker.password().isEmpty()) {
            connect = connect.simpleAuth(auth.password(password).build());
        }
        return client.connect(connect.build());
    }

    /** Hands every message on, those of the session included; to be called before the connect. */
    void onMessage(Consumer<byte[]> sink) {
        client.publishes(MqttGlobalPublishFilter.ALL, publish -> sink.accept(publish.getPayloadAsBytes()));
    }

    CompletableFuture<Mqtt5SubAck> subscribe(String filter) {
        return client.subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.AT_LEAST_ONCE)
                .send();
    }

    CompletableFuture<Mqtt5PublishResult> publish(String topic, byte[] payload) {
        return client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send();
    }

    /** Disconnects; the broker keeps the session for so long. */
    CompletableFuture<Void> disconnect(long sessionExpirySeconds) {
        return client.disconnect(Mqtt5Disconnect.builder()
                .sessionExpiryInterval(sessionExpirySeconds)
                .build());
    }

    private static MqttClientTransportConfig transport(Broker broker, TlsFiles tls) {
        try {
            return HivemqConfig.transport(broker, tls);
        } catch (FeedException e) {
            throw new LauncherException("mqtt.tls: " + e.getMessage(), e);
        }
    }
}
