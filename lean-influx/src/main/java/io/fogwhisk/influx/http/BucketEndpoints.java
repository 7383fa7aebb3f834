package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Action;
import io.fogwhisk.influx.catalog.Bucket;
import io.fogwhisk.influx.catalog.Resource;
import io.fogwhisk.influx.retention.DiskLimit;
import io.fogwhisk.influx.store.PointStore;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code /api/v2/buckets}. */
final class BucketEndpoints {

    private static final String PATH = "/api/v2/buckets";
    private static final Duration MIN_RETENTION = Duration.ofHours(1);

    private final PointStore store;
    private final DiskLimit disk;
    private final Changes changes;
    private final Json json = new Json();

    BucketEndpoints(PointStore store, DiskLimit disk, Changes changes) {
        this.store = store;
        this.disk = disk;
        this.changes = changes;
    }

    /** The retention that a body asks for; both empty when it says nothing. */
    private record Retention(Optional<Duration> period, Optional<Duration> shard) {

        static Retention of(JsonNode body) {
            JsonNode rules = body.path("retentionRules");
            if (rules.isEmpty()) {
                return new Retention(Optional.empty(), Optional.empty());
            }
            if (!rules.isArray() || rules.size() > 1) {
                throw new InfluxException(ErrorCode.INVALID, "retentionRules must be a list of at most one rule");
            }
            JsonNode rule = rules.get(0);
            Optional<Duration> period = seconds(rule, "everySeconds", "expiration seconds");
            Optional<Duration> shard = seconds(rule, "shardGroupDurationSeconds", "shard group duration seconds")
                    .filter(each -> !each.isZero());
            period.filter(each -> !each.isZero()).ifPresent(each -> check(each, shard));
            return new Retention(period, shard);
        }

        private static void check(Duration period, Optional<Duration> shard) {
            if (period.compareTo(MIN_RETENTION) < 0) {
                throw new InfluxException(ErrorCode.UNPROCESSABLE, "retention policy duration must be at least 1h0m0s");
            }
            if (shard.isPresent() && shard.get().compareTo(period) > 0) {
                throw new InfluxException(
                        ErrorCode.UNPROCESSABLE, "retention policy duration must be greater than the shard duration");
            }
        }

        private static Optional<Duration> seconds(JsonNode rule, String key, String name) {
            JsonNode value = rule.path(key);
            if (value.isMissingNode() || value.isNull()) {
                return Optional.empty();
            }
            if (!value.canConvertToLong() || !value.isIntegralNumber()) {
                throw new InfluxException(ErrorCode.INVALID, key + " must be a whole number");
            }
            // A Go duration ends after 292 years; more seconds than that are none that InfluxDB takes.
            if (value.longValue() < 0 || value.longValue() > Long.MAX_VALUE / 1_000_000_000L) {
                throw new InfluxException(ErrorCode.UNPROCESSABLE, name + " cannot be negative or more than 292 years");
            }
            return Optional.of(Duration.ofSeconds(value.longValue()));
        }
    }

    void list(Context ctx) {
        Caller caller = Caller.of(ctx);
        Page page = Page.of(ctx);
        String name = ctx.queryParam("name");
        String id = ctx.queryParam("id");
        if (!caller.matches(ctx.queryParam("org"), ctx.queryParam("orgID"))) {
            throw new InfluxException(ErrorCode.NOT_FOUND, "organization not found");
        }
        List<Bucket> found = caller.catalog().buckets().stream()
                .filter(caller::reads)
                .filter(bucket -> matches(name, bucket.name()) && matches(id, bucket.id()))
                .toList();
        if (found.isEmpty() && given(name)) {
            throw Caller.notFound(String.valueOf(name));
        }
        if (found.isEmpty() && given(id)) {
            throw new InfluxException(ErrorCode.NOT_FOUND, "bucket not found");
        }
        List<Bucket> shown = page.of(found, Bucket::id);
        ObjectNode answer = Json.object();
        page.links(answer.putObject("links"), PATH, shown.size());
        var buckets = answer.putArray("buckets");
        shown.forEach(bucket -> describe(buckets.addObject(), bucket, caller));
        Json.answer(ctx, answer);
    }

