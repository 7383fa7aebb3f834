package io.fogwhisk.launcher.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.TestPorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    private static final String HOST = "127.0.0.1";

    private final int port = TestPorts.free();

    @TempDir
    Path folder;

    private final ServiceGroup services = new ServiceGroup("test");

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void aMessageForASleepingSessionSurvivesARestart() throws Exception {
        EmbeddedBroker first = services.start(broker());
        Mqtt5BlockingClient sleeper = client("sleeper");
        sleeper.connectWith().cleanStart(false).sessionExpiryInterval(3_600).send();
        sleeper.subscribeWith().topicFilter("test").qos(MqttQos.AT_LEAST_ONCE).send();
        sleeper.disconnectWith().sessionExpiryInterval(3_600).send();
        publish("kept");

        first.close();
        services.start(broker());

        try (Woken awake = new Woken(client("sleeper"))) {
            assertThat(awake.next()).isEqualTo("kept");
        }
    }

    @Test
    void speaksMqtt311AndAcceptsAnyCredentials() {
        services.start(broker());
        Mqtt3BlockingClient client = Mqtt3Client.builder()
                .identifier("old")
                .serverHost(HOST)
                .serverPort(port)
                .simpleAuth()
                .username("any")
                .password("thing".getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();

        assertThat(client.connect().getReturnCode().isError()).isFalse();
        client.disconnect();
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> services.start(broker()))
                    .isInstanceOf(LauncherException.class)
                    .hasMessageContaining(HOST + ":" + taken.getLocalPort())
                    .hasMessageContaining("mqtt.port");
        }
    }

    private EmbeddedBroker broker() {
        return new EmbeddedBroker("dc-1", HOST, port, folder);
    }

    private Mqtt5BlockingClient client(String id) {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost(HOST)
                .serverPort(port)
                .buildBlocking();
    }

    private void publish(String payload) {
        Mqtt5BlockingClient publisher = client("publisher");
        publisher.connect();
        publisher
                .publishWith()
                .topic("test")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .send();
        publisher.disconnect();
    }

    /** A session that is taken up again; what waited for it comes in order. */
    private record Woken(Mqtt5BlockingClient client, Mqtt5BlockingClient.Mqtt5Publishes publishes)
            implements AutoCloseable {

        Woken(Mqtt5BlockingClient client) {
            this(client, client.publishes(MqttGlobalPublishFilter.ALL));
            client.connectWith().cleanStart(false).sessionExpiryInterval(3_600).send();
        }

        String next() throws InterruptedException {
            return publishes
                    .receive(10, SECONDS)
                    .map(publish -> new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8))
                    .orElse("nothing within 10 s");
        }

        @Override
        public void close() {
            publishes.close();
            client.disconnect();
        }
    }
}
