package io.fogwhisk.lean.couch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.couch.LocalDocuments.Local;
import io.fogwhisk.lean.couch.LocalDocuments.LocalKey;
import io.fogwhisk.lean.couch.LocalDocuments.Result;
import io.fogwhisk.wsk.model.JsonObject;
import io.javalin.http.HandlerType;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What each path of the server answers to a site. Immutable. */
final class CouchRoutes {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String LOCAL = "_local";
    private static final int MAX_LOCAL = 64 * 1024;

    /** Of the CouchDB whose protocol this is. */
    private static final String VERSION = "3.3.3";

    private final DocumentLog log;
    private final Streams streams;
    private final DocumentRoutes documents;
    private final Clock clock;

    CouchRoutes(DocumentLog log, Streams streams, Clock clock) {
        this.log = log;
        this.streams = streams;
        this.documents = new DocumentRoutes(streams);
        this.clock = clock;
    }

    /**
     * Answers a request.
     *
     * @throws CouchFault if it is refused
     */
    void handle(CouchRequest request) {
        List<String> path = request.path();
        if (path.isEmpty() || (path.size() == 1 && path.get(0).startsWith("_"))) {
            server(request, path.isEmpty() ? "" : path.get(0));
            return;
        }
        LoggedDatabase database =
                log.database(path.get(0)).orElseThrow(() -> CouchFault.notFound("Database does not exist."));
        if (path.size() == 1) {
            onlyRead(request);
            request.answer(200, info(database));
        } else if (path.get(1).equals(LOCAL) || path.get(1).startsWith(LOCAL + "/")) {
            String id = String.join("/", path.subList(1, path.size()));
            local(request, database, id.substring(Math.min(id.length(), LOCAL.length() + 1)));
        } else if (path.get(1).startsWith("_") && path.size() == 2) {
            special(request, database, path.get(1));
        } else {
            onlyRead(request);
            if (path.size() == 2) {
                documents.one(request, database, path.get(1));
            } else {
                documents.attachment(request, database, path.get(1), String.join("/", path.subList(2, path.size())));
            }
        }
    }

    private void server(CouchRequest request, String what) {
        onlyRead(request);
        switch (what) {
            case "" -> request.answer(200, welcome());
            case "_all_dbs" -> {
                ArrayNode names = NODES.arrayNode();
                log.databases().forEach(database -> names.add(database.name()));
                request.answer(200, names);
            }
            case "_up" -> request.answer(200, NODES.objectNode().put("status", "ok"));
            case "_session" -> {
                ObjectNode session = NODES.objectNode().put("ok", true);
                session.putObject("userCtx").put("name", request.caller().id()).putArray("roles");
                request.answer(200, session);
            }
            default -> throw CouchFault.notFound("missing");
        }
    }

    private ObjectNode welcome() {
        ObjectNode json = NODES.objectNode().put("couchdb", "Welcome").put("version", VERSION);
        json.put("uuid", log.uuid());
        json.putArray("features");
        json.putObject("vendor").put("name", "FogWhisk");
        return json;
    }

    private ObjectNode info(LoggedDatabase database) {
        LoggedDatabase.Totals totals = database.totals();
        ObjectNode json = NODES.objectNode()
                .put("db_name", database.name())
                .put("doc_count", totals.live())
                .put("doc_del_count", totals.deleted())
                .put("update_seq", database.seqText(totals.last()))
                .put("purge_seq", 0)
                .put("compact_running", false)
                .put("disk_format_version", 8)
                .put("instance_start_time", String.valueOf(log.startedAt()));
        json.putObject("sizes").put("active", 0).put("external", 0).put("file", 0);
        json.putObject("props");
        return json;
    }

    private void special(CouchRequest request, LoggedDatabase database, String what) {
        switch (what) {
            case "_changes" -> {
                readOrPost(request);
                ChangesQuery query = ChangesQuery.of(request::parameter, request.body(), database);
                DocumentWriter writer = new DocumentWriter(request.caller().id(), query.attachments(), false);
                streams.json(
                        request,
                        database.name(),
                        new ChangesFeed(database, query, writer, log::unreadable, System::nanoTime));
            }
            case "_all_docs" -> {
                readOrPost(request);
                documents.all(request, database);
            }
            case "_bulk_get" -> {
                if (!request.is(HandlerType.POST)) {
                    throw CouchFault.notAllowed("POST");
                }
                documents.some(request, database);
            }
            case "_local_docs" -> {
                onlyRead(request);
                locals(request, database);
            }
            case "_ensure_full_commit" -> {
                // Whatever was answered is on the disk: there is nothing left to do.
                ObjectNode done = NODES.objectNode().put("ok", true);
                request.answer(201, done.put("instance_start_time", String.valueOf(log.startedAt())));
            }
            default -> {
                onlyRead(request);
                documents.one(request, database, what);
            }
        }
    }

