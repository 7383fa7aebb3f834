package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What clients ask before they write: health, version, the organisation and its buckets. */
final class ResourceEndpoints {

    static final String VERSION = "v2.7.0-fogwhisk";

    private static final int PAGE = 20;
    private static final int WEEK_SECONDS = 604_800;

    private final Organisation organisation;
    private final Clock clock;
    private final Instant started;

    ResourceEndpoints(Organisation organisation, Clock clock) {
        this.organisation = organisation;
        this.clock = clock;
        this.started = clock.instant();
    }

    void ping(Context ctx) {
        ctx.status(204);
    }

    void health(Context ctx) {
        ObjectNode json = object();
        json.put("name", "influxdb");
        json.put("message", "ready for queries and writes");
        json.put("status", "pass");
        json.putArray("checks");
        json.put("version", VERSION);
        json.put("commit", "none");
        answer(ctx, json);
    }

    void ready(Context ctx) {
        ObjectNode json = object();
        json.put("status", "ready");
        json.put("started", started.toString());
        json.put("up", goDuration(Duration.between(started, clock.instant())));
        answer(ctx, json);
    }

    void orgs(Context ctx) {
        ObjectNode json = object();
        json.putObject("links").put("self", "/api/v2/orgs");
        ArrayNode orgs = json.putArray("orgs");
        if (organisation.matches(ctx.queryParam("org"), ctx.queryParam("orgID"))) {
            ObjectNode org = orgs.addObject();
            org.put("id", organisation.id());
            org.put("name", organisation.name());
            org.put("description", "");
            org.put("createdAt", started.toString());
            org.put("updatedAt", started.toString());
            org.putObject("links").put("self", "/api/v2/orgs/" + organisation.id());
        } else {
            throw new InfluxException(ErrorCode.NOT_FOUND, "organization not found");
        }
        answer(ctx, json);
    }

    void buckets(Context ctx) {
        String name = ctx.queryParam("name");
        String id = ctx.queryParam("id");
        if (!organisation.matches(ctx.queryParam("org"), ctx.queryParam("orgID"))) {
            throw new InfluxException(ErrorCode.NOT_FOUND, "organization not found");
        }
        List<String> found = organisation.buckets().stream()
                .filter(bucket -> name == null || name.equals(bucket))
                .filter(bucket -> id == null || id.equals(organisation.bucketId(bucket)))
                .toList();
        if (name != null && found.isEmpty()) {
            throw new InfluxException(ErrorCode.NOT_FOUND, "bucket \"" + name + "\" not found");
        }
        String after = ctx.queryParam("after");
        int skipped = number(ctx.queryParam("offset"), 0);
        if (after != null) {
            skipped = found.stream().map(organisation::bucketId).toList().indexOf(after) + 1;
        }
        ObjectNode json = object();
        json.putObject("links").put("self", "/api/v2/buckets");
        ArrayNode buckets = json.putArray("buckets");
        found.stream()
                .skip(skipped)
                .limit(number(ctx.queryParam("limit"), PAGE))
                .forEach(bucket -> describe(buckets.addObject(), bucket));
        answer(ctx, json);
    }

    private void describe(ObjectNode json, String bucket) {
        String id = organisation.bucketId(bucket);
        json.put("id", id);
        json.put("orgID", organisation.id());
        json.put("type", "user");
        json.put("name", bucket);
        ObjectNode rule = json.putArray("retentionRules").addObject();
        rule.put("type", "expire");
        rule.put("everySeconds", 0);
        rule.put("shardGroupDurationSeconds", WEEK_SECONDS);
        json.put("createdAt", started.toString());
        json.put("updatedAt", started.toString());
        json.putArray("labels");
        ObjectNode links = json.putObject("links");
        links.put("self", "/api/v2/buckets/" + id);
        links.put("org", "/api/v2/orgs/" + organisation.id());
        links.put("write", "/api/v2/write?org=" + organisation.id() + "&bucket=" + id);
    }

    private static int number(@Nullable String text, int byDefault) {
        if (text == null) {
            return byDefault;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new InfluxException(ErrorCode.INVALID, "limit and offset must be numbers, was " + text, e);
        }
        throw new InfluxException(ErrorCode.INVALID, "limit and offset must be 0 or more, was " + text);
    }

    private static String goDuration(Duration up) {
        return up.toHours() + "h" + up.toMinutesPart() + "m" + up.toSecondsPart() + "s";
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static void answer(Context ctx, ObjectNode json) {
        ctx.contentType("application/json; charset=utf-8").result(json.toString());
    }
}
