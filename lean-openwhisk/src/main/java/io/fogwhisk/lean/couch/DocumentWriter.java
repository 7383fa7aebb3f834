package io.fogwhisk.lean.couch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.CatalogDocument.Attachment;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes documents with the fields that CouchDB adds.
 *
 * @param reader the site that reads, for whom secrets are sealed
 * @param attachments whether what lies beside a document is written into it, or only named
 * @param revisions whether the names of its earlier revisions are added
 */
record DocumentWriter(String reader, boolean attachments, boolean revisions) {

    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * A document, or that it is deleted.
     *
     * @throws RuntimeException as the source does
     */
    ObjectNode write(LoggedDatabase database, LogEntry entry) {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("_id", entry.id()).put("_rev", entry.rev());
        if (entry.deleted()) {
            json.put("_deleted", true);
        } else {
            CatalogDocument document = database.render(entry, reader);
            json.setAll(document.body());
            attach(json, entry, document);
        }
        if (revisions) {
            ObjectNode known =
                    json.putObject("_revisions").put("start", entry.revisions().generation());
            ArrayNode ids = known.putArray("ids");
            entry.revisions().ids().forEach(ids::add);
        }
        return json;
    }

    /** What a revision is named by: all that a document says, in the form that has no reader. */
    static byte[] digest(CatalogDocument document) {
        MessageDigest md5 = Revisions.md5();
        md5.update(bytes(document.body()));
        new TreeMap<>(document.attachments()).forEach((name, attachment) -> {
            md5.update(Revisions.digest(name));
            md5.update(Revisions.digest(attachment.contentType()));
            md5.update(Revisions.md5().digest(attachment.bytes()));
        });
        return md5.digest();
    }

    static byte[] bytes(JsonNode json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new CouchFault(
                    500, "internal_server_error", "A document cannot be written: " + e.getOriginalMessage());
        }
    }

    private void attach(ObjectNode json, LogEntry entry, CatalogDocument document) {
        if (document.attachments().isEmpty()) {
            return;
        }
        ObjectNode all = json.putObject("_attachments");
        for (Map.Entry<String, Attachment> one : document.attachments().entrySet()) {
            byte[] bytes = one.getValue().bytes();
            ObjectNode stub = all.putObject(one.getKey())
                    .put("content_type", one.getValue().contentType())
                    .put("revpos", entry.revisions().generation())
                    .put("digest", digest(bytes));
            if (attachments) {
                stub.put("data", bytes);
            } else {
                stub.put("length", bytes.length).put("stub", true);
            }
        }
    }

    /** As CouchDB writes the digest of an attachment. */
    static String digest(byte[] bytes) {
        return "md5-" + Base64.getEncoder().encodeToString(Revisions.md5().digest(bytes));
    }
}
