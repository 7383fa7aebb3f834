package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Action;
import io.fogwhisk.influx.catalog.Authorization;
import io.fogwhisk.influx.catalog.Bucket;
import io.fogwhisk.influx.catalog.Organization;
import io.fogwhisk.influx.catalog.Permission;
import io.fogwhisk.influx.catalog.Resource;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code /api/v2/authorizations}. A token is told once, in the answer to the request that made it. */
final class AuthorizationEndpoints {

    private static final String PATH = "/api/v2/authorizations";
    private static final String USER = "fogwhisk";

    private final Changes changes;
    private final Json json = new Json();

    AuthorizationEndpoints(Changes changes) {
        this.changes = changes;
    }

    void list(Context ctx) {
        Caller caller = Caller.of(ctx);
        if (!caller.matches(ctx.queryParam("org"), ctx.queryParam("orgID"))) {
            throw new InfluxException(ErrorCode.NOT_FOUND, "organization not found");
        }
        ObjectNode answer = Json.object();
        answer.putObject("links").put("self", PATH);
        ArrayNode found = answer.putArray("authorizations");
        for (Authorization each : caller.catalog().authorizations()) {
            if (caller.allows(Action.READ, resource(each.id(), caller))) {
                describe(found.addObject(), each, caller);
            }
        }
        Json.answer(ctx, answer);
    }

    void find(Context ctx) {
        Caller caller = Caller.of(ctx);
        ObjectNode answer = Json.object();
        describe(answer, existing(ctx, Action.READ), caller);
        Json.answer(ctx, answer);
    }

    void create(Context ctx) {
        Caller caller = Caller.of(ctx);
        JsonNode body = json.body(ctx);
        String orgId =
                Json.text(body, "orgID").orElseThrow(() -> new InfluxException(ErrorCode.INVALID, "org id required"));
        if (!caller.matches(null, orgId)) {
            throw new InfluxException(ErrorCode.NOT_FOUND, "organization not found");
        }
        caller.require(
                Action.WRITE,
                Resource.all(Resource.AUTHORIZATIONS, caller.organization().id()));
        List<Permission> permissions = permissions(body.path("permissions"));
        for (Permission permission : permissions) {
            if (!caller.authorization().allows(permission)) {
                throw new InfluxException(ErrorCode.FORBIDDEN, "permission " + permission + " is not allowed");
            }
        }
        boolean active = active(body).orElse(true);
        String description = Json.text(body, "description").orElse("");
        changes.run(ctx, () -> caller.catalog().createAuthorization(description, active, permissions), made -> {
            ObjectNode answer = Json.object();
            describe(answer, made.authorization(), caller);
            answer.put("token", made.token());
            Json.answer(ctx, 201, answer);
        });
    }

    void change(Context ctx) {
        Caller caller = Caller.of(ctx);
        Authorization old = existing(ctx, Action.WRITE);
        JsonNode body = json.body(ctx);
        Optional<Boolean> active = active(body);
        Optional<String> description = Json.text(body, "description");
        changes.run(ctx, () -> caller.catalog().changeAuthorization(old.id(), description, active), changed -> {
            ObjectNode answer = Json.object();
            describe(answer, changed, caller);
            Json.answer(ctx, answer);
        });
    }

    void delete(Context ctx) {
        Caller caller = Caller.of(ctx);
        Authorization old = existing(ctx, Action.WRITE);
        changes.run(
                ctx,
                () -> {
                    caller.catalog().deleteAuthorization(old.id());
                    return old;
                },
                done -> ctx.status(204));
    }

    private static Authorization existing(Context ctx, Action action) {
        Caller caller = Caller.of(ctx);
        String id = ctx.pathParam("id");
        Authorization found = caller.catalog()
                .authorization(id)
                .orElseThrow(() -> new InfluxException(ErrorCode.NOT_FOUND, "authorization not found"));
        caller.require(action, resource(id, caller));
        return found;
    }

    private static Resource resource(String id, Caller caller) {
        return Resource.one(Resource.AUTHORIZATIONS, id, caller.organization().id());
    }

    private static Optional<Boolean> active(JsonNode body) {
        return Json.text(body, "status").filter(status -> !status.isEmpty()).map(status -> switch (status) {
            case "active" -> true;
            case "inactive" -> false;
            default ->
                throw new InfluxException(
                        ErrorCode.INVALID, "invalid status " + status + ": must be active or inactive");
        });
    }

    private static List<Permission> permissions(JsonNode list) {
        if (!list.isArray() || list.isEmpty()) {
            throw new InfluxException(ErrorCode.INVALID, "authorization must include permissions");
        }
        List<Permission> permissions = new ArrayList<>();
        for (JsonNode each : list) {
            String action = Json.text(each, "action").orElse("");
            JsonNode resource = each.path("resource");
            permissions.add(new Permission(
                    Action.of(action)
                            .orElseThrow(() ->
                                    new InfluxException(ErrorCode.INVALID, "unknown action for permission: " + action)),
                    new Resource(
                            Json.text(resource, "type").orElse(""),
                            Json.text(resource, "id").filter(id -> !id.isEmpty()),
                            Json.text(resource, "orgID").filter(id -> !id.isEmpty()))));
        }
        return permissions;
    }

    private static void describe(ObjectNode json, Authorization authorization, Caller caller) {
        Organization org = caller.organization();
        json.put("id", authorization.id());
        // Nobody can be told a token again: only its hash is kept.
        json.put("token", "");
        json.put("status", authorization.active() ? "active" : "inactive");
        json.put("description", authorization.description());
        json.put("orgID", org.id());
        json.put("org", org.name());
        json.put("userID", org.id());
        json.put("user", USER);
        ArrayNode permissions = json.putArray("permissions");
        for (Permission permission : authorization.permissions()) {
            ObjectNode node = permissions.addObject();
            node.put("action", permission.action().text());
            ObjectNode resource = node.putObject("resource");
            resource.put("type", permission.resource().type());
            permission.resource().id().ifPresent(id -> {
                resource.put("id", id);
                caller.catalog().bucket(id).map(Bucket::name).ifPresent(name -> resource.put("name", name));
            });
            permission.resource().orgId().ifPresent(id -> {
                resource.put("orgID", id);
                resource.put("org", org.name());
            });
        }
        ObjectNode links = json.putObject("links");
        links.put("self", PATH + "/" + authorization.id());
        json.put("createdAt", authorization.createdAt().toString());
        json.put("updatedAt", authorization.updatedAt().toString());
    }
}
