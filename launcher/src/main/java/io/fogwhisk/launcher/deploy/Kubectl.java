package io.fogwhisk.launcher.deploy;

import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The program {@code kubectl}, with the cluster that its configuration (KUBECONFIG) names. Every call is timed out; what
 * it prints goes through a file, so that no thread has to read it.
 */
final class Kubectl {

    private static final int MOST_BYTES = 64 * 1024;
    private static final Duration FORWARDING = Duration.ofSeconds(30);

    private final String program;

    /** Runs a program of that name or path. */
    Kubectl(String program) {
        this.program = Objects.requireNonNull(program, "program is null");
    }

    /**
     * What a call came to.
     *
     * @param code the exit code, or -1 where the call was ended because it took too long
     * @param output both streams, at most 64 KiB
     */
    record Result(int code, String output) {

        boolean ok() {
            return code == 0;
        }
    }

    /**
     * Runs the program to its end.
     *
     * @throws LauncherException if it can't be started
     */
    Result run(Duration limit, List<String> arguments) {
        Path output = temporary();
        try {
            Process process = start(arguments, output);
            try {
                boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
                String text = text(output);
                return ended
                        ? new Result(process.exitValue(), text)
                        : new Result(-1, text + "kubectl did not end within " + limit.toSeconds() + " s");
            } finally {
                end(process);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while kubectl ran", e);
        } finally {
            delete(output);
        }
    }

    /**
     * Makes a Service reachable at a free port of this machine.
     *
     * @throws LauncherException if that does not come about in time
     */
    Forward forward(String namespace, String service, int port) {
        Path output = temporary();
        Process process =
                start(List.of("port-forward", "--namespace", namespace, "service/" + service, ":" + port), output);
        try {
            long end = System.nanoTime() + FORWARDING.toNanos();
            while (System.nanoTime() < end && !process.waitFor(50, TimeUnit.MILLISECONDS)) {
                int local = Forward.port(text(output));
                if (local > 0) {
                    return new Forward(process, output, local);
                }
            }
            String said = text(output);
            end(process);
            delete(output);
            throw new LauncherException("cannot reach service/" + service + " of " + namespace + " through kubectl"
                    + " port-forward: " + said.strip());
        } catch (InterruptedException e) {
            end(process);
            delete(output);
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while kubectl ran", e);
        }
    }

    /** A Service at a port of this machine, until it is closed. */
    record Forward(Process process, Path output, int port) implements AutoCloseable {

        private static final String FORWARDING_FROM = "Forwarding from 127.0.0.1:";

        /** The port that kubectl says it took, or 0 when it has not said it yet. */
        static int port(String output) {
            int at = output.indexOf(FORWARDING_FROM);
            int arrow = output.indexOf(" ->", Math.max(at, 0));
            return at < 0 || arrow < 0 ? 0 : Integer.parseInt(output.substring(at + FORWARDING_FROM.length(), arrow));
        }

        @Override
        public void close() {
            end(process);
            delete(output);
        }
    }

    private Process start(List<String> arguments, Path output) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            return process;
        } catch (IOException e) {
            delete(output);
            throw new LauncherException(
                    program + " cannot be run: install kubectl 1.30 or newer and put it on the PATH", e);
        }
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("kubectl", ".out");
        } catch (IOException e) {
            throw new LauncherException("cannot make a temporary file: " + e, e);
        }
    }

    private static String text(Path output) {
        try (InputStream bytes = Files.newInputStream(output)) {
            return new String(bytes.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static void delete(Path output) {
        // Left behind it is a small file in the temporary folder.
        boolean unused = output.toFile().delete();
    }
}
