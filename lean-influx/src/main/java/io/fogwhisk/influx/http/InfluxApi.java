package io.fogwhisk.influx.http;

import io.fogwhisk.base.http.HttpRefusal;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Catalog;
import io.fogwhisk.influx.retention.DiskLimit;
import io.fogwhisk.influx.store.PointStore;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The routes of the API. */
public final class InfluxApi {

    /** Asked before anybody has a token. */
    private static final Set<String> OPEN = Set.of("/api/v2", "/api/v2/", "/api/v2/setup");

    private final Catalog catalog;
    private final WriteEndpoint write;
    private final QueryEndpoint query;
    private final DeleteEndpoint delete;
    private final BucketEndpoints buckets;
    private final AuthorizationEndpoints authorizations;
    private final OrgEndpoints orgs = new OrgEndpoints();
    private final StatusEndpoints status;

    /**
     * Where requests are carried out that may wait.
     *
     * @param queries runs queries, and refuses them when too many wait
     * @param replies answers write requests after their commit; must not refuse
     * @param queryTime how long a query may take, once it has begun
     * @param changes makes, changes and deletes things, one after the other, and refuses when too many wait
     */
    public record Threads(Executor queries, Duration queryTime, Executor replies, Executor changes) {}

    /** An API over a store. */
    public InfluxApi(
            Catalog catalog,
            PointStore store,
            DiskLimit disk,
            Metrics metrics,
            Clock clock,
            Threads threads,
            WriteLimits limits) {
        Changes changes = new Changes(threads.changes());
        this.catalog = catalog;
        this.write = new WriteEndpoint(catalog, store, metrics, clock, threads.replies(), disk, limits);
        this.query = new QueryEndpoint(store, clock, threads.queries(), threads.queryTime());
        this.delete = new DeleteEndpoint(store, disk, changes);
        this.buckets = new BucketEndpoints(store, disk, changes);
        this.authorizations = new AuthorizationEndpoints(changes);
        this.status = new StatusEndpoints(clock);
    }

    /** Declares the routes. */
    public void routes(JavalinConfig config) {
        // The API is spoken over loopback and by batches: packing costs more than it saves, unless a query asks for it.
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.prefer405over404 = true;
        config.routes.before(InfluxApi::version);
        config.routes.before("/api/*", this::identify);
        config.routes.post("/api/v2/write", write::handle);
        config.routes.post("/api/v2/query", query::handle);
        config.routes.post("/api/v2/query/analyze", query::analyze);
        config.routes.post("/api/v2/delete", delete::handle);
        config.routes.get("/api/v2/buckets", buckets::list);
        config.routes.post("/api/v2/buckets", buckets::create);
        config.routes.get("/api/v2/buckets/{id}", buckets::find);
        config.routes.patch("/api/v2/buckets/{id}", buckets::change);
        config.routes.delete("/api/v2/buckets/{id}", buckets::delete);
        config.routes.get("/api/v2/orgs", orgs::list);
        config.routes.post("/api/v2/orgs", orgs::create);
        config.routes.get("/api/v2/orgs/{id}", orgs::find);
        config.routes.get("/api/v2/authorizations", authorizations::list);
        config.routes.post("/api/v2/authorizations", authorizations::create);
        config.routes.get("/api/v2/authorizations/{id}", authorizations::find);
        config.routes.patch("/api/v2/authorizations/{id}", authorizations::change);
        config.routes.delete("/api/v2/authorizations/{id}", authorizations::delete);
        config.routes.get("/api/v2/setup", status::setup);
        config.routes.post("/api/v2/setup", status::setUpAgain);
        config.routes.get("/api/v2", status::root);
        config.routes.get("/health", status::health);
        config.routes.get("/ready", status::ready);
        config.routes.get("/ping", status::ping);
        config.routes.head("/ping", status::ping);
        config.routes.post("/write", write::handleVersion1);
        config.routes.get("/query", InfluxApi::noInfluxQl);
        config.routes.post("/query", InfluxApi::noInfluxQl);
        config.routes.exception(HttpResponseException.class, (e, ctx) -> refused(ctx, e));
        config.routes.exception(Exception.class, (e, ctx) -> Errors.answer(ctx, e));
    }

    /** What is answered to a request that the HTTP server refuses before it gets here. */
    public HttpRefusal.Answer refusal(int status, String reason, @Nullable String requestId) {
        var json = Json.object();
        json.put("code", ErrorCode.INVALID.text());
        json.put("message", reason);
        return new HttpRefusal.Answer(Map.of("Content-Type", "application/json; charset=utf-8"), json.toString());
    }

    private void identify(Context ctx) {
        if (!OPEN.contains(ctx.path())) {
            Caller.identify(ctx, catalog);
        }
    }

    private static void version(Context ctx) {
        ctx.header("X-Influxdb-Version", StatusEndpoints.VERSION);
        ctx.header("X-Influxdb-Build", "FogWhisk");
    }

    private static void noInfluxQl(Context ctx) {
        throw new InfluxException(ErrorCode.NOT_FOUND, "InfluxQL is not served here: ask POST /api/v2/query in Flux");
    }

    private static void refused(Context ctx, HttpResponseException e) {
        switch (e.getStatus()) {
            case 404 -> Errors.answer(ctx, ErrorCode.NOT_FOUND, "path not found");
            case 405 ->
                Errors.answer(ctx, ErrorCode.METHOD_NOT_ALLOWED, "method " + ctx.method() + " is not allowed here");
            default -> {
                Errors.answer(ctx, ErrorCode.INVALID, String.valueOf(e.getMessage()));
                ctx.status(e.getStatus());
            }
        }
    }
}
