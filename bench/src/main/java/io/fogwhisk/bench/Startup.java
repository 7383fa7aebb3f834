package io.fogwhisk.bench;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.fogwhisk.launcher.demo.FluxClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a site as a user would and measures the time to its first stored reading. */
@Command(
        name = "startup",
        description = "Time from ./fogwhisk up, on a fresh folder, to the first reading that a query returns.",
        mixinStandardHelpOptions = true)
final class Startup implements Callable<Integer> {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TargetSite target = new TargetSite();

    @Option(names = "--script", defaultValue = "./fogwhisk", description = "default ${DEFAULT-VALUE}")
    private Path script = Path.of("");

    @Override
    public Integer call() throws IOException {
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
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "ready after %.2f s, first reading queryable after %.2f s%n",
                            (printed - start) / 1e9,
                            (stored - start) / 1e9);
            return 0;
        } finally {
            if (sensor.getState().isConnected()) {
                sensor.disconnect().join();
            }
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
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
