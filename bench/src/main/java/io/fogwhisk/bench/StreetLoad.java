package io.fogwhisk.bench;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.launcher.demo.FluxClient;
import io.fogwhisk.launcher.demo.SensorReading;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Loads the whole street: publishes at a fixed rate over MQTT with QoS 1, whatever the site does (open loop), and
 * measures for each reading the time from the moment it was due to its acknowledgement, and to the first Flux query
 * that returns it. With the namespace's key also, from the site's activation records, from publish to stored.
 */
@Command(
        name = "street",
        description =
                "Publishes readings to a running site at a fixed rate; latency from publish to stored and queryable.",
        mixinStandardHelpOptions = true)
final class StreetLoad implements Callable<Integer> {

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);
    private static final int DATACENTER_ID = 4_711;

    /** Of the pipeline that a site declares by itself. */
    private static final String TRIGGER = "feed_trigger";

    private static final String ACTION = "aggregator/addReadingToDb";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TargetSite target = new TargetSite();

    @Option(names = "--rate", defaultValue = "2000", description = "readings per second (default ${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--for", defaultValue = "30s", description = "how long to measure (default ${DEFAULT-VALUE})")
    private String length = "";

    @Option(
            names = "--warm-up",
            defaultValue = "10s",
            description = "load before measuring, at the same rate (default ${DEFAULT-VALUE})")
    private String warmUp = "";

    @Option(names = "--devices", defaultValue = "100", description = "sensors (default ${DEFAULT-VALUE})")
    private int devices;

    @Option(names = "--connections", defaultValue = "4", description = "MQTT connections (default ${DEFAULT-VALUE})")
    private int connections;

    @Option(
            names = "--poll",
            defaultValue = "10ms",
            description = "pause between two queries: the resolution, and the load that looking adds"
                    + " (default ${DEFAULT-VALUE})")
    private String poll = "";

    @Override
    public Integer call() throws InterruptedException {
        Duration measured = ConfigNode.parseDuration(length);
        Duration before = ConfigNode.parseDuration(warmUp);
        Outstanding outstanding = new Outstanding();
        Histogram acknowledged = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
        Histogram queryable = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
        try (FluxClient database = target.database();
                Publishers publishers = new Publishers(target, connections, outstanding, acknowledged)) {
            publishers.connect();
            Thread publisher = new Thread(
                    () -> publishers.publish(rate, devices, DATACENTER_ID, before, measured), "bench-publisher");
            publisher.start();
            watch(database, outstanding, queryable, publisher, ConfigNode.parseDuration(poll));
            publisher.join();
            report(publishers, outstanding, acknowledged, queryable, measured);
            target.auth.ifPresent(auth -> reportStored(auth, publishers.measuredFrom(), publishers.measuredUntil()));
            return outstanding.unseen() == 0 ? 0 : 1;
        }
    }

    /** Polls for what is not seen yet, from the oldest unseen reading on, until all is seen or the limit is over. */
    private static void watch(
            FluxClient database, Outstanding outstanding, Histogram queryable, Thread publisher, Duration pause) {
        long end = Long.MAX_VALUE;
        while (publisher.isAlive() || outstanding.unseen() > 0) {
            if (!publisher.isAlive() && end == Long.MAX_VALUE) {
                end = System.nanoTime() + DRAIN_LIMIT.toNanos();
            }
            if (System.nanoTime() > end) {
                return;
            }
            LockSupport.parkNanos(pause.toNanos());
            long oldest = outstanding.oldestUnseen();
            database.rowsSince(
                    oldest,
                    "|> filter(fn: (r) => r._measurement == \"temperature\" and r.datacenter_id == \"" + DATACENTER_ID
                            + "\")",
                    row -> {
                        long device = Long.parseLong(FluxClient.text(row, "device_fingerprint"));
                        long due = outstanding.seen(device, FluxClient.time(row).toEpochMilli());
                        if (due > 0) {
                            queryable.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - due));
                        }
                    });
        }
    }

    private void report(
            Publishers publishers,
            Outstanding outstanding,
            Histogram acknowledged,
            Histogram queryable,
            Duration measured) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "rate %.0f/s for %d s: published %d acknowledged %d refused %d not queryable %d%n",
                rate,
                measured.toSeconds(),
                publishers.published(),
                publishers.acknowledged(),
                publishers.refused(),
                outstanding.unseen());
        row(out, "publish to PUBACK", acknowledged);
        row(out, "publish to queryable", queryable);
        out.flush();
    }

    private void reportStored(String auth, long from, long until) {
        StoredTimes.Steps steps =
                new StoredTimes(target.openWhisk, auth).read(TRIGGER, ACTION, DATACENTER_ID, from, until);
        PrintWriter out = spec.commandLine().getOut();
        row(out, "publish to fired", steps.fired());
        row(out, "publish to started", steps.started());
        row(out, "publish to stored", steps.stored());
        out.flush();
    }

    private static void row(PrintWriter out, String name, Histogram histogram) {
        out.printf(
                Locale.ROOT,
                "%-21s n %d  p50 %.1f ms  p90 %.1f ms  p99 %.1f ms  max %.1f ms%n",
                name,
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / 1_000.0,
                histogram.getValueAtPercentile(90) / 1_000.0,
                histogram.getValueAtPercentile(99) / 1_000.0,
                histogram.getMaxValue() / 1_000.0);
    }

    /** The reading of a device at a moment, as the demo's sensors would send it. */
    static byte[] payload(long device, long timestamp) {
        return SensorReading.at(device, timestamp).payload(DATACENTER_ID);
    }
}
