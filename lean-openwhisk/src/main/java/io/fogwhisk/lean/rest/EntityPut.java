package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskEntity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What every PUT may say about an entity. What is missing or null keeps its value. The name and namespace in the body
 * are ignored: those of the path count.
 */
record EntityPut(
        ObjectNode body,
        boolean overwrite,
        Optional<SemVer> version,
        Optional<Boolean> publish,
        Optional<List<KeyValue>> annotations,
        Optional<List<KeyValue>> parameters) {

    private static final int MAX_LIST_BYTES = 1_048_576;

    /**
     * Reads a request.
     *
     * @param body which is JSON
     * @throws LeanException 400 or 413
     */
    static EntityPut of(Exchange exchange, ObjectNode body) {
        try {
            JsonNode publish = body.path("publish");
            return new EntityPut(
                    body,
                    exchange.flag("overwrite", false),
                    Optional.ofNullable(body.path("version").textValue()).map(SemVer::parse),
                    publish.isBoolean() ? Optional.of(publish.booleanValue()) : Optional.empty(),
                    list(body, "annotations"),
                    list(body, "parameters"));
        } catch (WskException e) {
            throw new LeanException(400, "The request content was malformed:\n" + e.getMessage(), e);
        }
    }

    /** What this PUT changes, null if it makes something new; refuses to change what it was not told to overwrite. */
    <E extends WhiskEntity> @Nullable E changed(Optional<E> old) {
        if (old.isPresent() && !overwrite) {
            throw new LeanException(409, "resource already exists");
        }
        return old.orElse(null);
    }

    /** The version after this PUT. */
    SemVer versionAfter(@Nullable WhiskEntity old) {
        return version.orElseGet(
                () -> old == null ? SemVer.FIRST : old.version().next());
    }

    boolean publishAfter(@Nullable WhiskEntity old) {
        return publish.orElseGet(() -> old != null && old.publish());
    }

    /** The annotations after this PUT, for entities whose annotations are replaced as a whole. */
    List<KeyValue> annotationsAfter(@Nullable WhiskEntity old) {
        return annotations.orElseGet(() -> old == null ? List.of() : old.annotations());
    }

    /** A field, if it is there and not null. */
    Optional<JsonNode> field(String name) {
        return Optional.ofNullable(body.get(name)).filter(json -> !json.isNull());
    }

    private static Optional<List<KeyValue>> list(ObjectNode body, String field) {
        JsonNode json = body.path(field);
        if (json.isMissingNode() || json.isNull()) {
            return Optional.empty();
        }
        int size = json.toString().getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_LIST_BYTES) {
            throw new LeanException(413, field + " larger than allowed: " + size + " > " + MAX_LIST_BYTES + " bytes.");
        }
        return Optional.of(WhiskEntity.keyValues(json));
    }
}
