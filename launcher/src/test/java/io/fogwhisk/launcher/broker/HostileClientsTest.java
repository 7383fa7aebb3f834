package io.fogwhisk.launcher.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.TestPorts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that break the rules over raw sockets, and one that watches whether it is still served. */
class HostileClientsTest {

    private static final String HOST = "127.0.0.1";
    private static final int PORT = TestPorts.free();
    private static final int SOCKET_LIMIT = 20_000;
    private static final int HALF_OPEN = 1_000;
    private static final int MEBIBYTE = 1024 * 1024;

    /** MQTT 3.1.1, clean session, client id "h". */
    private static final String CONNECT = "100d00044d5154540402003c000168";

    /** MQTT 5, clean start, client id "h". */
    private static final String CONNECT_5 = "100e00044d5154540502003c00000168";

    @TempDir
    static Path folder;

    private static final ServiceGroup SERVICES = new ServiceGroup("test");
    private static final AtomicInteger LOSSES = new AtomicInteger();
    private static final Mqtt5BlockingClient WITNESS = Mqtt5Client.builder()
            .identifier("witness")
            .serverHost(HOST)
            .serverPort(PORT)
            .addDisconnectedListener(context -> LOSSES.incrementAndGet())
            .buildBlocking();

    @BeforeAll
    static void start() {
        SERVICES.start(new EmbeddedBroker("dc-1", HOST, PORT, folder));
        WITNESS.connect();
        WITNESS.subscribeWith()
                .topicFilter("watched")
                .qos(MqttQos.AT_LEAST_ONCE)
                .send();
    }

