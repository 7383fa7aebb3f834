package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Bucket;
import io.fogwhisk.influx.line.SeriesKey;
import io.fogwhisk.influx.retention.DiskLimit;
import io.fogwhisk.influx.store.PointStore;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Predicate;

/** {@code POST /api/v2/delete}: deletes the points of some series in a time range, both ends included. */
final class DeleteEndpoint {

    private static final Instant FIRST = Instant.ofEpochSecond(0, Long.MIN_VALUE + 2);
    private static final Instant LAST = Instant.ofEpochSecond(0, Long.MAX_VALUE - 1);

    private final PointStore store;
    private final DiskLimit disk;
    private final Changes changes;
    private final Json json = new Json();

    DeleteEndpoint(PointStore store, DiskLimit disk, Changes changes) {
        this.store = store;
        this.disk = disk;
        this.changes = changes;
    }

    void handle(Context ctx) {
        Caller caller = Caller.of(ctx);
        JsonNode body = json.body(ctx);
        Instant start = time(body, "start");
        Instant stop = time(body, "stop");
        if (start.isBefore(FIRST)) {
            throw new InfluxException(ErrorCode.INVALID, "invalid start time, start time must not be before " + FIRST);
        }
        if (stop.isAfter(LAST)) {
            throw new InfluxException(ErrorCode.INVALID, "invalid stop time, stop time must not be after " + LAST);
        }
        Predicate<SeriesKey> which =
                DeletePredicate.parse(Json.text(body, "predicate").orElse(""));
        caller.requireOrganization(ctx);
        Bucket bucket = caller.bucket(ctx);
        if (!caller.writes(bucket)) {
            throw new InfluxException(ErrorCode.FORBIDDEN, "insufficient permissions to delete");
        }
        changes.follow(ctx, () -> store.delete(bucket.key(), nanos(start), nanos(stop) + 1, which), deleted -> {
            disk.deleted();
            ctx.status(204);
        });
    }

    private static Instant time(JsonNode body, String key) {
        try {
            return OffsetDateTime.parse(Json.text(body, key).orElse("")).toInstant();
        } catch (DateTimeException e) {
            throw new InfluxException(
                    ErrorCode.INVALID,
                    "invalid RFC3339Nano for field " + key
                            + ", please format your time with RFC3339Nano format, example: 2009-01-02T23:00:00Z",
                    e);
        }
    }

    /** Ranges that InfluxDB takes fit a long: {@link #FIRST} and {@link #LAST} see to that, and the rest is clamped. */
    private static long nanos(Instant time) {
        Instant inside = time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
        // In this order the seconds of 1677 do not overflow: negative ones are rounded towards zero first.
        long seconds = inside.getEpochSecond();
        long nanos = inside.getNano();
        if (seconds < 0) {
            seconds++;
            nanos -= 1_000_000_000L;
        }
        return seconds * 1_000_000_000L + nanos;
    }
}
