package io.fogwhisk.feed;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A device that publishes, each message confirmed by the broker. */
public final class Sensor implements AutoCloseable {

    private final Mqtt5BlockingClient client;

    private Sensor(Mqtt5BlockingClient client) {
        this.client = client;
    }

    public static Sensor connect(EmbeddedBroker broker) {
        return connect(broker.port());
    }

    public static Sensor connect(int port) {
        Mqtt5BlockingClient client =
                Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(port).buildBlocking();
        client.connect();
        return new Sensor(client);
    }

    public void publish(String topic, String payload) {
        publish(topic, payload.getBytes(StandardCharsets.UTF_8));
    }

    public void publish(String topic, byte[] payload) {
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send();
    }

    /** Publishes with another guarantee, and has the broker keep the message for later subscriptions. */
    public void publish(String topic, String payload, int qos, boolean retain) {
        client.publishWith()
                .topic(topic)
                .qos(Objects.requireNonNull(MqttQos.fromCode(qos)))
                .retain(retain)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .send();
    }

    @Override
    public void close() {
        client.disconnect();
    }
}
