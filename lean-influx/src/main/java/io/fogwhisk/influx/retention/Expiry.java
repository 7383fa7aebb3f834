package io.fogwhisk.influx.retention;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Bucket;
import io.fogwhisk.influx.catalog.Catalog;
import io.fogwhisk.influx.store.PointStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the points that are older than their bucket keeps them, and those of deleted buckets. Used by one thread. */
final class Expiry {

    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final Duration DELETE_TIME = Duration.ofMinutes(5);

    /** What the catalogue calls the points of a bucket that was made through the API. */
    private static final Pattern MADE_KEY = Pattern.compile("[0-9a-f]{16}");

    private final Catalog catalog;
    private final PointStore store;
    private final Clock clock;
    private boolean swept;

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
        if (!swept) {
            sweep();
            swept = true;
        }
        for (Bucket bucket : catalog.buckets()) {
            if (bucket.expires()) {
                Instant oldest = clock.instant().minus(bucket.retention());
                await(store.deleteBefore(bucket.key(), nanos(oldest)), bucket.name());
            }
        }
    }

    /**
     * Deletes what a write brought just when its bucket was deleted. Not what has another kind of key: that may be older
     * than the catalogue, and whoever configures a bucket of that name finds it again.
     */
    private void sweep() {
        Set<String> stored = store.buckets();
        Set<String> known = catalog.buckets().stream().map(Bucket::key).collect(Collectors.toSet());
        for (String key : stored) {
            if (!known.contains(key) && MADE_KEY.matcher(key).matches()) {
                await(store.dropBucket(key), key);
                LOG.atInfo().addKeyValue("bucket", key).log("points of a deleted bucket deleted");
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
