package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.Backlog;
import io.fogwhisk.aggregate.influx.LineProtocol;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.aggregate.influx.SeriesReader;
import io.fogwhisk.aggregate.outbox.Outbox;
import io.fogwhisk.aggregate.reading.Reading;
import io.fogwhisk.aggregate.window.Aggregates;
import io.fogwhisk.aggregate.window.Window;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run over the complete windows of a job: reads each window's aggregates and hands them to the outbox for the
 * centre, one point per measurement and data centre at the window's start. A point's identity is series, window size and
 * start, so computing a window again replaces it; what was shipped already and has not changed is not shipped again.
 *
 * <p>A watermark in the outbox's file says which windows are done, so that a run after an outage of any length catches
 * up. It stays where it is while readings wait for the local database: those windows are computed again.
 *
 * <p>Not thread-safe: the action has one thread.
 */
final class AggregateShipment {

    private static final int MAX_WINDOWS = 1_000;
    private static final int MAX_REMEMBERED = 50_000;
    private static final Duration COMMIT_WAIT = Duration.ofSeconds(60);
    /** Time that a run keeps to say what it did. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private final SeriesReader reader;
    private final Outbox outbox;
    private final Metrics metrics;
    private final Clock clock;
    private final Map<String, String> shipped = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    AggregateShipment(SeriesReader reader, Outbox outbox, Metrics metrics, Clock clock) {
        this.reader = reader;
        this.outbox = outbox;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Runs until every complete window is done, or the deadline is near.
     *
     * @return {@code {"windows": n, "points": n, "unchanged": n, "waiting": n}}, with {@code "more": true} if the next
     *     run has to go on
     */
    JsonObject ship(AggregateJob job, Instant deadline) {
        Instant now = clock.instant();
        Instant horizon = job.horizon(now);
        Optional<Instant> known = outbox.watermark(job.name());
        Instant done = known.orElse(horizon);
        if (known.isEmpty()) {
            // If this run fails, the next one begins where this one did, however late it comes.
            await(outbox.moveWatermark(job.name(), done));
        }
        List<Window> windows = job.windowing().endedBetween(done.isBefore(horizon) ? done : horizon, now, MAX_WINDOWS);
        boolean complete = outbox.depth(job.local().bucket()) == 0;
        int count = 0;
        int points = 0;
        int unchanged = 0;
        for (Window window : windows) {
            if (!clock.instant().plus(MARGIN).isBefore(deadline)) {
                break;
            }
            List<Point> computed = compute(job, window);
            List<Point> fresh = computed.stream()
                    .filter(point -> !point.line.equals(shipped.get(point.identity)))
                    .toList();
            hand(job, window, fresh);
            count++;
            points += fresh.size();
            unchanged += computed.size() - fresh.size();
            if (complete && window.stop().isAfter(done)) {
                done = window.stop();
                await(outbox.moveWatermark(job.name(), done));
            }
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("windows", count).put("points", points).put("unchanged", unchanged);
        result.put("waiting", outbox.depth(job.central().bucket()));
        if (count < windows.size() || windows.size() == MAX_WINDOWS) {
            result.put("more", true);
        }
        return JsonObject.adopt(result);
    }

    private List<Point> compute(AggregateJob job, Window window) {
        List<Point> points = new ArrayList<>();
        reader.read(job.local(), window).forEach((series, aggregates) -> {
            LineProtocol line = new LineProtocol()
                    .measurement(series.measurement())
                    .tag(Reading.DATACENTER_ID, series.datacenterId())
                    .tag("window", job.windowing().size().toString());
            String identity = job.central().bucket() + " " + line + " " + window.start();
            points.add(new Point(identity, line(line, aggregates, window.start())));
        });
        return points;
    }

    private void hand(AggregateJob job, Window window, List<Point> fresh) {
        if (fresh.isEmpty()) {
            return;
        }
        Backlog.Taken taken = outbox.add(
                job.central(),
                fresh.stream()
                        .map(point -> new Points(Points.Kind.AGGREGATE, point.line, 1))
                        .toList());
        await(taken.durable());
        fresh.subList(0, taken.count()).forEach(point -> shipped.put(point.identity, point.line));
        metrics.count(Meter.AGGREGATES_COMPUTED, taken.count());
        if (taken.count() < fresh.size()) {
            throw new AggregateException("the outbox is full (" + outbox.depth() + " entries): the window from "
                    + window.start() + " is computed again by the next run");
        }
    }

    private static void await(CompletionStage<?> durable) {
        try {
            durable.toCompletableFuture().get(COMMIT_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AggregateException("the outbox did not take the aggregates: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AggregateException("stopped while the outbox took the aggregates", e);
        }
    }

    private static String line(LineProtocol series, Aggregates aggregates, Instant start) {
        return series.field("avg", aggregates.avg())
                .field("min", aggregates.min())
                .field("max", aggregates.max())
                .field("median", aggregates.median())
                .field("count", aggregates.count())
                .time(TimeUnit.SECONDS.toNanos(start.getEpochSecond()) + start.getNano())
                .toString();
    }

    /** A point's identity, and its whole line. */
    private record Point(String identity, String line) {}
}
