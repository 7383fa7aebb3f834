package io.fogwhisk.launcher.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.fogwhisk.launcher.TestPorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker in a process of its own, killed without warning while a device publishes. */
class BrokerCrashTest {

    private static final String HOST = "127.0.0.1";
    private static final int MESSAGES = 5_000;
    private static final int ENOUGH = 500;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final int port = TestPorts.free();

    @TempDir
    Path folder;

    @Test
    void whatTheBrokerAcknowledgedReachesTheSleepingSessionAfterAKill() throws Exception {
        // Given
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Process first = broker();
        try {
            Mqtt5BlockingClient sleeper = client("sleeper").toBlocking();
            sleeper.connectWith().cleanStart(false).sessionExpiryInterval(3_600).send();
            sleeper.subscribeWith()
                    .topicFilter("readings")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            sleeper.disconnectWith().sessionExpiryInterval(3_600).send();

            // When
            Mqtt5AsyncClient sensor = client("sensor");
            sensor.toBlocking().connect();
            for (int number = 0; number < MESSAGES; number++) {
                publish(sensor, String.valueOf(number), acknowledged);
            }
            await().pollInterval(Duration.ofMillis(2)).atMost(LIMIT).until(() -> acknowledged.size() >= ENOUGH);
        } finally {
            kill(first);
        }
        Set<String> promised = new HashSet<>(acknowledged);

        // Then
        Process second = broker();
        try {
            Set<String> came = new HashSet<>();
            Mqtt5BlockingClient sleeper = client("sleeper").toBlocking();
            try (Mqtt5BlockingClient.Mqtt5Publishes messages = sleeper.publishes(MqttGlobalPublishFilter.ALL)) {
                sleeper.connectWith()
                        .cleanStart(false)
                        .sessionExpiryInterval(3_600)
                        .send();
                while (!came.containsAll(promised)) {
                    Optional<Mqtt5Publish> next = messages.receive(20, SECONDS);
                    assertThat(next).as(came.size() + " of " + promised.size()).isPresent();
                    came.add(new String(next.orElseThrow().getPayloadAsBytes(), StandardCharsets.UTF_8));
                }
            }
            sleeper.disconnect();
            assertThat(came).hasSizeGreaterThanOrEqualTo(ENOUGH);
        } finally {
            kill(second);
        }
    }

    private static void publish(Mqtt5AsyncClient sensor, String text, Set<String> acknowledged) {
        CompletableFuture<?> unused = sensor.publishWith()
                .topic("readings")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(text.getBytes(StandardCharsets.UTF_8))
                .send()
                .thenAccept(result -> {
                    if (result.getError().isEmpty()) {
                        acknowledged.add(text);
                    }
                });
    }

    private Mqtt5AsyncClient client(String id) {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost(HOST)
                .serverPort(port)
                .buildAsync();
    }

    private Process broker() throws IOException {
        Path out = folder.resolve("out.txt");
        Files.deleteIfExists(out);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        BrokerChild.class.getName(),
                        String.valueOf(port),
                        folder.resolve("broker").toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(process.isAlive()).as(Files.readString(out)).isTrue();
            assertThat(Files.readString(out)).contains(BrokerChild.UP);
        });
        return process;
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(10, SECONDS)).isTrue();
    }
}
