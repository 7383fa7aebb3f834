package io.fogwhisk.feed.alarm;

import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.ProviderFixture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A provider of a shared schedule in a process of its own, which says what it fires and can be killed. */
final class ProviderProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final String READY = "provider is ready";
    private static final String FIRED = "provider fires ";

    private final Process process;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Thread reader;

    private ProviderProcess(Process process) {
        this.process = process;
        reader = new Thread(this::read, "provider-process");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts one, and waits until it fires. */
    static ProviderProcess start(String name, Path folder, String url) {
        try {
            ProviderProcess started = new ProviderProcess(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ProviderProcess.class.getName(),
                            name,
                            folder.toString(),
                            url)
                    .redirectErrorStream(true)
                    .start());
            await().atMost(START).until(() -> started.lines.contains(READY));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process itself. Ends when nobody holds the other end of its input any more. */
    public static void main(String[] args) throws IOException {
        FakeOpenWhisk target = new FakeOpenWhisk();
        target.answer(attempt -> {
            System.out.println(
                    FIRED + attempt.trigger() + " " + attempt.payload().tree().path("scheduled"));
            return FakeOpenWhisk.ACCEPTED;
        });
        try (ProviderFixture provider = SharedProviders.start(args[0], Path.of(args[1]), args[2], target)) {
            System.out.println(READY);
            int end = System.in.read();
            System.out.println("provider " + provider.endpoint() + " ends: " + end);
        }
    }

    /** The ticks of an alarm that it fired. */
    List<Long> times(String trigger) {
        String begin = FIRED + trigger + " ";
        return lines.stream()
                .filter(line -> line.startsWith(begin))
                .map(line -> Long.parseLong(line.substring(begin.length())))
                .toList();
    }

    /** SIGKILL; returns when all that it said has been heard. */
    void kill() {
        // Not through the process itself, which would throw away what it said last.
        process.toHandle().destroyForcibly();
        try {
            reader.join(START.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
