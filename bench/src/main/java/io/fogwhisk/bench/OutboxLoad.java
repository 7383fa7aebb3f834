package io.fogwhisk.bench;

import io.fogwhisk.aggregate.Aggregator;
import io.fogwhisk.aggregate.AggregatorConfig;
import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.aggregate.outbox.Outbox;
import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.base.metrics.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Cuts an outbox off from its centre for a week of aggregates, then lets the centre come back: how much room what waits
 * takes, how fast it is delivered, and whether the centre has every point, once, the oldest first.
 */
@Command(
        name = "outbox",
        description = "Fills an outbox while its database is away, and measures how it empties when that is back.",
        mixinStandardHelpOptions = true)
final class OutboxLoad implements Callable<Integer> {

    private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final String[] FUNCTIONS = {"avg", "min", "max", "median", "stddev"};

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--minutes", defaultValue = "10080", description = "default ${DEFAULT-VALUE}, which is a week")
    private int minutes;

    @Option(names = "--aggregates", defaultValue = "1000", description = "each minute (default ${DEFAULT-VALUE})")
    private int aggregates;

    @Option(names = "--values", defaultValue = "1", description = "of an aggregate, 1 to 5 (default ${DEFAULT-VALUE})")
    private int values;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "points/s that it delivers at the least; 0: as a site's")
    private int rate;

    @Option(
            names = "--victoria-metrics",
            defaultValue = "",
            description = "the program, to deliver to it instead of to the own InfluxDB")
    private String victoria = "";

    @Override
    public Integer call() throws IOException {
        if (values < 1 || values > FUNCTIONS.length || minutes < 1 || aggregates < 1) {
            throw new BenchException("--values must be 1 to 5, --minutes and --aggregates at least 1");
        }
        Path folder = Files.createTempDirectory("fogwhisk-bench-outbox-");
        Path data = Files.createDirectory(folder.resolve("centre"));
        try (Centre centre = victoria.isEmpty() ? new LeanCentre(data) : new VictoriaCentre(victoria, data);
                Outbox outbox = outbox(Files.createDirectory(folder.resolve("site")))) {
            outbox.start();
            InfluxTarget target = new InfluxTarget(
                    "central", new InfluxBucket(centre.url(), LoneInflux.ORG, LoneInflux.BUCKET), centre.token());
            fill(outbox, target, folder.resolve("site"));
            centre.open();
            drain(outbox, centre, folder.resolve("site"));
            long stored = centre.stored(START, START.plus(Duration.ofMinutes(minutes)));
            out().printf(Locale.ROOT, "the centre has %d of %d%n", stored, total());
            out().flush();
            return stored == total() ? 0 : 1;
        }
    }

    private Outbox outbox(Path folder) {
        AggregatorConfig site = AggregatorConfig.defaults("bench", folder);
        return new Outbox(
                new OutboxConfig(
                        "bench",
                        folder.resolve("outbox.db"),
                        site.outbox(),
                        site.commitPace(),
                        site.writeTimeout(),
                        site.retry(),
                        rate > 0 ? rate : Aggregator.POINTS_PER_SECOND),
                new Metrics(new SimpleMeterRegistry(), "bench"),
                Clock.systemUTC());
    }

    private void fill(Outbox outbox, InfluxTarget target, Path folder) throws IOException {
        Random random = new Random(42);
        long begin = System.nanoTime();
        for (int minute = 0; minute < minutes; minute++) {
            var taken = outbox.add(target, minute(minute, random));
            if (taken.count() < aggregates) {
                throw new BenchException("the outbox is full after " + outbox.depth() + " aggregates");
            }
            try {
                taken.durable().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchException("interrupted", e);
            } catch (ExecutionException | TimeoutException e) {
                throw new BenchException("the outbox could not keep aggregates: " + e.getMessage(), e);
            }
        }
        out().printf(
                        Locale.ROOT,
                        "%d aggregates of %d minutes wait, put there in %.1f s; files %.1f MB, bodies %.1f MB; %s%n",
                        outbox.depth(),
                        minutes,
                        (System.nanoTime() - begin) / 1e9,
                        size(folder) / 1e6,
                        outbox.backlog().get(0).bytes() / 1e6,
                        resident());
        out().flush();
    }

    private List<Points> minute(int minute, Random random) {
        List<Points> points = new ArrayList<>(aggregates);
        StringBuilder line = new StringBuilder();
        long seconds = START.getEpochSecond() + minute * 60L;
        for (int i = 0; i < aggregates; i++) {
            line.setLength(0);
            line.append("humidity,datacenter_id=").append(i).append(",window=1m ");
            for (int value = 0; value < values; value++) {
                line.append(value == 0 ? "" : ",").append(FUNCTIONS[value]).append('=');
                line.append(40 + random.nextInt(10)).append('.').append(random.nextInt(1_000_000));
            }
            line.append(' ').append(seconds).append("000000000");
            points.add(new Points(Points.Kind.AGGREGATE, line.toString(), 1));
        }
        return points;
    }

    private void drain(Outbox outbox, Centre centre, Path folder) throws IOException {
        long begin = System.nanoTime();
        Duration own = cpu(ProcessHandle.current());
        long first = 0;
        boolean looked = false;
        while (outbox.depth() > 0) {
            long now = System.nanoTime();
            if (now - begin > LIMIT.toNanos()) {
                throw new BenchException(outbox.depth() + " aggregates still wait after " + LIMIT);
            }
            if (first == 0 && outbox.depth() < total()) {
                first = now;
            }
            if (!looked && outbox.depth() < total() / 2) {
                looked = true;
                order(centre);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        out().printf(
                        Locale.ROOT,
                        "empty %.1f s after the centre was back (%.1f s until the first try): %.0f aggregates/s,"
                                + " %.2f us of processor each here and %.2f there%n",
                        seconds,
                        (first - begin) / 1e9,
                        total() / seconds,
                        cpu(ProcessHandle.current()).minus(own).toNanos() / 1e3 / total(),
                        cpu(centre.process().toHandle()).toNanos() / 1e3 / total());
        out().printf(Locale.ROOT, "files %.1f MB; %s%n", size(folder) / 1e6, resident());
        out().flush();
    }

    /** On the way, the minutes that are there are the first ones, and whole. */
    private void order(Centre centre) {
        long whole = centre.stored(START, START.plus(Duration.ofMinutes(minutes))) / aggregates;
        long among = centre.stored(START, START.plus(Duration.ofMinutes(whole)));
        out().printf(
                        Locale.ROOT,
                        "half way %d minutes were there, and %d of %d aggregates of the first so many%n",
                        whole,
                        among,
                        whole * aggregates);
        out().flush();
        if (among != whole * aggregates) {
            throw new BenchException("the oldest did not come first");
        }
    }

    private long total() {
        return (long) minutes * aggregates;
    }

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static long size(Path folder) throws IOException {
        long size = 0;
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                size += Files.size(file);
            }
        }
        return size;
    }

    private static String resident() {
        return "resident "
                + ResidentMemory.text(ResidentMemory.of(ProcessHandle.current().pid()))
                + " with what makes the aggregates";
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
