package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

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
        DeployTree tree = DeployTree.copy(folder.resolve("k8s"));
        tree.overlay("broker", "sites/dc-1", List.of("mosquitto"));
        tree.writeSecrets();
        Map<String, String> secrets = Files.readAllLines(tree.root().resolve("sites/broker/secret.env")).stream()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')), line -> line.substring(line.indexOf('=') + 1)));
        int port = freePort();
        Process mosquitto = start(port, secrets.get("MQTT_PASSWORDS"));
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> listens(port));

            Mqtt5BlockingClient client = client(port, secrets.get("MQTT_PASSWORD"));
            assertThat(client.connect().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
            client.disconnect();
            assertThatThrownBy(() -> client(port, "another").connect()).isInstanceOf(Mqtt5ConnAckException.class);
        } finally {
            mosquitto.destroy();
            assertThat(mosquitto.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
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

    private static Mqtt5BlockingClient client(int port, String password) {
        return Mqtt5Client.builder()
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
