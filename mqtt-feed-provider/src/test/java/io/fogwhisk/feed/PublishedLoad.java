package io.fogwhisk.feed;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.exceptions.MqttClientStateException;
import com.hivemq.client.mqtt.exceptions.MqttSessionExpiredException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A device that publishes numbers one after the other, whatever happens to the broker, and knows which were accepted. */
public final class PublishedLoad implements AutoCloseable {

    private final int port;
    private final String topic;
    private final MqttQos qos;
    private final String format;
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private volatile boolean stopped;
    private int number;

    private PublishedLoad(int port, String topic, int qos, String format) {
        this.format = format;
        this.port = port;
        this.topic = topic;
        this.qos = Objects.requireNonNull(MqttQos.fromCode(qos));
    }

    public static PublishedLoad start(int port, String topic, int qos) {
        return start(port, topic, qos, "%d");
    }

    /** Publishes each number in a text, given as a format. */
    public static PublishedLoad start(int port, String topic, int qos, String format) {
        PublishedLoad load = new PublishedLoad(port, topic, qos, format);
        load.thread.execute(load::run);
        return load;
    }

    /** The texts that the broker accepted so far, in order. */
    public List<String> accepted() {
        return List.copyOf(accepted);
    }

    @Override
    public void close() {
        stopped = true;
        thread.shutdown();
        try {
            if (!thread.awaitTermination(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the load did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopped) {
            Mqtt5BlockingClient client = Mqtt5Client.builder()
                    .serverHost("127.0.0.1")
                    .serverPort(port)
                    .buildBlocking();
            try {
                client.connect();
                String before = "";
                while (!stopped) {
                    String now = String.format(format, number++);
                    publish(client, now);
                    // The client returns at half of the QoS 2 handshake, but ends it before it publishes the next one.
                    if (!before.isEmpty()) {
                        accepted.add(before);
                    }
                    before = now;
                }
                client.disconnect();
            } catch (ConnectionFailedException
                    | ConnectionClosedException
                    | MqttClientStateException
                    | MqttSessionExpiredException
                    | Mqtt5DisconnectException e) {
                // The broker is away; what was under way is not accepted.
                Thread.onSpinWait();
            }
        }
    }

    private void publish(Mqtt5BlockingClient client, String text) {
        client.publishWith()
                .topic(topic)
                .qos(qos)
                .payload(text.getBytes(StandardCharsets.UTF_8))
                .send();
    }
}
