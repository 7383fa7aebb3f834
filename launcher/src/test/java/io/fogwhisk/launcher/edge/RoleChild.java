package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.launcher.Fogwhisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A role in a process of its own, started as a user starts it. */
final class RoleChild implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern ENDPOINT = Pattern.compile("[a-z0-9.-]+:[0-9]+");

    private final String role;
    private final Path output;
    private final Process process;

    private RoleChild(String role, Path output, Process process) {
        this.role = role;
        this.output = output;
        this.process = process;
    }

    /**
     * Starts a role and does not wait for it.
     *
     * @param properties of the virtual machine, as {@code name=value}
     * @param arguments of the command, after its name
     */
    static RoleChild start(Path folder, List<String> properties, String role, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        properties.forEach(each -> command.add("-D" + each));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Fogwhisk.class.getName(),
                role));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(folder, role, ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new RoleChild(role, output, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the role listens, and tells where: the endpoints in its first line. */
    List<String> endpoints() {
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(process.isAlive()).as(said()).isTrue();
            assertThat(said()).contains(role + ": listening on ");
        });
        String line = said().lines()
                .filter(each -> each.startsWith(role + ": listening on "))
                .findFirst()
                .orElseThrow();
        Matcher matcher = ENDPOINT.matcher(line);
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    /** What it has printed and logged. */
    String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to stop. */
    void terminate() {
        process.destroy();
    }

    /** Gives it no time for anything. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits for its end, for a bounded time. */
    boolean hasEnded() {
        try {
            return process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