    @AfterAll
    static void stop() {
        WITNESS.disconnect();
        SERVICES.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "malformed UTF-8, c328",
        "the wildcard # in it, 612f23",
        "the wildcard + in it, 612f2b62",
        "no characters, ''",
        "a NUL character, 610062"
    })
    void whoPublishesToATopicThatIsNoneIsDisconnectedAndAllOthersStay(String what, String topic) throws Exception {
        int length = topic.length() / 2;
        String three = String.format("30%02x00%02x%s78", length + 3, length, topic);
        String five = String.format("30%02x00%02x%s0078", length + 4, length, topic);

        assertEnded(what, CONNECT, three);
        assertEnded(what, CONNECT_5, five);
        assertServed();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "remaining length of five bytes, 30ffffffff7f",
        "packet of no known type, 0002ffff",
        "garbage, ffffffffffffffffffff",
        "second CONNECT, 100d00044d5154540402003c000168",
        "QoS 3, 36060001610001 00"
    })
    void whoSendsNoPacketOfMqttIsDisconnectedAndAllOthersStay(String what, String packet) throws Exception {
        assertEnded(what, CONNECT, packet);
        assertEnded(what, CONNECT_5, packet);
        assertServed();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a second CONNECT, 100d00044d5154540402003c000168, 82",
        "a packet of a reserved type, 0000, 81",
        "QoS 3, 3606000161000100, 81",
        "a length of five bytes, 30ffffffff7f, 81"
    })
    void aClientOfMqtt5IsToldWhyItIsDisconnected(String what, String packet, String reason) throws Exception {
        try (Socket hostile = open()) {
            send(hostile, CONNECT_5);
            byte[] header = hostile.getInputStream().readNBytes(2);
            hostile.getInputStream().readNBytes(header[1]);

            send(hostile, packet);

            byte[] answer = hostile.getInputStream().readAllBytes();
            assertThat(HexFormat.of().formatHex(answer)).as(what).isEqualTo("e001" + reason);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a PUBLISH, 3006000161787878",
        "a TLS hello, 16030100c8010000c40303",
        "garbage, ffffffffffffffffffff",
        "NUL characters, 00000000000000000000",
        "a CONNECT of a malformed length, 10ffffffff7f0000",
        "a CONNECT of 256 MiB, 10ffffff7f00044d515454",
        "a CONNECT of no known protocol, 100a0004484f4c41040000000000"
    })
    void whoDoesNotConnectFirstIsDisconnectedAndAllOthersStay(String what, String packet) throws Exception {
        try (Socket hostile = open()) {
            send(hostile, packet);

            assertThat(ends(hostile)).as(what).isTrue();
        }
        assertServed();
    }

    @Test
    void whoNeverFinishesItsConnectIsDisconnected() throws Exception {
        try (Socket hostile = open()) {
            send(hostile, CONNECT.substring(0, CONNECT.length() - 2));

            assertThat(ends(hostile)).isTrue();
        }
        assertServed();
    }

    @Test
    void aPacketOf256MebibytesIsRefusedByItsHeader() throws Exception {
        try (Socket hostile = open()) {
            send(hostile, CONNECT);
            hostile.getInputStream().readNBytes(4);

            send(hostile, "30ffffff7f000161");

            assertThat(hostile.getInputStream().readAllBytes()).isEmpty();
        }
        try (Socket hostile = open()) {
            send(hostile, CONNECT_5);
            byte[] header = hostile.getInputStream().readNBytes(2);
            hostile.getInputStream().readNBytes(header[1]);

            // The header in two pieces, and behind a packet that is right
            send(hostile, "c00030ffff");
            send(hostile, "ff7f000161");

            byte[] answer = hostile.getInputStream().readAllBytes();
            assertThat(HexFormat.of().formatHex(answer)).isIn("d000e00195", "e00195");
        }
        assertServed();
    }

    @Test
    void whoSendsAllOfThoseMebibytesIsStoppedBeforeTheFirstIsTaken() throws Exception {
        try (Socket hostile = open()) {
            send(hostile, CONNECT_5);
            assertThat(hostile.getInputStream().read()).isEqualTo(0x20);

            send(hostile, "30ffffff7f000161");

            // The system's own buffers take some.
            assertThat(flood(hostile)).isLessThan(64);
            assertThat(ends(hostile)).isTrue();
        }
        assertServed();
    }

    @Test
    void aThousandClientsThatSayNothingKeepNobodyOut() throws Exception {
        Socket[] silent = new Socket[HALF_OPEN];
        try {
            for (int i = 0; i < HALF_OPEN; i++) {
                silent[i] = open();
                if (i % 2 == 0) {
                    send(silent[i], "10");
                }
            }

            assertServed();
        } finally {
            for (Socket each : Arrays.asList(silent)) {
                if (each != null) {
                    each.close();
                }
            }
        }
    }

    private static void assertEnded(String what, String connect, String packet) throws IOException {
        try (Socket hostile = open()) {
            send(hostile, connect);
            assertThat(hostile.getInputStream().read()).as("answer to CONNECT").isEqualTo(0x20);

            send(hostile, packet);

            assertThat(ends(hostile)).as(what).isTrue();
        }
    }

    private static void assertServed() throws Exception {
        try (Mqtt5BlockingClient.Mqtt5Publishes messages = WITNESS.publishes(MqttGlobalPublishFilter.ALL)) {
            Mqtt5BlockingClient sensor =
                    Mqtt5Client.builder().serverHost(HOST).serverPort(PORT).buildBlocking();
            sensor.connect();
            sensor.publishWith()
                    .topic("watched")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("still here".getBytes(StandardCharsets.UTF_8))
                    .send();
            sensor.disconnect();
            assertThat(messages.receive(SOCKET_LIMIT / 1_000, SECONDS).map(Mqtt5Publish::getPayloadAsBytes))
                    .contains("still here".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(LOSSES).hasValue(0);
    }

    private static Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT);
        socket.setSoTimeout(SOCKET_LIMIT);
        return socket;
    }

    private static void send(Socket socket, String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Whether the broker closes the connection, whatever it says before. */
    private static boolean ends(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketException e) {
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** How many mebibytes of 256 went out; the heap of the tests has no room for all. */
    private static int flood(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] chunk = new byte[MEBIBYTE];
        for (int sent = 0; sent < 256; sent++) {
            try {
                out.write(chunk);
            } catch (SocketException e) {
                return sent;
            }
        }
        return 256;
    }
}
