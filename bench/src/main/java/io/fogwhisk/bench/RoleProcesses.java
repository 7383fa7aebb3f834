package io.fogwhisk.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Roles as processes of their own, started as a user starts them, on free ports of loopback. */
final class RoleProcesses implements AutoCloseable {

    private final Path script;
    private final Deque<Process> processes = new ArrayDeque<>();

    RoleProcesses(Path script) {
        this.script = script.toAbsolutePath();
    }

    /** A port that was free a moment ago, as {@code 127.0.0.1:port}. */
    static String freeEndpoint() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a role and returns when it listens. */
    Process start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(Arrays.asList(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            processes.push(process);
            BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(arguments[0] + ": ")) {
                    return process;
                }
            }
        } catch (IOException e) {
            throw new BenchException("cannot run " + script + ": " + e.getMessage(), e);
        }
        throw new BenchException(arguments[0] + " ended before it listened");
    }

    /** Processor time that a process has used so far; zero where the system does not tell. */
    static Duration cpu(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Ends what was started, the last first. */
    @Override
    public void close() {
        processes.forEach(Process::destroy);
        processes.forEach(RoleProcesses::end);
    }

    /** Ends a process: asks it to, and kills it when it does not within 15 seconds. */
    static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
