package io.fogwhisk.lean.couch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.catalog.CatalogDocument.Attachment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads documents: one, those of a list, or all. Immutable. */
final class DocumentRoutes {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Streams streams;

    DocumentRoutes(Streams streams) {
        this.streams = streams;
    }

    /** {@code GET /db/id}. */
    void one(CouchRequest request, LoggedDatabase database, String id) {
        LogEntry entry = database.find(id);
        String openRevs = request.parameter("open_revs");
        if (openRevs != null) {
            openRevs(request, database, id, openRevs);
            return;
        }
        LogEntry wanted = wanted(entry, Optional.ofNullable(request.parameter("rev")), request.flag("latest"));
        request.context().header("ETag", "\"" + wanted.rev() + "\"");
        streams.json(request, DocumentWriter.bytes(written(database, wanted, request.writer())));
    }

    /** {@code GET /db/id/attachment}. */
    void attachment(CouchRequest request, LoggedDatabase database, String id, String name) {
        LogEntry entry = wanted(database.find(id), Optional.ofNullable(request.parameter("rev")), false);
        Attachment found = rendered(
                        () -> database.render(entry, request.caller().id())
                                .attachments()
                                .get(name))
                .orElseThrow(() -> CouchFault.notFound("Document is missing attachment"));
        byte[] bytes = found.bytes();
        streams.bytes(request, found.contentType(), bytes);
    }

    /** {@code GET} or {@code POST /db/_all_docs}. */
    void all(CouchRequest request, LoggedDatabase database) {
        Optional<JsonNode> body = request.body();
        Optional<JsonNode> keys = body.map(json -> json.get("keys"));
        if (keys.isEmpty() && request.parameter("keys") != null) {
            keys = Optional.of(json("keys", String.valueOf(request.parameter("keys"))));
        }
        DocumentWriter writer = request.writer();
        boolean documents = request.flag("include_docs");
        Iterator<JsonNode> rows = keys.isPresent()
                ? keyed(keys.get(), key -> row(database, key, writer, documents))
                : listed(request, database, writer, documents);
        String head = "{\"total_rows\":" + database.totals().live() + ",\"offset\":0,\"rows\":[\n";
        streams.json(request, database.name(), listing(head, rows, "\n]}\n"));
    }

    /** {@code POST /db/_bulk_get}. */
    void some(CouchRequest request, LoggedDatabase database) {
        JsonNode docs = request.body().map(json -> json.path("docs")).orElseThrow(DocumentRoutes::noDocs);
        if (!docs.isArray()) {
            throw noDocs();
        }
        DocumentWriter writer = request.writer();
        boolean latest = request.flag("latest");
        Iterator<JsonNode> rows = keyed(docs, doc -> asked(database, doc, writer, latest));
        streams.json(request, database.name(), listing("{\"results\":[\n", rows, "\n]}\n"));
    }

    private static CouchFault noDocs() {
        return CouchFault.badRequest("Missing JSON list of 'docs'.");
    }

    private void openRevs(CouchRequest request, LoggedDatabase database, String id, String openRevs) {
        LogEntry entry = database.find(id);
        DocumentWriter writer = request.writer();
        ArrayNode found = NODES.arrayNode();
        if (openRevs.equals("all")) {
            if (entry == null) {
                throw CouchFault.notFound("missing");
            }
            found.addObject().set("ok", written(database, entry, writer));
        } else {
            boolean latest = request.flag("latest");
            for (JsonNode rev : json("open_revs", openRevs)) {
                try {
                    LogEntry wanted = wanted(entry, Optional.of(rev.asText()), latest);
                    found.addObject().set("ok", written(database, wanted, writer));
                } catch (CouchFault e) {
                    found.addObject().put("missing", rev.asText());
                }
            }
        }
        streams.json(request, DocumentWriter.bytes(found));
    }

    private static Iterator<JsonNode> listed(
            CouchRequest request, LoggedDatabase database, DocumentWriter writer, boolean documents) {
        Collection<LogEntry> all = database.all();
        List<String> ids = new ArrayList<>();
        String only = key(request, "key");
        String first = only == null ? or(key(request, "startkey"), key(request, "start_key")) : only;
        String last = only == null ? or(key(request, "endkey"), key(request, "end_key")) : only;
        boolean descending = request.flag("descending");
        String low = descending ? last : first;
        String high = descending ? first : last;
        boolean inclusive = !"false".equals(request.parameter("inclusive_end"));
        for (LogEntry entry : all) {
            boolean excluded = !inclusive && entry.id().equals(last);
            if (!entry.deleted()
                    && !excluded
                    && (low == null || entry.id().compareTo(low) >= 0)
                    && (high == null || entry.id().compareTo(high) <= 0)) {
                ids.add(entry.id());
            }
        }
        if (descending) {
            Collections.reverse(ids);
        }
        return ids.stream()
                .skip(ChangesQuery.number(request::parameter, "skip", 0))
                .limit(ChangesQuery.number(request::parameter, "limit", Long.MAX_VALUE))
                .map(id -> row(database, NODES.textNode(id), writer, documents))
                .iterator();
    }

