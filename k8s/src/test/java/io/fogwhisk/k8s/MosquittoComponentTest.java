package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The component's configuration and the password file that we write, in a Mosquitto as Debian installs it. */
class MosquittoComponentTest {

    @TempDir
    private Path folder;

    @Test
    void mosquittoTakesTheConfigurationAndTheGeneratedPassword() throws IOException, InterruptedException {
        Map<String, String> secrets = writtenSecrets();
        int port = freePort();
        Process mosquitto = start(port, secrets.get("MQTT_PASSWORDS"));
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> listens(port));

            Mqtt5BlockingClient client = client(port, secrets.get("MQTT_PASSWORD"), "one");
            assertThat(client.connect().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
            client.disconnect();
            assertThatThrownBy(() -> client(port, "another", "two").connect())
                    .isInstanceOf(Mqtt5ConnAckException.class);
        } finally {
            mosquitto.destroy();
            assertThat(mosquitto.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatAFeedThatIsAwayHasNotSeenGetsToTheVolume() throws IOException, InterruptedException {
        String passwords = writtenSecrets().get("MQTT_PASSWORDS");
        String password = writtenSecrets().get("MQTT_PASSWORD");
        int port = freePort();
        Process mosquitto = start(port, passwords);
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> listens(port));
            Mqtt5BlockingClient feed = client(port, password, "feed");
            feed.connectWith().sessionExpiryInterval(3600).send();
            feed.subscribeWith()
                    .topicFilter("readings")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            feed.disconnect();
            Mqtt5BlockingClient sensor = client(port, password, "sensor");
            sensor.connect();
            sensor.publishWith()
                    .topic("readings")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("twenty-one".getBytes(StandardCharsets.UTF_8))
                    .send();
            await().atMost(Duration.ofSeconds(30)).until(() -> isSaved("twenty-one"));
        } finally {
            mosquitto.destroyForcibly();
            assertThat(mosquitto.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private boolean isSaved(String payload) throws IOException {
        Path file = folder.resolve("data/mosquitto.db");
        return Files.exists(file)
                && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(payload);
    }

    /** The secrets of a site with the component. */
    private Map<String, String> writtenSecrets() throws IOException {
        Path root = folder.resolve("k8s");
        if (!Files.exists(root)) {
            DeployTree tree = DeployTree.copy(root);
            tree.overlay("broker", "sites/dc-1", List.of("mosquitto"));
            tree.writeSecrets();
        }
        return Files.readAllLines(root.resolve("sites/broker/secret.env")).stream()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')), line -> line.substring(line.indexOf('=') + 1)));
    }

    private Process start(int port, String passwords) throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Path file = Files.writeString(folder.resolve("passwords"), passwords + "\n");
        String configuration = Files.readString(Path.of("components/mosquitto/mosquitto.conf"))
                .replace("listener 1883", "listener " + port + " 127.0.0.1")
                .replace("/etc/mosquitto/secret/passwords", file.toString())
                .replace("/mosquitto/data/", folder.resolve("data") + "/");
        if (System.getProperty("user.name").equals("root")) {
            // It would change to a user that cannot read the folder of the test.
            configuration += "user root\n";
        }
        Path config = Files.writeString(folder.resolve("mosquitto.conf"), configuration);
        try {
            return new ProcessBuilder("mosquitto", "-c", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("mosquitto.log").toFile())
                    .start();
        } catch (IOException e) {
            String why = "mosquitto is not installed (Debian's package mosquitto)";
            if (System.getenv().getOrDefault("CI", "").equals("true")) {
                fail(why + ", and the build server must not skip a test");
            }
            abort(why);
            throw e;
        }
    }

    private static Mqtt5BlockingClient client(int port, String password, String id) {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .simpleAuth()
                .username("fogwhisk")
                .password(password.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
