package io.fogwhisk.bench;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.launcher.demo.FluxClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts a site as a user would and measures the time to its first stored reading. */
@Command(
        name = "startup",
        description = "Time from ./fogwhisk up, on a fresh folder, to the first reading that a query returns.",
        mixinStandardHelpOptions = true)
final class Startup implements Callable<Integer> {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final long PREPARE_MINUTES = 10;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TargetSite target = new TargetSite();

    @Option(names = "--script", defaultValue = "./fogwhisk", description = "default ${DEFAULT-VALUE}")
    private Path script = Path.of("");

    @Option(names = "--runs", defaultValue = "1", description = "the median is printed (default ${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--memory", description = "also wait a while and read the resident memory")
    private boolean memory;

    @Option(
            names = "--settle",
            defaultValue = "30s",
            description = "how long to wait before reading the memory (default ${DEFAULT-VALUE})")
    private String settle = "";

    /** One start; the resident memory in kilobytes, 0 if it was not asked for or is unknown. */
    private record Run(double ready, double stored, long resident) {}

    @Override
    public Integer call() throws IOException {
        if (runs < 1) {
            throw new ParameterException(spec.commandLine(), "--runs must be at least 1, was " + runs);
        }
        prepare();
        PrintWriter out = spec.commandLine().getOut();
        List<Run> results = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            Run run = run();
            results.add(run);
            print(out, "", run.ready, run.stored, run.resident);
        }
        if (runs > 1) {
            print(out, "median of " + runs + ": ", median(results, Run::ready), median(results, Run::stored), (long)
                    median(results, Run::resident));
        }
        return 0;
    }

    /** What the script does once for each build is not part of a start. */
    private void prepare() throws IOException {
        Process process = new ProcessBuilder(script.toAbsolutePath().toString(), "--version")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            if (!process.waitFor(PREPARE_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new BenchException(script + " did not finish its build within " + PREPARE_MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private void print(PrintWriter out, String before, double ready, double stored, long resident) {
        String held = memory
                ? ", idle resident memory "
                        + ResidentMemory.text(resident > 0 ? OptionalLong.of(resident) : OptionalLong.empty())
                : "";
        out.printf(
                Locale.ROOT,
                "%sready after %.2f s, first reading queryable after %.2f s%s%n",
                before,
                ready,
                stored,
                held);
        out.flush();
    }

    private static double median(List<Run> results, ToDoubleFunction<Run> what) {
        double[] sorted = results.stream().mapToDouble(what).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private Run run() throws IOException {
        Path data = Files.createTempDirectory("fogwhisk-startup-");
        ProcessBuilder builder = new ProcessBuilder(script.toAbsolutePath().toString(), "up");
        builder.environment().put("FOGWHISK_SITE_DATA", data.toString());
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        long start = System.nanoTime();
        Process process = builder.start();
        Mqtt5AsyncClient sensor = Mqtt5Client.builder()
                .identifier("startup")
                .serverHost(target.mqttHost)
                .serverPort(target.mqttPort)
                .buildAsync();
        try {
            target.token = Optional.of(token(process));
            long printed = System.nanoTime();
            sensor.connectWith()
                    .send()
                    .orTimeout(LIMIT_NANOS, TimeUnit.NANOSECONDS)
                    .join();
            long timestamp = System.currentTimeMillis();
            sensor.publishWith()
                    .topic(target.topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(StreetLoad.payload(1, timestamp))
                    .send()
                    .orTimeout(LIMIT_NANOS, TimeUnit.NANOSECONDS)
                    .join();
            long stored = whenQueryable(timestamp);
            return new Run((printed - start) / 1e9, (stored - start) / 1e9, memory ? resident(process) : 0);
        } finally {
            if (sensor.getState().isConnected()) {
                sensor.disconnect().join();
            }
            stop(process);
        }
    }

    private long resident(Process process) {
        LockSupport.parkNanos(ConfigNode.parseDuration(settle).toNanos());
        // The script replaces itself with the JVM, so the process is the site's.
        return ResidentMemory.of(process.pid()).orElse(0);
    }

    private static void stop(Process process) {
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

    private static String token(Process process) throws IOException {
        String found = "";
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("influx token: ")) {
                found = line.substring("influx token: ".length());
            }
            if (line.contains("is up after")) {
                return found;
            }
        }
        throw new BenchException("the site ended before it was up; run ./fogwhisk up to see why");
    }

    private long whenQueryable(long timestamp) {
        AtomicBoolean seen = new AtomicBoolean();
        long end = System.nanoTime() + LIMIT_NANOS;
        try (FluxClient database = target.database()) {
            while (System.nanoTime() < end) {
                database.rowsSince(
                        timestamp, "|> filter(fn: (r) => r._measurement == \"temperature\")", row -> seen.set(true));
                if (seen.get()) {
                    return System.nanoTime();
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
        throw new BenchException("the reading was not queryable within 60 s");
    }
}