    private void locals(CouchRequest request, LoggedDatabase database) {
        boolean included = request.flag("include_docs");
        Map<String, Local> visible =
                log.locals().visible(database.name(), request.caller().id());
        ObjectNode json = NODES.objectNode();
        json.putNull("total_rows").putNull("offset");
        ArrayNode rows = json.putArray("rows");
        visible.forEach((id, local) -> {
            ObjectNode row = rows.addObject().put("id", LOCAL + "/" + id).put("key", LOCAL + "/" + id);
            row.putObject("value").put("rev", local.revText());
            if (included) {
                row.set("doc", local.json(id));
            }
        });
        streams.json(request, DocumentWriter.bytes(json));
    }

    private void local(CouchRequest request, LoggedDatabase database, String id) {
        String site = request.caller().id();
        if (request.reads()) {
            Local found = log.locals().find(database.name(), site, id);
            if (found == null) {
                throw CouchFault.notFound("missing");
            }
            request.answer(200, found.json(id));
            return;
        }
        boolean put = request.is(HandlerType.PUT);
        if (!put && !request.is(HandlerType.DELETE)) {
            throw CouchFault.notAllowed("DELETE,GET,HEAD,PUT");
        }
        if (id.isEmpty() || (id.startsWith(LocalDocuments.REPORT) && !id.equals(LocalDocuments.REPORT + site))) {
            throw CouchFault.forbidden("The report of another site can't be written.");
        }
        JsonNode body = put ? request.body().orElse(NODES.missingNode()) : NODES.objectNode();
        if (!(body instanceof ObjectNode given)) {
            throw CouchFault.badRequest("Document must be a JSON object");
        }
        String rev = Optional.ofNullable(request.parameter("rev"))
                .orElse(given.path("_rev").asText());
        Optional<Local> after =
                put && !given.path("_deleted").asBoolean() ? Optional.of(bare(given)) : Optional.empty();
        change(request, new LocalKey(database.name(), site, id), rev, after);
    }

    private Local bare(ObjectNode given) {
        ObjectNode body = given.deepCopy();
        given.fieldNames().forEachRemaining(name -> {
            if (name.startsWith("_")) {
                body.remove(name);
            }
        });
        JsonObject kept = JsonObject.adopt(body);
        if (kept.text().length() > MAX_LOCAL) {
            throw new CouchFault(413, "document_too_large", "It has more than " + MAX_LOCAL + " characters.");
        }
        return new Local(0, clock.millis(), kept);
    }

    private void change(CouchRequest request, LocalKey key, String rev, Optional<Local> after) {
        request.context().future(() -> {
            CompletionStage<LocalDocuments.Change> change = log.locals().change(key, rev, after);
            return change.thenAcceptAsync(made -> changed(request, key, made), streams::execute)
                    .toCompletableFuture();
        });
    }

    private static void changed(CouchRequest request, LocalKey key, LocalDocuments.Change made) {
        if (made.result() == Result.DONE) {
            Local local = made.after();
            ObjectNode done = NODES.objectNode().put("ok", true).put("id", LOCAL + "/" + key.id());
            request.answer(local == null ? 200 : 201, done.put("rev", local == null ? "0-0" : local.revText()));
            return;
        }
        CouchFault fault = made.result() == Result.CONFLICT
                ? new CouchFault(409, "conflict", "Document update conflict.")
                : CouchFault.forbidden("This site has too many local documents.");
        request.context().status(fault.status()).contentType("application/json").result(fault.json());
    }

    private static void onlyRead(CouchRequest request) {
        if (!request.reads()) {
            throw CouchFault.forbidden("The catalogue can only be read here: declare at the centre.");
        }
    }

    private static void readOrPost(CouchRequest request) {
        if (!request.reads() && !request.is(HandlerType.POST)) {
            throw CouchFault.notAllowed("GET,HEAD,POST");
        }
    }
}
