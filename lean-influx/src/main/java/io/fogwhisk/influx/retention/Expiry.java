package io.fogwhisk.influx.retention;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Bucket;
import io.fogwhisk.influx.catalog.Catalog;
import io.fogwhisk.influx.store.PointStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Deletes the points that are older than their bucket keeps them, and those of deleted buckets. Used by one thread. */
final class Expiry {

    private static final Duration DELETE_TIME = Duration.ofMinutes(5);

    private final Catalog catalog;
    private final PointStore store;
    private final Clock clock;

    Expiry(Catalog catalog, PointStore store, Clock clock) {
        this.catalog = catalog;
        this.store = store;
        this.clock = clock;
    }

    /** Deletes what is due; returns when it is durably gone. */
    void run() {
        for (String key : catalog.dropped()) {
            await(store.dropBucket(key), key);
            catalog.forgetDropped(key);
        }
        for (Bucket bucket : catalog.buckets()) {
            if (bucket.expires()) {
                Instant oldest = clock.instant().minus(bucket.retention());
                await(store.deleteBefore(bucket.key(), nanos(oldest)), bucket.name());
            }
        }
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }

    private static void await(CompletionStage<Void> deletion, String bucket) {
        try {
            deletion.toCompletableFuture().get(DELETE_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InfluxException(ErrorCode.UNAVAILABLE, "interrupted while deleting from " + bucket, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new InfluxException(ErrorCode.UNAVAILABLE, "the store did not delete from " + bucket, e);
        }
    }
}
