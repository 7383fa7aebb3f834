package io.fogwhisk.influx;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRole;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.catalog.Catalog;
import io.fogwhisk.influx.http.InfluxApi;
import io.fogwhisk.influx.http.WriteLimits;
import io.fogwhisk.influx.retention.DiskLimit;
import io.fogwhisk.influx.retention.Maintenance;
import io.fogwhisk.influx.store.PointStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The InfluxDB 2 HTTP API on two SQLite files: {@code readings.db} holds the points, {@code influx.db} the buckets and
 * tokens. Line protocol in, Flux out. A write is answered with 204 only after its points are durable.
 *
 * <p>Threads: one commits, one answers writes, one changes buckets and tokens, two run queries, and two keep the data
 * within bounds; up to {@value #WAITING_QUERIES} queries wait, more are answered with 503.
 */
public final class LeanInflux implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(LeanInflux.class);
    private static final int QUERY_THREADS = 2;
    private static final int WAITING_QUERIES = 64;
    private static final int WAITING_REPLIES = 4_096;
    private static final int WAITING_CHANGES = 64;
    private static final long CLOSE_SECONDS = 5;

    private final LeanInfluxConfig config;
    private final HttpHost http;
    private final Metrics metrics;
    private final Clock clock;
    private final WriteLimits limits;
    private final String name;
    private final PointStore store;
    private final Catalog catalog;
    private final DiskLimit disk;
    private final Maintenance maintenance;
    private final DiskReserve reserve;
    private @Nullable ExecutorService queries;
    private @Nullable ExecutorService replies;
    private @Nullable ExecutorService changes;
    private HttpHost.@Nullable Port port;

    /**
     * A server that is still closed.
     *
     * @param http the HTTP server of the process; its owner starts and closes it
     */
    public LeanInflux(LeanInfluxConfig config, HttpHost http, Metrics metrics) {
        this(config, http, metrics, Clock.systemUTC(), WriteLimits.DEFAULT);
    }

    /**
     * A server that is still closed.
     *
     * @param http the HTTP server of the process; its owner starts and closes it
     * @param clock tells when points without a time are written, and when points expire
     * @param limits of writes under way
     */
    public LeanInflux(LeanInfluxConfig config, HttpHost http, Metrics metrics, Clock clock, WriteLimits limits) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.http = Objects.requireNonNull(http, "http is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.limits = Objects.requireNonNull(limits, "limits is null");
        Path folder = config.dataFolder().toAbsolutePath().normalize().getFileName();
        this.name = folder == null ? "influx" : folder + "-influx";
        this.reserve = new DiskReserve(config.dataFolder());
        this.store = new PointStore(name + "-commit", config.dataFolder().resolve("readings.db"), config.commitPace());
        this.catalog = new Catalog(
                config.dataFolder().resolve("influx.db"),
                config.org(),
                config.buckets(),
                config.token(),
                config.tokens(),
                clock);
        this.disk = new DiskLimit(config.maxDisk(), store, config.dataFolder());
        this.maintenance = new Maintenance(name, catalog, store, disk, config.downsampling(), clock);
    }

    @Override
    public void start() {
        reserve.release();
        catalog.start();
        store.start();
        reserve.take();
        ExecutorService queryPool = pool(name + "-query", QUERY_THREADS, WAITING_QUERIES);
        queries = queryPool;
        // When the one who answers falls behind, the committer answers itself: that slows the writers down.
        ThreadPoolExecutor replyPool = pool(name + "-reply", 1, WAITING_REPLIES);
        replyPool.setRejectedExecutionHandler(new ThreadPoolExecutor.CallerRunsPolicy());
        replies = replyPool;
        ExecutorService changePool = pool(name + "-change", 1, WAITING_CHANGES);
        changes = changePool;
        metrics.queue(name, store::depth);
        InfluxApi api = new InfluxApi(
                catalog,
                store,
                disk,
                metrics,
                clock,
                new InfluxApi.Threads(queryPool, config.queryTime(), replyPool, changePool),
                limits);
        // Two servers of one process may have data folders of the same name.
        String role = name + "/influx-" + UUID.randomUUID();
        port = http.open(new HttpRole(role, config.host(), config.port(), api::routes).with(api::refusal));
        maintenance.start();
        LOG.atInfo()
                .addKeyValue("url", url())
                .addKeyValue("file", config.dataFolder())
                .log("influx api started");
    }

    /** Where clients reach the API, once started. */
    public String url() {
        HttpHost.Port open = port;
        if (open == null) {
            throw new IllegalStateException("the influx api is not started");
        }
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return "http://" + host + ":" + open.number();
    }

    /** Why points cannot be written now; empty if they can. Blocks for the disk. */
    public Optional<String> fault() {
        if (!store.isWritable()) {
            return Optional.of(
                    "the database " + config.dataFolder() + " takes no writes: it is closed, or its file is lost");
        }
        try {
            disk.checkRoom();
            return Optional.empty();
        } catch (InfluxException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        HttpHost.Port open = port;
        port = null;
        if (open != null) {
            open.close();
        }
        maintenance.close();
        close(queries);
        close(changes);
        store.close();
        close(replies);
        catalog.close();
        queries = null;
        changes = null;
        replies = null;
    }

    private static void close(@Nullable ExecutorService pool) {
        if (pool == null) {
            return;
        }
        pool.shutdown();
        try {
            if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadPoolExecutor pool(String name, int threads, int waiting) {
        NamedThreads factory = threads == 1 ? NamedThreads.single(name) : NamedThreads.pool(name);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
