package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Docker engine of this machine, by the commands of its client. Every call waits, for a bounded time. Thread-safe.
 *
 * <p>Each container carries a label with the process that has started it, so that those of a server that was killed are
 * found and removed by the next one, and those of a server that lives are left alone.
 */
final class DockerEngine {

    /** The port that an image serves the container protocol on. */
    static final int PORT = 8080;

    private static final String OWNER = "io.fogwhisk.owner";
    private static final String MAX_PROCESSES = "256";
    private static final int MAX_OUTPUT = 64 * 1024;
    private static final Duration SHORT = Duration.ofSeconds(20);
    /** An image may have to be fetched first. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Path docker;
    private final Path scratch;
    private final String owner;

    private DockerEngine(Path docker, Path scratch) {
        this.docker = docker;
        this.scratch = scratch;
        this.owner = ownerOf(ProcessHandle.current());
    }

    /**
     * The engine, if it answers.
     *
     * @param clients where the client may be
     * @param scratch a folder for what the client writes
     */
    static Optional<DockerEngine> find(List<Path> clients, Path scratch) {
        return clients.stream()
                .map(client -> new DockerEngine(client, scratch))
                .filter(DockerEngine::answers)
                .findFirst();
    }

    /**
     * Starts a container, with the port it serves published on the loopback address.
     *
     * @param name unique on this engine
     * @param memoryMb that it may use
     * @throws LeanException with status 400 if there is no such image, with another if the engine refuses
     */
    void run(String image, String name, int memoryMb, Map<String, String> environment) {
        String memory = memoryMb + "m";
        List<String> arguments = new ArrayList<>(List.of("run", "-d", "--name", name, "--label", OWNER + "=" + owner));
        arguments.addAll(List.of("-p", "127.0.0.1::" + PORT, "--network", "bridge"));
        arguments.addAll(List.of("--memory", memory, "--memory-swap", memory, "--pids-limit", MAX_PROCESSES));
        arguments.addAll(List.of("--cap-drop", "NET_RAW", "--cap-drop", "NET_ADMIN"));
        arguments.addAll(List.of("--security-opt", "no-new-privileges", "--ulimit", "nofile=1024:1024"));
        environment.forEach((key, value) -> arguments.addAll(List.of("-e", key + "=" + value)));
        arguments.add(image);
        Result result = call(LONG, arguments);
        if (!result.ok()) {
            if (result.errors().contains("Unable to find image")) {
                throw new LeanException(400, "Failed to pull container image '" + image + "'.");
            }
            throw new LeanException(500, "the container engine does not run '" + image + "': " + result.errors());
        }
    }

    /**
     * The port on the loopback address that leads to a container.
     *
     * @throws LeanException if it has none
     */
    int port(String name) {
        Result result = call(SHORT, List.of("port", name, PORT + "/tcp"));
        for (String line : result.output().lines().toList()) {
            String number = line.substring(line.lastIndexOf(':') + 1).strip();
            if (result.ok() && number.matches("\\d{1,5}")) {
                return Integer.parseInt(number);
            }
        }
        throw new LeanException(500, "container " + name + " has no port: " + result.errors());
    }

    /**
     * What a container writes, from its start on, on the standard streams of a process that ends with it.
     *
     * @throws LeanException if the client cannot be started
     */
    Process logs(String name) {
        try {
            Process process = new ProcessBuilder(docker.toString(), "logs", "--follow", name).start();
            process.getOutputStream().close();
            return process;
        } catch (IOException e) {
            throw new LeanException(500, "cannot read the logs of container " + name + ": " + e.getMessage(), e);
        }
    }

    /** Whether a container that has ended was ended as it used too much memory. */
    boolean overMemory(String name) {
        return call(SHORT, List.of("inspect", "--format", "{{.State.OOMKilled}}", name))
                .output()
                .strip()
                .equals("true");
    }

    /** Ends and removes containers; what is gone already is no failure. */
    void remove(List<String> names) {
        if (!names.isEmpty()) {
            List<String> arguments = new ArrayList<>(List.of("rm", "--force", "--volumes"));
            arguments.addAll(names);
            call(SHORT, arguments);
        }
    }

    /** Removes the containers whose server does not live any more. */
    void removeLeftOver() {
        Result result = call(
                SHORT,
                List.of(
                        "ps",
                        "--all",
                        "--filter",
                        "label=" + OWNER,
                        "--format",
                        "{{.ID}} {{.Label \"" + OWNER + "\"}}"));
        List<String> dead = new ArrayList<>();
        for (String line : result.output().lines().toList()) {
            int space = line.indexOf(' ');
            if (space > 0 && !lives(line.substring(space + 1).strip())) {
                dead.add(line.substring(0, space));
            }
        }
        remove(dead);
    }

    private boolean answers() {
        Result result = call(SHORT, List.of("version", "--format", "{{.Server.Version}}"));
        return result.ok() && !result.output().isBlank();
    }

    /** Whether the process of a label runs; of a label that is none of ours, that it does. */
    private static boolean lives(String owner) {
        int dash = owner.indexOf('-');
        if (dash < 1 || !owner.substring(0, dash).matches("\\d{1,18}")) {
            return true;
        }
        return ProcessHandle.of(Long.parseLong(owner.substring(0, dash)))
                .map(process -> ownerOf(process).equals(owner))
                .orElse(false);
    }

    /** The id of a process and when it started, as ids are used again. */
    private static String ownerOf(ProcessHandle process) {
        long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return process.pid() + "-" + start;
    }

    private Result call(Duration patience, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(docker.toString()));
        command.addAll(arguments);
        Path output = null;
        Path errors = null;
        try {
            // Files, as a client that waits must not keep a reader waiting.
            output = Files.createTempFile(scratch, "docker", ".out");
            errors = Files.createTempFile(scratch, "docker", ".err");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            return new Result(ended && process.exitValue() == 0, read(output), read(errors));
        } catch (IOException e) {
            return new Result(false, "", String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(false, "", "interrupted");
        } finally {
            delete(output);
            delete(errors);
        }
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new LeanException(500, "cannot delete " + file, e);
        }
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
        }
    }

    private record Result(boolean ok, String output, String errors) {}
}
