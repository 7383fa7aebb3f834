package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Action;
import io.fogwhisk.influx.catalog.Organization;
import io.fogwhisk.influx.catalog.Resource;
import io.javalin.http.Context;
import java.util.Optional;

/** {@code /api/v2/orgs}: the one organisation. */
final class OrgEndpoints {

    private static final String PATH = "/api/v2/orgs";

    void list(Context ctx) {
        Caller caller = Caller.of(ctx);
        Page page = Page.of(ctx);
        if (!caller.matches(ctx.queryParam("org"), ctx.queryParam("orgID"))) {
            throw new InfluxException(ErrorCode.NOT_FOUND, "organization not found");
        }
        ObjectNode json = Json.object();
        ArrayNode orgs = Json.object().arrayNode();
        Organization org = caller.organization();
        if (page.offset() == 0 && page.after().isEmpty() && caller.allows(Action.READ, resource(org))) {
            describe(orgs.addObject(), org);
        }
        page.links(json.putObject("links"), PATH, orgs.size());
        json.set("orgs", orgs);
        Json.answer(ctx, json);
    }

    void find(Context ctx) {
        Caller caller = Caller.of(ctx);
        Organization org = caller.organization();
        if (!ctx.pathParam("id").equals(org.id())) {
            throw new InfluxException(ErrorCode.NOT_FOUND, "organization not found");
        }
        caller.require(Action.READ, resource(org));
        ObjectNode json = Json.object();
        describe(json, org);
        Json.answer(ctx, json);
    }

    void create(Context ctx) {
        Errors.answer(
                ctx,
                ErrorCode.UNPROCESSABLE,
                "there is one organization here, and its configuration names it: influx.org");
    }

    private static Resource resource(Organization org) {
        return new Resource(Resource.ORGS, Optional.of(org.id()), Optional.empty());
    }

    private static void describe(ObjectNode json, Organization org) {
        String self = PATH + "/" + org.id();
        json.put("id", org.id());
        json.put("name", org.name());
        json.put("description", org.description());
        json.put("createdAt", org.createdAt().toString());
        json.put("updatedAt", org.updatedAt().toString());
        ObjectNode links = json.putObject("links");
        links.put("self", self);
        links.put("buckets", "/api/v2/buckets?org=" + org.id());
    }
}
