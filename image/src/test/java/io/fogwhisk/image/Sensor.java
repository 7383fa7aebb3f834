package io.fogwhisk.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.util.concurrent.atomic.AtomicLong;

/** A sensor outside the container that publishes at QoS 1, one reading after the other, each with its own time. */
final class Sensor implements AutoCloseable {

    private final Mqtt5BlockingClient client;
    private final AtomicLong acknowledged;
    private final AtomicLong time;

    private Sensor(Mqtt5BlockingClient client, AtomicLong acknowledged, AtomicLong time) {
        this.client = client;
        this.acknowledged = acknowledged;
        this.time = time;
    }

    /** A sensor that is connected to a site. */
    static Sensor of(Role site) {
        return new Sensor(connect(site), new AtomicLong(), new AtomicLong());
    }

    private static Mqtt5BlockingClient connect(Role site) {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .serverHost(site.getHost())
                .serverPort(site.getMappedPort(Role.MQTT))
                .identifier("sensor")
                .buildBlocking();
        client.connect();
        return client;
    }

    /** Publishes until that many more are acknowledged. */
    void publish(int readings) {
        for (int i = 0; i < readings; i++) {
            publishOne();
        }
    }

    /** Publishes a reading of another quantity, which may come before anybody reads the topic. */
    void probe() {
        send("probe");
    }

    /** Publishes one reading and waits for its acknowledgement; fails when the broker is gone. */
    private void publishOne() {
        send("temperature");
        acknowledged.incrementAndGet();
    }

    private void send(String quantity) {
        long now = time.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
        String reading =
                "{\"" + quantity + "\":20.5,\"device_fingerprint\":7,\"datacenter_id\":1,\"timestamp\":" + now + "}";
        client.publishWith()
                .topic("test")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(reading.getBytes(UTF_8))
                .send();
    }

    /** How many readings were acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    @Override
    public void close() {
        if (client.getState().isConnected()) {
            client.disconnect();
        }
    }
}