    private static JsonNode row(LoggedDatabase database, JsonNode key, DocumentWriter writer, boolean documents) {
        LogEntry entry = database.find(key.asText());
        ObjectNode row = NODES.objectNode();
        if (entry == null) {
            row.set("key", key);
            return row.put("error", "not_found");
        }
        row.put("id", entry.id()).put("key", entry.id());
        ObjectNode value = row.putObject("value").put("rev", entry.rev());
        if (entry.deleted()) {
            value.put("deleted", true);
        }
        if (documents) {
            row.set("doc", entry.deleted() ? NODES.nullNode() : written(database, entry, writer));
        }
        return row;
    }

    private static JsonNode asked(LoggedDatabase database, JsonNode doc, DocumentWriter writer, boolean latest) {
        String id = doc.path("id").asText();
        Optional<String> rev = Optional.ofNullable(doc.path("rev").textValue());
        ObjectNode row = NODES.objectNode().put("id", id);
        ObjectNode answer = row.putArray("docs").addObject();
        try {
            LogEntry entry = database.find(id);
            // A deleted document is one as well for who asks in this way.
            LogEntry wanted = entry == null
                    ? wanted(null, rev, latest)
                    : wanted(entry, rev.or(() -> Optional.of(entry.rev())), latest);
            answer.set("ok", written(database, wanted, writer));
        } catch (CouchFault e) {
            answer.putObject("error")
                    .put("id", id)
                    .put("rev", rev.orElse("undefined"))
                    .put("error", "not_found")
                    .put("reason", e.getMessage());
        }
        return row;
    }

    /** The entry, if it is in a revision that the client wants. */
    private static LogEntry wanted(@Nullable LogEntry entry, Optional<String> rev, boolean latest) {
        if (entry == null) {
            throw CouchFault.notFound("missing");
        }
        if (rev.isEmpty()) {
            if (entry.deleted()) {
                throw CouchFault.notFound("deleted");
            }
            return entry;
        }
        boolean matches =
                latest ? entry.revisions().contains(rev.get()) : entry.rev().equals(rev.get());
        if (!matches) {
            throw CouchFault.notFound("missing");
        }
        return entry;
    }

    private static ObjectNode written(LoggedDatabase database, LogEntry entry, DocumentWriter writer) {
        return rendered(() -> writer.write(database, entry)).orElseThrow(() -> CouchFault.notFound("missing"));
    }

    /** What is being written out; a document that changes meanwhile is not there for a moment. */
    private static <T> Optional<T> rendered(Supplier<@Nullable T> render) {
        try {
            return Optional.ofNullable(render.get());
        } catch (LeanException e) {
            if (e.status() == 404) {
                throw CouchFault.notFound("missing");
            }
            throw new CouchFault(e.status(), "service_unavailable", String.valueOf(e.getMessage()));
        }
    }

    private static Iterator<JsonNode> keyed(JsonNode keys, Function<JsonNode, JsonNode> row) {
        if (!keys.isArray()) {
            throw CouchFault.badRequest("`keys` must be a list.");
        }
        Iterator<JsonNode> each = keys.elements();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public JsonNode next() {
                return row.apply(each.next());
            }
        };
    }

    /** Rows between a head and a tail, each written when there is room for it. */
    private static Parts listing(String head, Iterator<JsonNode> rows, String tail) {
        return new Parts() {
            private String before = head;
            private boolean over;

            @Override
            public Part next() {
                if (over) {
                    return new End();
                }
                if (!rows.hasNext()) {
                    over = true;
                    return Parts.text((before.equals(head) ? head : "") + tail);
                }
                byte[] row = DocumentWriter.bytes(rows.next());
                byte[] start = before.getBytes(StandardCharsets.UTF_8);
                before = ",\n";
                byte[] both = new byte[start.length + row.length];
                System.arraycopy(start, 0, both, 0, start.length);
                System.arraycopy(row, 0, both, start.length, row.length);
                return new Bytes(both);
            }
        };
    }

    private static @Nullable String key(CouchRequest request, String name) {
        String text = request.parameter(name);
        return text == null ? null : json(name, text).asText();
    }

    private static @Nullable String or(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }

    private static JsonNode json(String name, String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw CouchFault.badRequest("`" + name + "` must be JSON.");
        }
    }
}