    void find(Context ctx) {
        Caller caller = Caller.of(ctx);
        answer(ctx, 200, existing(ctx, Action.READ), caller);
    }

    void create(Context ctx) {
        Caller caller = Caller.of(ctx);
        JsonNode body = json.body(ctx);
        String orgId = Json.text(body, "orgID")
                .orElseThrow(() -> new InfluxException(ErrorCode.INVALID, "organization id must be provided"));
        if (!caller.matches(null, orgId)) {
            throw new InfluxException(ErrorCode.NOT_FOUND, "organization not found");
        }
        caller.require(
                Action.WRITE,
                Resource.all(Resource.BUCKETS, caller.organization().id()));
        Retention retention = Retention.of(body);
        changes.run(
                ctx,
                () -> caller.catalog()
                        .createBucket(
                                Json.text(body, "name").orElse(""),
                                Json.text(body, "description").orElse(""),
                                retention.period().orElse(Duration.ZERO),
                                retention.shard()),
                made -> answer(ctx, 201, made, caller));
    }

    void change(Context ctx) {
        Caller caller = Caller.of(ctx);
        Bucket bucket = existing(ctx, Action.WRITE);
        JsonNode body = json.body(ctx);
        Retention retention = Retention.of(body);
        changes.run(
                ctx,
                () -> caller.catalog()
                        .changeBucket(
                                bucket.id(),
                                Json.text(body, "name"),
                                Json.text(body, "description"),
                                retention.period(),
                                retention.shard()),
                changed -> answer(ctx, 200, changed, caller));
    }

    /** Answers when the bucket is gone; should its points outlive this process, its next start deletes them. */
    void delete(Context ctx) {
        Caller caller = Caller.of(ctx);
        Bucket bucket = existing(ctx, Action.WRITE);
        changes.follow(
                ctx,
                () -> CompletableFuture.completedFuture(caller.catalog().deleteBucket(bucket.id()))
                        .thenCompose(deleted -> store.dropBucket(deleted.key()))
                        .thenApply(done -> bucket.key()),
                key -> {
                    caller.catalog().forgetDropped(key);
                    disk.deleted();
                    ctx.status(204);
                });
    }

    private static Bucket existing(Context ctx, Action action) {
        Caller caller = Caller.of(ctx);
        String id = ctx.pathParam("id");
        Bucket bucket = caller.catalog()
                .bucket(id)
                .orElseThrow(() -> new InfluxException(ErrorCode.NOT_FOUND, "bucket not found"));
        caller.require(
                action, Resource.one(Resource.BUCKETS, id, caller.organization().id()));
        return bucket;
    }

    private static boolean given(@Nullable String wanted) {
        return wanted != null && !wanted.isEmpty();
    }

    private static boolean matches(@Nullable String wanted, String actual) {
        return !given(wanted) || actual.equals(wanted);
    }

    private static void answer(Context ctx, int status, Bucket bucket, Caller caller) {
        ObjectNode answer = Json.object();
        describe(answer, bucket, caller);
        Json.answer(ctx, status, answer);
    }

    private static void describe(ObjectNode json, Bucket bucket, Caller caller) {
        String orgId = caller.organization().id();
        json.put("id", bucket.id());
        json.put("orgID", orgId);
        json.put("type", "user");
        if (!bucket.description().isEmpty()) {
            json.put("description", bucket.description());
        }
        json.put("name", bucket.name());
        ObjectNode rule = json.putArray("retentionRules").addObject();
        rule.put("type", "expire");
        rule.put("everySeconds", bucket.retention().toSeconds());
        rule.put("shardGroupDurationSeconds", bucket.shard().toSeconds());
        json.put("createdAt", bucket.createdAt().toString());
        json.put("updatedAt", bucket.updatedAt().toString());
        json.putArray("labels");
        ObjectNode links = json.putObject("links");
        links.put("self", PATH + "/" + bucket.id());
        links.put("org", "/api/v2/orgs/" + orgId);
        links.put("write", "/api/v2/write?org=" + orgId + "&bucket=" + bucket.id());
    }
}
