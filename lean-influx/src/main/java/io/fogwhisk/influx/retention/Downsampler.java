package io.fogwhisk.influx.retention;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Bucket;
import io.fogwhisk.influx.catalog.Catalog;
import io.fogwhisk.influx.flux.FluxQuery;
import io.fogwhisk.influx.flux.table.Deadline;
import io.fogwhisk.influx.flux.table.ResultSink;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.store.PointStore;
import io.fogwhisk.influx.store.Rejection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out {@link Downsampling} rules, window by window in the order of time. A window is done when its points are
 * durable, and only then is that remembered: after a crash it is computed again, and overwrites itself. Used by one
 * thread at a time.
 */
final class Downsampler {

    private static final Logger LOG = LoggerFactory.getLogger(Downsampler.class);
    private static final int WINDOWS_PER_RUN = 1_000;
    private static final int WINDOWS_AT_ONCE = 24;
    private static final int FIELDS_AT_ONCE = 50;
    private static final int POINTS_AT_ONCE = 5_000;
    private static final Duration WRITE_TIME = Duration.ofSeconds(60);

    private final Catalog catalog;
    private final PointStore store;
    private final DiskLimit disk;
    private final Clock clock;

    Downsampler(Catalog catalog, PointStore store, DiskLimit disk, Clock clock) {
        this.disk = disk;
        this.catalog = catalog;
        this.store = store;
        this.clock = clock;
    }

    /**
     * Computes the windows of a rule that are complete and not yet done, a bounded number of them.
     *
     * @return whether there may be more to do now
     */
    boolean run(Downsampling rule) {
        Optional<Bucket> from = catalog.bucketNamed(rule.from());
        Optional<Bucket> to = catalog.bucketNamed(rule.to());
        if (from.isEmpty() || to.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("from", rule.from())
                    .addKeyValue("to", rule.to())
                    .log("downsampling needs buckets that are gone");
            return false;
        }
        Instant until = aligned(clock.instant().minus(rule.lateness()), rule.every());
        Optional<Instant> begin = catalog.progress(rule.id()).or(() -> first(rule, Instant.EPOCH));
        if (begin.isEmpty()) {
            return false;
        }
        Instant next = begin.get();
        if (from.get().expires()) {
            // What has expired may be half deleted: its aggregates would be wrong.
            Instant kept = aligned(clock.instant().minus(from.get().retention()), rule.every())
                    .plus(rule.every());
            next = next.isBefore(kept) ? kept : next;
        }
        for (int windows = 0; windows < WINDOWS_PER_RUN && next.isBefore(until); windows += WINDOWS_AT_ONCE) {
            disk.check();
            Instant stop = next.plus(rule.every().multipliedBy(WINDOWS_AT_ONCE));
            stop = stop.isAfter(until) ? until : stop;
            if (!compute(rule, to.get(), next, stop) && stop.isBefore(until)) {
                // One point of long ago must not have all the empty windows since be looked at.
                Instant found = first(rule, stop).orElse(until);
                stop = found.isBefore(until) ? found : until;
            }
            catalog.progress(rule.id(), stop);
            next = stop;
        }
        return next.isBefore(until);
    }

    /** The start of the first window from a time on that holds a point of the rule. */
    private Optional<Instant> first(Downsampling rule, Instant start) {
        FirstTime found = new FirstTime();
        ask(FluxText.firstTime(rule, start, clock.instant()), found);
        return found.time().map(time -> aligned(time, rule.every()));
    }

    /** Computes some windows; whether there is anything in them. */
    private boolean compute(Downsampling rule, Bucket to, Instant start, Instant stop) {
        FieldTypes fields = new FieldTypes();
        ask(FluxText.lastOfEach(rule, start, stop), fields);
        List<Point> points = new ArrayList<>();
        boolean found = false;
        for (String measurement : fields.measurements()) {
            found = true;
            for (WindowFunction function : rule.functions()) {
                List<String> names = fields.of(measurement, function.ofNumbers());
                for (int i = 0; i < names.size(); i += FIELDS_AT_ONCE) {
                    List<String> some = names.subList(i, Math.min(names.size(), i + FIELDS_AT_ONCE));
                    ask(
                            FluxText.windows(rule, measurement, function, some, start, stop),
                            new WindowPoints(function.text() + "_", point -> {
                                points.add(point);
                                if (points.size() >= POINTS_AT_ONCE) {
                                    write(to, points);
                                }
                            }));
                }
            }
        }
        write(to, points);
        LOG.atDebug()
                .addKeyValue("from", rule.from())
                .addKeyValue("to", rule.to())
                .addKeyValue("start", start)
                .addKeyValue("stop", stop)
                .log("windows downsampled");
        return found;
    }

    private void ask(String script, ResultSink sink) {
        Map<String, String> keys = catalog.buckets().stream().collect(Collectors.toMap(Bucket::name, Bucket::key));
        // Nobody waits for it, and given up it would be begun again for ever.
        FluxQuery.compile(script, keys, clock.instant(), Deadline.none()).run(store, sink);
    }

    private void write(Bucket to, List<Point> points) {
        if (points.isEmpty()) {
            return;
        }
        try {
            List<Rejection> rejections = store.write(to.key(), List.copyOf(points))
                    .toCompletableFuture()
                    .get(WRITE_TIME.toMillis(), TimeUnit.MILLISECONDS);
            if (!rejections.isEmpty()) {
                LOG.atWarn()
                        .addKeyValue("to", to.name())
                        .addKeyValue("points", rejections.size())
                        .addKeyValue("error", rejections.get(0).reason())
                        .log("downsampled points refused");
            }
            points.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InfluxException(ErrorCode.UNAVAILABLE, "interrupted while downsampling to " + to.name(), e);
        } catch (ExecutionException | TimeoutException e) {
            throw new InfluxException(
                    ErrorCode.UNAVAILABLE, "the store did not take downsampled points for " + to.name(), e);
        }
    }

    private static Instant aligned(Instant time, Duration every) {
        long seconds = every.toSeconds();
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
    }
}
