package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Documents as Apache OpenWhisk stores them. */
final class Documents {

    private Documents() {}

    /** An action whose code stands in the document. */
    static ObjectNode action(String namespace, String name, String kind, String code) {
        ObjectNode document = entity("action", namespace, name);
        document.putObject("exec").put("kind", kind).put("code", code).put("binary", false);
        document.putObject("limits")
                .put("timeout", 60_000)
                .put("memory", 256)
                .put("logs", 10)
                .put("concurrency", 1);
        return document;
    }

    /** A Node.js action. */
    static ObjectNode action(String namespace, String name, String code) {
        return action(namespace, name, "nodejs:20", code);
    }

    /** An action whose code lies beside the document. */
    static ObjectNode attached(String namespace, String name, byte[] code, boolean binary) {
        String type = binary ? "application/octet-stream" : "text/plain; charset=UTF-8";
        ObjectNode document = action(namespace, name, "");
        ((ObjectNode) document.path("exec"))
                .put("binary", binary)
                .putObject("code")
                .put("attachmentName", "couch:3f2504e0-4f89-41d3")
                .put("attachmentType", type)
                .put("length", code.length);
        document.putObject("_attachments")
                .putObject("3f2504e0-4f89-41d3")
                .put("content_type", type)
                .put("data", Base64.getEncoder().encodeToString(code));
        return document;
    }

    /** An action whose code is in the name of its attachment. */
    static ObjectNode inlined(String namespace, String name, String code) {
        ObjectNode document = action(namespace, name, "");
        ((ObjectNode) document.path("exec"))
                .putObject("code")
                .put(
                        "attachmentName",
                        "mem:" + Base64.getUrlEncoder().encodeToString(code.getBytes(StandardCharsets.UTF_8)))
                .put("attachmentType", "text/plain; charset=UTF-8");
        return document;
    }

    /** An entity without what its kind alone has. */
    static ObjectNode entity(String type, String path, String name) {
        ObjectNode document = (ObjectNode) JsonObject.readTree("""
                {"version": "0.0.1", "publish": false, "annotations": [], "parameters": [], "updated": 1700000000000}
                """);
        return document.put("entityType", type).put("namespace", path).put("name", name);
    }

    /** A trigger with a rule. */
    static ObjectNode trigger(String namespace, String name, String rule, String action) {
        ObjectNode document = entity("trigger", namespace, name);
        document.putObject("limits");
        ObjectNode link = document.putObject("rules").putObject(namespace + "/" + rule);
        link.put("status", "active");
        link.putObject("action").put("path", namespace).put("name", action);
        return document;
    }

    /** A rule. */
    static ObjectNode rule(String namespace, String name, String trigger, String action) {
        ObjectNode document = entity("rule", namespace, name);
        document.putObject("trigger").put("path", namespace).put("name", trigger);
        document.putObject("action").put("path", namespace).put("name", action);
        return document;
    }

    /** A subject with one namespace. */
    static ObjectNode subject(String name, String uuid, String key) {
        ObjectNode document = JsonObject.empty().copy().put("subject", name);
        document.putArray("namespaces")
                .addObject()
                .put("name", name)
                .put("uuid", uuid)
                .put("key", key);
        return document;
    }
}
