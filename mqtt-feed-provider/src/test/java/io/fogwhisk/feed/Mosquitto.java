package io.fogwhisk.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Mosquitto in a process of its own, which can be stopped, killed and started again on the same port. */
public final class Mosquitto implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final List<String> PLACES = List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin");

    private final Path folder;
    private final int port;
    private Process process;

    private Mosquitto(Path folder, int port) {
        this.folder = folder;
        this.port = port;
        process = launch();
    }

    /** A running broker that keeps sessions in the folder, open to anybody, with a queue as long as it takes. */
    public static Mosquitto start(Path folder) {
        return start(folder, freePort(), "allow_anonymous true", "persistence true", "max_queued_messages 0");
    }

    /** A running broker with one plain listener and further lines of configuration. */
    public static Mosquitto start(Path folder, int port, String... lines) {
        return withLines(folder, port, Stream.concat(Stream.of("listener " + port + " 127.0.0.1"), Stream.of(lines)));
    }

    /** A running broker whose only listener the lines configure. */
    public static Mosquitto withLines(Path folder, int port, Stream<String> lines) {
        List<String> config = new ArrayList<>(List.of("user " + System.getProperty("user.name")));
        config.addAll(lines.toList());
        config.add("persistence_location " + folder + "/");
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("mosquitto.conf"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Mosquitto broker = new Mosquitto(folder, port);
        broker.awaitStart();
        return broker;
    }

    /** A port that nobody listens on. */
    public static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a file of users, each given as a name and a password. */
    public static Path passwords(Path file, String user, String password) throws Exception {
        Process made = new ProcessBuilder(program("mosquitto_passwd"), "-b", "-c", file.toString(), user, password)
                .inheritIO()
                .start();
        assertThat(made.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
        return file;
    }

    public void start() {
        process = launch();
        awaitStart();
    }

    /** SIGTERM: it stores its sessions and says good-bye. */
    public void terminate() {
        process.destroy();
        awaitEnd();
    }

    /** SIGKILL: what it did not store yet is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    public int port() {
        return port;
    }

    public String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
    }

    private Process launch() {
        try {
            return new ProcessBuilder(
                            program("mosquitto"),
                            "-c",
                            folder.resolve("mosquitto.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("mosquitto.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitStart() {
        await().pollInterval(Duration.ofMillis(20)).atMost(SOON).until(() -> {
            assertThat(process.isAlive())
                    .as(Files.readString(folder.resolve("mosquitto.log")))
                    .isTrue();
            return listening();
        });
    }

    private boolean listening() {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                fail("mosquitto did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String program(String name) {
        Stream<String> path =
                Stream.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)), PLACES.stream());
        return path.map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseGet(() -> absent(name));
    }

    private static String absent(String name) {
        String why = name + " is not installed (Debian package mosquitto)";
        if (System.getenv().getOrDefault("CI", "").equals("true")) {
            fail(why + ", and the build server must not skip a test");
        }
        abort(why);
        return name;
    }
}
