package io.fogwhisk.launcher;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A Mosquitto as Debian installs it, in a process of its own. */
public final class Mosquitto implements AutoCloseable {

    private final Process process;
    private final int port;

    private Mosquitto(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one.
     *
     * @param more lines of its configuration
     */
    public static Mosquitto start(Path folder, String more) throws IOException {
        int port = TestPorts.free();
        Path config = Files.writeString(
                folder.resolve("mosquitto.conf"),
                "listener " + port + " 127.0.0.1\nallow_anonymous true\npersistence false\n" + more + "\n");
        try {
            Process process = new ProcessBuilder("mosquitto", "-c", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("mosquitto.log").toFile())
                    .start();
            Mosquitto mosquitto = new Mosquitto(process, port);
            await().atMost(Duration.ofSeconds(30)).until(mosquitto::listens);
            return mosquitto;
        } catch (IOException e) {
            ExternalTool.absent("mosquitto is not installed (Debian's package mosquitto)");
            throw e;
        }
    }

    /** {@code mqtt://127.0.0.1:port}. */
    public String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    /** Where it listens on this machine. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
