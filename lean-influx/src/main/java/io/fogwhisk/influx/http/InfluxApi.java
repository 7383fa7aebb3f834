package io.fogwhisk.influx.http;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.store.PointStore;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.time.Clock;
import java.util.concurrent.Executor;

/** The routes of the API. */
public final class InfluxApi {

    private final Organisation organisation;
    private final WriteEndpoint write;
    private final QueryEndpoint query;
    private final ResourceEndpoints resources;

    /**
     * An API over a store.
     *
     * @param queries runs queries, and refuses them when too many wait
     * @param replies answers write requests after their commit; must not refuse
     */
    public InfluxApi(
            Organisation organisation,
            PointStore store,
            Metrics metrics,
            Clock clock,
            Executor queries,
            Executor replies) {
        this.organisation = organisation;
        this.write = new WriteEndpoint(organisation, store, metrics, clock, replies);
        this.query = new QueryEndpoint(organisation, store, clock, queries);
        this.resources = new ResourceEndpoints(organisation, clock);
    }

    /** Declares the routes. */
    public void routes(JavalinConfig config) {
        // The API is spoken over loopback and by batches: packing costs more than it saves.
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.prefer405over404 = true;
        config.routes.before(InfluxApi::version);
        config.routes.before("/api/*", organisation::authorize);
        config.routes.post("/api/v2/write", write::handle);
        config.routes.post("/api/v2/query", query::handle);
        config.routes.get("/api/v2/buckets", resources::buckets);
        config.routes.get("/api/v2/orgs", resources::orgs);
        config.routes.get("/health", resources::health);
        config.routes.get("/ready", resources::ready);
        config.routes.get("/ping", resources::ping);
        config.routes.head("/ping", resources::ping);
        config.routes.exception(HttpResponseException.class, (e, ctx) -> refused(ctx, e));
        config.routes.exception(Exception.class, (e, ctx) -> Errors.answer(ctx, e));
    }

    private static void version(Context ctx) {
        ctx.header("X-Influxdb-Version", ResourceEndpoints.VERSION);
        ctx.header("X-Influxdb-Build", "FogWhisk");
    }

    private static void refused(Context ctx, HttpResponseException e) {
        switch (e.getStatus()) {
            case 404 -> Errors.answer(ctx, ErrorCode.NOT_FOUND, "path not found");
            case 405 -> {
                Errors.answer(ctx, ErrorCode.INVALID, "method " + ctx.method() + " is not allowed here");
                ctx.status(405);
            }
            default -> {
                Errors.answer(ctx, ErrorCode.INVALID, String.valueOf(e.getMessage()));
                ctx.status(e.getStatus());
            }
        }
    }
}
