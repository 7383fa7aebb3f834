package io.fogwhisk.influx.http;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Bucket;
import io.fogwhisk.influx.catalog.Catalog;
import io.fogwhisk.influx.line.LineParser;
import io.fogwhisk.influx.line.Precision;
import io.fogwhisk.influx.line.SeriesKeyCache;
import io.fogwhisk.influx.retention.DiskLimit;
import io.fogwhisk.influx.store.PointStore;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * {@code POST /api/v2/write} and the 1.x API's {@code POST /write}: good lines are stored, bad ones are named in the
 * answer. No thread waits for a body or for the disk; what all requests hold together is bounded.
 */
final class WriteEndpoint {

    private static final int CACHED_KEYS = 8_192;
    private static final int POINTS_AT_ONCE = 10_000;
    private static final String AUTOGEN = "autogen";

    private final Catalog catalog;
    private final PointStore store;
    private final Metrics metrics;
    private final Clock clock;
    private final Executor replies;
    private final DiskLimit disk;
    private final WriteLimits limits;
    private final Intake intake;
    private final SeriesKeyCache keys = new SeriesKeyCache(CACHED_KEYS);

    WriteEndpoint(
            Catalog catalog,
            PointStore store,
            Metrics metrics,
            Clock clock,
            Executor replies,
            DiskLimit disk,
            WriteLimits limits) {
        this.catalog = catalog;
        this.store = store;
        this.metrics = metrics;
        this.clock = clock;
        this.replies = replies;
        this.disk = disk;
        this.limits = limits;
        this.intake = new Intake("writes", limits.requests(), limits.bytes());
    }

    void handle(Context ctx) {
        Caller caller = Caller.of(ctx);
        caller.requireOrganization(ctx);
        Bucket bucket = caller.bucket(ctx);
        String unit = ctx.queryParam("precision");
        Precision precision = Precision.of(unit == null || unit.isEmpty() ? "ns" : unit)
                .orElseThrow(() -> new InfluxException(
                        ErrorCode.INVALID, "invalid precision; valid precision units are ns, us, ms, and s"));
        write(ctx, caller, bucket, precision);
    }

    void handleVersion1(Context ctx) {
        Caller caller = Caller.ofVersion1(ctx, catalog);
        String database = ctx.queryParam("db");
        if (database == null || database.isEmpty()) {
            throw new InfluxException(ErrorCode.INVALID, "missing db");
        }
        Bucket bucket = mapped(database, Optional.ofNullable(ctx.queryParam("rp")))
                .orElseThrow(() -> new InfluxException(ErrorCode.NOT_FOUND, "unable to find DBRP"));
        String unit = ctx.queryParam("precision");
        Precision precision = Precision.ofVersion1(unit == null || unit.isEmpty() ? "ns" : unit)
                .orElseThrow(() -> new InfluxException(
                        ErrorCode.INVALID, "invalid precision \"" + unit + "\" (use n, u, ms, s, m or h)"));
        write(ctx, caller, bucket, precision);
    }

    /** The bucket that 1.x clients mean by a database and a retention policy. */
    private Optional<Bucket> mapped(String database, Optional<String> policy) {
        Optional<String> named = policy.filter(name -> !name.isEmpty());
        Optional<Bucket> both = catalog.bucketNamed(database + "/" + named.orElse(AUTOGEN));
        if (both.isPresent() || !named.orElse(AUTOGEN).equals(AUTOGEN)) {
            return both;
        }
        return catalog.bucketNamed(database);
    }

    private void write(Context ctx, Caller caller, Bucket bucket, Precision precision) {
        if (!caller.writes(bucket)) {
            throw new InfluxException(ErrorCode.FORBIDDEN, "insufficient permissions for write");
        }
        disk.check();
        RequestBody.check(ctx, limits.body());
        Intake.Lease lease = intake.enter(Math.max(0, ctx.req().getContentLengthLong()));
        try {
            ctx.future(() -> lease.during(() -> BodyReader.read(ctx, limits.body(), lease::hold, limits.bodyTime())
                            .thenCompose(sent -> {
                                byte[] text = RequestBody.unpack(ctx, sent, limits.body(), lease::hold);
                                return store(text, still(bucket), precision);
                            }))
                    .thenAccept(report -> answer(ctx, report)));
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    /** The bucket as it is now: while a body came or a part was stored it may have been deleted with all its points. */
    private Bucket still(Bucket bucket) {
        return catalog.bucket(bucket.id()).orElseThrow(() -> Caller.notFound(bucket.name()));
    }

    private CompletableFuture<WriteReport> store(byte[] text, Bucket bucket, Precision precision) {
        Instant now = clock.instant();
        WriteReport report = new WriteReport(bucket.expires() ? nanos(now.minus(bucket.retention())) : Long.MIN_VALUE);
        LineParser parser = new LineParser(text, precision, nanos(now), keys, report);
        return store(parser, bucket, report);
    }

    /** Stores a large request part by part, so that no more of its points than one part's are in memory. */
    private CompletableFuture<WriteReport> store(LineParser parser, Bucket bucket, WriteReport report) {
        boolean more = parser.next(POINTS_AT_ONCE);
        if (report.points().isEmpty()) {
            return more ? store(parser, bucket, report) : CompletableFuture.completedFuture(report);
        }
        // The committer's thread must neither parse nor write answers: one of our own does.
        return store.write(bucket.key(), report.points())
                .toCompletableFuture()
                .thenComposeAsync(
                        rejections -> {
                            report.stored(rejections);
                            return more
                                    ? store(parser, still(bucket), report)
                                    : CompletableFuture.completedFuture(report);
                        },
                        replies);
    }

    private void answer(Context ctx, WriteReport report) {
        metrics.count(Meter.INFLUX_POINTS, report.storedPoints());
        if (report.dropped() > 0) {
            metrics.count(Meter.INFLUX_REJECTED, report.dropped());
        }
        Optional<WriteReport.Failure> failure = report.failure();
        if (failure.isPresent()) {
            Errors.answer(
                    ctx,
                    failure.get().code(),
                    failure.get().message(),
                    failure.get().line());
        } else {
            ctx.status(204);
        }
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }
}
