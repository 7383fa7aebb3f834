package io.fogwhisk.launcher.demo;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.query.FluxRecord;
import io.fogwhisk.aggregate.influx.PromptSockets;
import io.fogwhisk.launcher.LauncherException;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Asks one bucket of an InfluxDB by Flux, as any user would. Used by one thread at a time. */
public final class FluxClient implements AutoCloseable {

    private static final long QUERY_SECONDS = 120;

    private final String url;
    private final String org;
    private final String bucket;
    private final InfluxDBClient client;

    /** A client; it connects when first asked. */
    public FluxClient(String url, String org, String token, String bucket) {
        this.url = url;
        this.org = org;
        this.bucket = bucket;
        this.client = InfluxDBClientFactory.create(InfluxDBClientOptions.builder()
                .url(url)
                .authenticateToken(token.toCharArray())
                .org(org)
                .okHttpClient(new OkHttpClient.Builder().socketFactory(new PromptSockets()))
                .build());
    }

    /**
     * Reads rows of the bucket from all time.
     *
     * @param pipeline the rest of the Flux query, beginning with {@code |>}
     * @param row called for each row, one at a time, on a thread of the client
     * @throws LauncherException if the database refuses, or does not answer in time
     */
    public void rows(String pipeline, Consumer<FluxRecord> row) {
        query("1970-01-01T00:00:00Z", pipeline, row);
    }

    /** Like {@link #rows}, from a time on, in epoch milliseconds. */
    public void rowsSince(long millis, String pipeline, Consumer<FluxRecord> row) {
        query(Instant.ofEpochMilli(millis).toString(), pipeline, row);
    }

    private void query(String start, String pipeline, Consumer<FluxRecord> row) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        client.getQueryApi()
                .query(
                        "from(bucket: \"" + bucket + "\") |> range(start: " + start + ") " + pipeline,
                        org,
                        (cancellable, next) -> row.accept(next),
                        error -> {
                            failure.set(error);
                            done.countDown();
                        },
                        done::countDown);
        try {
            if (!done.await(QUERY_SECONDS, TimeUnit.SECONDS)) {
                throw new LauncherException(
                        "the InfluxDB at " + url + " did not answer a query within " + QUERY_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while querying the InfluxDB at " + url, e);
        }
        Throwable error = failure.get();
        if (error != null) {
            throw new LauncherException("cannot query the InfluxDB at " + url + ": " + error.getMessage(), error);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** The text of a column. */
    public static String text(FluxRecord row, String column) {
        return String.valueOf(row.getValueByKey(column));
    }

    /** The row's time. */
    public static Instant time(FluxRecord row) {
        return Objects.requireNonNull(row.getTime(), "a row has no _time");
    }

    /** The row's value. */
    public static double number(FluxRecord row) {
        return ((Number) Objects.requireNonNull(row.getValue(), "a row has no _value")).doubleValue();
    }
}
