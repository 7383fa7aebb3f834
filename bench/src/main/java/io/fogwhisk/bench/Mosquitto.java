package io.fogwhisk.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A Mosquitto process of our own on a free port of loopback. */
final class Mosquitto implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Process process;
    private final int port;

    /**
     * Starts one.
     *
     * @param program its path or name
     * @param queue how many messages it keeps for a client that is away or slow; 0 for any number
     */
    Mosquitto(String program, Path folder, int queue) {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Path file = Files.writeString(folder.resolve("mosquitto.conf"), """
                    listener %d 127.0.0.1
                    allow_anonymous true
                    persistence false
                    max_queued_messages %d
                    """.formatted(port, queue));
            process = new ProcessBuilder(program, "-c", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("mosquitto.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new BenchException("cannot run " + program + ": install Mosquitto or give --mosquitto", e);
        }
        awaitPort(folder);
    }

    int port() {
        return port;
    }

    Process process() {
        return process;
    }

    @Override
    public void close() {
        RoleProcesses.end(process);
    }

    private void awaitPort(Path folder) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    close();
                    throw new BenchException("mosquitto did not start; see " + folder.resolve("mosquitto.log"), e);
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
    }
}
