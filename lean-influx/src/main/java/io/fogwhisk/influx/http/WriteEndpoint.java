package io.fogwhisk.influx.http;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.line.LineParser;
import io.fogwhisk.influx.line.LineSink;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.Precision;
import io.fogwhisk.influx.line.SeriesKeyCache;
import io.fogwhisk.influx.store.PointStore;
import io.fogwhisk.influx.store.Rejection;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** {@code POST /api/v2/write}: good lines are stored, bad ones are named in the answer. */
final class WriteEndpoint {

    private static final int MAX_BODY = 50 << 20;
    private static final int NAMED_LINES = 50;
    private static final int CACHED_KEYS = 8_192;
    private static final long NANOS = 1_000_000_000L;

    private final Organisation organisation;
    private final PointStore store;
    private final Metrics metrics;
    private final Clock clock;
    private final Executor replies;
    private final SeriesKeyCache keys = new SeriesKeyCache(CACHED_KEYS);

    WriteEndpoint(Organisation organisation, PointStore store, Metrics metrics, Clock clock, Executor replies) {
        this.organisation = organisation;
        this.store = store;
        this.metrics = metrics;
        this.clock = clock;
        this.replies = replies;
    }

    void handle(Context ctx) {
        organisation.require(ctx);
        String bucket = organisation.bucket(ctx);
        String unit = ctx.queryParam("precision");
        Precision precision = Precision.of(unit == null ? "ns" : unit)
                .orElseThrow(() -> new InfluxException(
                        ErrorCode.INVALID, "invalid precision; valid precision units are ns, us, ms, and s"));
        Instant now = clock.instant();
        Batch batch = new Batch();
        LineParser.parse(
                RequestBody.read(ctx, MAX_BODY), precision, now.getEpochSecond() * NANOS + now.getNano(), keys, batch);
        if (batch.points.isEmpty() && batch.bad == 0) {
            throw new InfluxException(ErrorCode.INVALID, "writing requires points");
        }
        CompletionStage<List<Rejection>> written = batch.points.isEmpty()
                ? CompletableFuture.completedFuture(List.of())
                : store.write(bucket, batch.points);
        // The committer's thread must not write answers: one of our own does.
        ctx.future(() -> written.thenAcceptAsync(rejections -> answer(ctx, batch, rejections), replies)
                .toCompletableFuture());
    }

    private void answer(Context ctx, Batch batch, List<Rejection> rejections) {
        metrics.count(Meter.INFLUX_POINTS, batch.points.size() - (long) rejections.size());
        if (batch.bad == 0 && rejections.isEmpty()) {
            ctx.status(204);
            return;
        }
        metrics.count(Meter.INFLUX_REJECTED, batch.bad + (long) rejections.size());
        int firstLine = batch.firstBad;
        for (Rejection rejection : rejections) {
            int line = batch.lines[rejection.index()];
            firstLine = firstLine == 0 ? line : Math.min(firstLine, line);
            batch.name("line " + line + ": " + rejection.reason());
        }
        int dropped = batch.bad + rejections.size();
        if (dropped > batch.named.size()) {
            batch.named.add("and " + (dropped - batch.named.size()) + " more");
        }
        String reasons = String.join("\n", batch.named) + " dropped=" + dropped;
        if (batch.bad > 0) {
            String kind = batch.points.size() > rejections.size() ? "partial write: " : "";
            Errors.answer(ctx, ErrorCode.INVALID, kind + reasons, firstLine);
        } else {
            Errors.answer(
                    ctx,
                    ErrorCode.UNPROCESSABLE,
                    "failure writing points to database: partial write: " + reasons,
                    firstLine);
        }
    }

    /** What a request holds. */
    private static final class Batch implements LineSink {
        private final List<Point> points = new ArrayList<>();
        private final List<String> named = new ArrayList<>(0);
        private int[] lines = new int[16];
        private int bad;
        private int firstBad;

        @Override
        public void point(int line, Point point) {
            if (points.size() == lines.length) {
                lines = Arrays.copyOf(lines, lines.length * 2);
            }
            lines[points.size()] = line;
            points.add(point);
        }

        @Override
        public void bad(int line, String text, String reason) {
            bad++;
            firstBad = firstBad == 0 ? line : firstBad;
            name("line " + line + ": unable to parse '" + text + "': " + reason);
        }

        private void name(String line) {
            if (named.size() < NAMED_LINES) {
                named.add(line);
            }
        }
    }
}
