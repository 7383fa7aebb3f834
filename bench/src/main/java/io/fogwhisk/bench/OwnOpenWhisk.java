package io.fogwhisk.bench;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.lean.LeanConfig;
import io.fogwhisk.lean.LeanOpenWhisk;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An OpenWhisk in this process, in a temporary folder, with a trigger that a rule leads to a built-in action that
 * returns its parameters.
 */
final class OwnOpenWhisk implements AutoCloseable {

    static final QualifiedName TRIGGER = QualifiedName.of("guest", "bench");

    private static final Pattern COUNT = Pattern.compile("\"activations\"\\s*:\\s*(\\d+)");

    private final Path folder;
    private final ServiceGroup services = new ServiceGroup("bench");
    private final LongAdder runs = new LongAdder();
    private final LeanOpenWhisk whisk;

    /**
     * Starts it.
     *
     * @param kept how many activation records it keeps
     */
    OwnOpenWhisk(long kept) {
        try {
            folder = Files.createTempDirectory("fogwhisk-bench-");
        } catch (IOException e) {
            throw new BenchException("cannot create a temporary folder: " + e.getMessage(), e);
        }
        BuiltInPackage echo = new BuiltInPackage(
                "bench", List.of(), List.of(new BuiltInPackage.BuiltInAction("echo", List.of(), (params, context) -> {
                    runs.increment();
                    return CompletableFuture.completedFuture(params);
                })));
        HttpHost http = services.start(new HttpHost());
        whisk = services.start(new LeanOpenWhisk(
                config(kept), List.of(echo), http, new Metrics(new SimpleMeterRegistry(), "bench"), Clock.systemUTC()));
        try (WskEntities entities = new WskEntities(whisk.apiHost(), AuthKey.GUEST, Duration.ofSeconds(10))) {
            entities.putTrigger("bench", List.of(), List.of(), false);
            entities.putRule("bench-rule", TRIGGER, QualifiedName.of("whisk.system", "bench", "echo"), false);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private LeanConfig config(long kept) {
        LeanConfig defaults = LeanConfig.defaults("bench", 0, folder);
        return new LeanConfig(
                defaults.name(),
                defaults.host(),
                defaults.port(),
                defaults.dataFolder(),
                defaults.identities(),
                defaults.commitPace(),
                defaults.bounds(),
                defaults.blockingLimit(),
                new LeanConfig.Retention(kept, defaults.retention().bytes(), Duration.ofDays(1)),
                defaults.runtimes());
    }

    OpenWhisk whisk() {
        return whisk;
    }

    URI api() {
        return URI.create(whisk.apiHost());
    }

    /** How often the action ran. */
    long runs() {
        return runs.sum();
    }

    /** How many activation records there are, of triggers and of actions. */
    long stored() {
        try (HttpLine line = new HttpLine(api())) {
            int status = line.send(HttpLine.request(
                    "GET", api(), "/api/v1/namespaces/_/activations?count=true", AuthKey.GUEST.basicHeader(), ""));
            Matcher count = COUNT.matcher(line.body());
            if (status != 200 || !count.find()) {
                throw new BenchException("cannot count the activations: " + status + " " + line.body());
            }
            return Long.parseLong(count.group(1));
        }
    }

    /** What its files take. */
    long bytesOnDisk() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new BenchException("cannot look at " + folder + ": " + e.getMessage(), e);
        }
    }

    /** A reading of about 126 bytes, as a message from MQTT arrives at the action. */
    static JsonObject payload(long number) {
        return JsonObject.trusted(new String(
                StreetLoad.payload(4_711_000_000L + number % 1_000, System.currentTimeMillis()),
                StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        services.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new BenchException("cannot delete " + folder + ": " + e.getMessage(), e);
        }
    }
}
