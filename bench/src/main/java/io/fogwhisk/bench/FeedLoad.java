package io.fogwhisk.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.config.ConfigNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Loads a site of its own over a Mosquitto of its own, all on this machine: how many messages per second the feed
 * provider accepts durably and the site stores, and how quickly it takes what waited for it.
 */
@Command(
        name = "feeds",
        description =
                "Starts Mosquitto and a site, publishes readings with QoS 1, and counts what is durably accepted and"
                        + " stored.",
        mixinStandardHelpOptions = true)
final class FeedLoad implements Callable<Integer> {

    private static final String TOPIC = "bench/readings";
    private static final String ACCEPTED = "fogwhisk_feed_acknowledged_total";
    private static final String STORED = "fogwhisk_readings_stored_total";
    private static final String ACTIVATIONS = "fogwhisk_lean_activations_total";
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(3);
    private static final Duration SPAN = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--script", defaultValue = "./fogwhisk", description = "default ${DEFAULT-VALUE}")
    private Path script = Path.of("");

    @Option(names = "--mosquitto", defaultValue = "mosquitto", description = "the program (default ${DEFAULT-VALUE})")
    private String mosquitto = "";

    @Option(
            names = "--rate",
            defaultValue = "20000",
            description = "messages per second, 0 for as many as the broker acknowledges (default ${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--for", defaultValue = "20s", description = "how long to measure (default ${DEFAULT-VALUE})")
    private String length = "";

    @Option(
            names = "--warm-up",
            defaultValue = "20s",
            description = "load before measuring, at the same rate but at most 10000/s (default ${DEFAULT-VALUE})")
    private String warmUp = "";

    @Option(
            names = "--batch",
            defaultValue = "1",
            description = "messages per fire at most; 1 is one activation per message (default ${DEFAULT-VALUE})")
    private int batch;

    @Option(
            names = "--queued",
            defaultValue = "0",
            description =
                    "so many messages wait at the broker when the site comes back after kill -9, and --rate goes on"
                            + " meanwhile (default ${DEFAULT-VALUE})")
    private long queued;

    @Option(names = "--devices", defaultValue = "1000", description = "sensors (default ${DEFAULT-VALUE})")
    private int devices;

    @Option(names = "--java-options", defaultValue = "-Xmx256m", description = "of the site (default ${DEFAULT-VALUE})")
    private String javaOptions = "";

    /** What was counted at a moment. */
    private record Reading(long nanos, long accepted, long stored, long activations, Duration cpu) {}

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("fogwhisk-bench-feeds-");
        try (Mosquitto broker = new Mosquitto(mosquitto, folder, 0);
                OwnSite site = new OwnSite(script, folder, javaOptions, broker.port());
                WirePublisher sensors = new WirePublisher(broker.port(), TOPIC, "bench", devices)) {
            site.subscribe(TOPIC, feed());
            sensors.publish(rate > 0 ? Math.min(rate, 10_000) : 10_000, ConfigNode.parseDuration(warmUp));
            sensors.await(DRAIN_LIMIT);
            drain(site, sensors.published());
            boolean whole = queued > 0 ? afterOutage(site, sensors) : steady(site, sensors);
            out().flush();
            return whole ? 0 : 1;
        }
    }

    private ObjectNode feed() {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        return batch > 1 ? params.put("batch", batch) : params;
    }

    private boolean steady(OwnSite site, WirePublisher sensors) {
        long first = sensors.published();
        Reading before = read(site);
        sensors.publish(rate, ConfigNode.parseDuration(length));
        long sent = sensors.published() - first;
        Reading end = read(site);
        sensors.await(DRAIN_LIMIT);
        boolean whole = drain(site, sensors.published());
        Reading after = read(site);
        out().printf(
                        Locale.ROOT,
                        "published %d in %.1f s (%.0f/s), accepted meanwhile %.0f/s, stored meanwhile %.0f/s, all stored %.2f s"
                                + " after the last%n",
                        sent,
                        seconds(before, end),
                        sent / seconds(before, end),
                        (end.accepted - before.accepted) / seconds(before, end),
                        (end.stored - before.stored) / seconds(before, end),
                        seconds(end, after));
        summary(site, before, after, sent);
        return whole;
    }

    /** The site is killed, its messages gather at the broker, and it comes back while others go on coming. */
    private boolean afterOutage(OwnSite site, WirePublisher sensors) {
        site.kill();
        sensors.publish(queued);
        sensors.await(DRAIN_LIMIT);
        long fresh = sensors.published();
        Reading before = new Reading(System.nanoTime(), 0, 0, 0, Duration.ZERO);
        site.again();
        Reading up = read(site);
        Thread more = new Thread(() -> sensors.publish(rate, SPAN), "bench-later");
        if (rate > 0) {
            more.start();
        }
        await(site, ACCEPTED, queued);
        Reading taken = read(site);
        join(more);
        sensors.await(DRAIN_LIMIT);
        long later = sensors.published() - fresh;
        boolean whole = drain(site, queued + later);
        Reading after = read(site);
        out().printf(
                        Locale.ROOT,
                        "%d queued and %d published later: up after %.1f s, %d accepted by then; %.0f/s accepted from then on, %.0f/s"
                                + " stored%n",
                        queued,
                        later,
                        seconds(before, up),
                        up.accepted,
                        (taken.accepted - up.accepted) / seconds(up, taken),
                        (after.stored - up.stored) / seconds(up, after));
        summary(site, before, after, queued + later);
        return whole;
    }

    private void summary(OwnSite site, Reading before, Reading after, long sent) {
        out().printf(
                        Locale.ROOT,
                        "stored %d of %d, %d activations, CPU of the site %.0f us per message, resident %s%n",
                        after.stored - before.stored,
                        sent,
                        after.activations - before.activations,
                        after.cpu.minus(before.cpu).toNanos() / 1e3 / Math.max(1, sent),
                        ResidentMemory.text(ResidentMemory.of(site.process().pid())));
    }

    /** Waits until so many readings are stored; false if they are not in time. */
    private boolean drain(OwnSite site, long expected) {
        return await(site, STORED, expected);
    }

    private boolean await(OwnSite site, String counter, long expected) {
        long end = System.nanoTime() + DRAIN_LIMIT.toNanos();
        long counted = site.counted(counter);
        while (counted < expected) {
            if (System.nanoTime() > end) {
                out().printf("%s is only %d of %d%n", counter, counted, expected);
                return false;
            }
            LockSupport.parkNanos(200_000_000);
            counted = site.counted(counter);
        }
        return true;
    }

    private static void join(Thread thread) {
        try {
            thread.join(DRAIN_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private static Reading read(OwnSite site) {
        return new Reading(
                System.nanoTime(),
                site.counted(ACCEPTED),
                site.counted(STORED),
                site.counted(ACTIVATIONS),
                RoleProcesses.cpu(site.process()));
    }

    private static double seconds(Reading from, Reading to) {
        return Math.max(1e-3, (to.nanos - from.nanos) / 1e9);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
