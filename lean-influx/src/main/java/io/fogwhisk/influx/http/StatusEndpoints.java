package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.influx.ErrorCode;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** What clients ask before anything else, without a token: whether the server is there, and what it serves. */
final class StatusEndpoints {

    static final String VERSION = "v2.7.0-fogwhisk";

    private final Clock clock;
    private final Instant started;

    StatusEndpoints(Clock clock) {
        this.clock = clock;
        this.started = clock.instant();
    }

    void ping(Context ctx) {
        ctx.status(204);
    }

    void health(Context ctx) {
        ObjectNode json = Json.object();
        json.put("name", "influxdb");
        json.put("message", "ready for queries and writes");
        json.put("status", "pass");
        json.putArray("checks");
        json.put("version", VERSION);
        json.put("commit", "none");
        Json.answer(ctx, json);
    }

    void ready(Context ctx) {
        ObjectNode json = Json.object();
        json.put("status", "ready");
        json.put("started", started.toString());
        json.put("up", goDuration(Duration.between(started, clock.instant())));
        Json.answer(ctx, json);
    }

    /** Says that nobody needs to set this server up: its configuration did. */
    void setup(Context ctx) {
        ObjectNode json = Json.object();
        json.put("allowed", false);
        Json.answer(ctx, json);
    }

    void setUpAgain(Context ctx) {
        Errors.answer(ctx, ErrorCode.CONFLICT, "onboarding has already been completed");
    }

    void root(Context ctx) {
        ObjectNode json = Json.object();
        for (String name : new String[] {"authorizations", "buckets", "delete", "orgs", "setup", "write"}) {
            json.put(name, "/api/v2/" + name);
        }
        ObjectNode query = json.putObject("query");
        query.put("self", "/api/v2/query");
        query.put("analyze", "/api/v2/query/analyze");
        ObjectNode system = json.putObject("system");
        system.put("health", "/health");
        Json.answer(ctx, json);
    }

    private static String goDuration(Duration up) {
        return up.toHours() + "h" + up.toMinutesPart() + "m" + up.toSecondsPart() + "s";
    }
}
