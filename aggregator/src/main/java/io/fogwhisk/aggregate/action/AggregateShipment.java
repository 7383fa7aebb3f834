package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.Backlog;
import io.fogwhisk.aggregate.influx.Group;
import io.fogwhisk.aggregate.influx.LineProtocol;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.aggregate.influx.StatisticsReader;
import io.fogwhisk.aggregate.outbox.LostAggregates;
import io.fogwhisk.aggregate.outbox.Outbox;
import io.fogwhisk.aggregate.window.Statistic;
import io.fogwhisk.aggregate.window.Stretch;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run over the complete windows of a job: reads their aggregates, many windows with one query, and hands them to the
 * outbox for the centre, one point per group at the window's start. A point's identity is series and start, so computing
 * a window again replaces it; what was shipped already and has not changed is not shipped again, unless the outbox lost it:
 * it waited for too long, or the centre refused it.
 *
 * <p>A watermark in the outbox's file says which windows are done, so that a run after an outage of any length catches
 * up. It stays where it is while readings wait for the local database: those windows are computed again. A run over a
 * given range neither looks at the watermark nor moves it, and ships everything.
 *
 * <p>Not thread-safe: the action has one thread.
 */
final class AggregateShipment {

    private static final int MAX_WINDOWS = 1_000;
    /** So much is done at a time: what a run that is cut short loses. */
    private static final int WINDOWS_AT_ONCE = 200;

    private static final int MAX_REMEMBERED = 50_000;
    private static final Duration COMMIT_WAIT = Duration.ofSeconds(60);
    /** Time that a run keeps to say what it did. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private final StatisticsReader reader;
    private final Outbox outbox;
    private final Metrics metrics;
    private final Clock clock;
    private final Map<String, String> shipped = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    AggregateShipment(StatisticsReader reader, Outbox outbox, Metrics metrics, Clock clock) {
        this.reader = reader;
        this.outbox = outbox;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Runs until every complete window is done, or the deadline is near.
     *
     * @return {@code {"windows": n, "points": n, "unchanged": n, "waiting": n}}, with {@code "more": true} if the next
     *     run has to go on, and {@code "next"} from where if the job has a range
     */
    JsonObject ship(AggregateJob job, Instant deadline) {
        LostAggregates.Lost lost = outbox.takeLost();
        if (!lost.isEmpty()) {
            shipped.values().removeIf(lost::has);
        }
        Run run = new Run(job, deadline);
        Instant now = clock.instant();
        if (job.range().isPresent()) {
            Window range = job.range().get();
            Instant last = job.windowing().windowAt(range.stop().minusNanos(1)).stop();
            run.over(job.windowing().endedBetween(range.start(), last.isBefore(now) ? last : now, MAX_WINDOWS + 1));
        } else {
            Instant horizon = job.horizon(now);
            Optional<Instant> known = outbox.watermark(job.name()).or(() -> outbox.watermark(job.formerName()));
            Instant done = known.orElse(horizon);
            if (known.isEmpty()) {
                // If this run fails, the next one begins where this one did, however late it comes.
                await(outbox.moveWatermark(job.name(), done));
            }
            run.done = done;
            run.complete = outbox.depth(job.local()) == 0;
            run.over(job.windowing().endedBetween(done.isBefore(horizon) ? done : horizon, now, MAX_WINDOWS + 1));
        }
        return run.result();
    }

    /** One run, as far as it came. */
    private final class Run {
        private final AggregateJob job;
        private final Instant deadline;
        private Instant done = Instant.MAX;
        private boolean complete;
        private List<Window> windows = List.of();
        private int count;
        private int points;
        private int unchanged;

        Run(AggregateJob job, Instant deadline) {
            this.job = job;
            this.deadline = deadline;
        }

        /** Does the first of them; one more than a run may do says that the next run has to go on. */
        void over(List<Window> all) {
            windows = all;
            int most = Math.min(windows.size(), MAX_WINDOWS);
            while (count < most && clock.instant().plus(MARGIN).isBefore(deadline)) {
                List<Window> next = windows.subList(count, Math.min(most, count + WINDOWS_AT_ONCE));
                Stretch stretch = Stretch.of(next).get(0);
                SortedMap<Instant, SortedMap<Group, Map<String, Double>>> found =
                        reader.read(job.local(), job.question(), stretch);
                List<Point> fresh = new ArrayList<>();
                for (Window window : stretch.windows()) {
                    found.getOrDefault(window.start(), new TreeMap<>())
                            .forEach((group, values) -> add(fresh, window, group, values));
                }
                hand(fresh, stretch);
                count += stretch.windows().size();
                if (complete && stretch.stop().isAfter(done)) {
                    done = stretch.stop();
                    await(outbox.moveWatermark(job.name(), done));
                }
            }
        }

        private void add(List<Point> fresh, Window window, Group group, Map<String, Double> values) {
            LineProtocol line = job.layout().series(job, group, window);
            String identity = job.name() + ' ' + line + ' ' + group.field() + ' ' + window.start();
            String whole = line(line, group, values, window.start());
            if (job.range().isEmpty() && whole.equals(shipped.get(identity))) {
                unchanged++;
            } else {
                fresh.add(new Point(identity, whole));
            }
        }

        private String line(LineProtocol line, Group group, Map<String, Double> values, Instant start) {
            for (Statistic statistic : job.question().statistics()) {
                Double value = values.get(statistic.name());
                String name = AggregateJob.field(group.field(), statistic);
                if (value != null && statistic.kind() == Statistic.Kind.COUNT) {
                    line.field(name, value.longValue());
                } else if (value != null) {
                    line.field(name, value.doubleValue());
                }
            }
            return line.time(TimeUnit.SECONDS.toNanos(start.getEpochSecond()) + start.getNano())
                    .toString();
        }

        private void hand(List<Point> fresh, Stretch stretch) {
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
            points += taken.count();
            if (taken.count() < fresh.size()) {
                throw new AggregateException("the outbox is full (" + outbox.depth() + " entries): the windows from "
                        + stretch.start() + " are computed again by the next run");
            }
        }

        JsonObject result() {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            result.put("windows", count).put("points", points).put("unchanged", unchanged);
            result.put("waiting", outbox.depth(job.central()));
            if (count < windows.size()) {
                result.put("more", true);
                job.range()
                        .ifPresent(range -> result.put(
                                "next",
                                count == 0
                                        ? range.start().toString()
                                        : windows.get(count - 1).stop().toString()));
            }
            return JsonObject.adopt(result);
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

    /** A point's identity, and its whole line. */
    private record Point(String identity, String line) {}
}
