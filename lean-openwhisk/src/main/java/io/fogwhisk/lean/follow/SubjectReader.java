package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.follow.FollowedIdentities.KeyOpener;
import io.fogwhisk.lean.identity.LimitSettings;
import io.fogwhisk.lean.identity.NamespaceLimits.StoreActivations;
import io.fogwhisk.lean.invoker.BuiltInActions;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.EntityName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads subjects and limits from documents in the layout in which Apache OpenWhisk stores them. */
final class SubjectReader {

    /** How the ids of documents of limits end, after the namespace. */
    static final String LIMITS = "/limits";

    private static final Logger LOG = LoggerFactory.getLogger(SubjectReader.class);
    private static final int MAX_SUBJECT = 256;

    private final KeyOpener opener;

    SubjectReader(KeyOpener opener) {
        this.opener = opener;
    }

    /**
     * Who may use namespaces.
     *
     * @param name of the subject
     * @param blocked whether its keys are not valid
     */
    record Subject(String name, boolean blocked, List<Namespace> namespaces) {

        /** Copies the list. */
        Subject {
            namespaces = List.copyOf(namespaces);
        }
    }

    /** A namespace of a subject. Its text form hides the key. */
    record Namespace(String name, AuthKey key) {}

    /** Whether a document is one of limits. */
    static boolean isLimits(String id) {
        return id.endsWith(LIMITS);
    }

    /**
     * Reads a subject.
     *
     * @throws WskException naming the field at fault
     */
    Subject subject(ObjectNode body) {
        String name = text(body, "subject");
        if (name.isBlank() || name.length() > MAX_SUBJECT) {
            throw new WskException("'subject' must have 1 to " + MAX_SUBJECT + " characters");
        }
        JsonNode blocked = body.path("blocked");
        if (!blocked.isMissingNode() && !blocked.isNull() && !blocked.isBoolean()) {
            throw new WskException("'blocked' must be true or false");
        }
        JsonNode list = body.path("namespaces");
        if (!list.isArray()) {
            throw new WskException("'namespaces' must be a list");
        }
        List<Namespace> namespaces = new ArrayList<>();
        for (JsonNode each : list) {
            namespaces.add(namespace(each));
        }
        return new Subject(name, blocked.booleanValue(), namespaces);
    }

    /** A subject with {@code key} in the place of each {@code sealed} that can be opened. */
    ObjectNode opened(ObjectNode body) {
        ObjectNode copy = body.deepCopy();
        for (JsonNode each : copy.path("namespaces")) {
            if (each instanceof ObjectNode namespace && namespace.has("sealed") && !namespace.has("key")) {
                try {
                    String secret = namespace(namespace).key().secret();
                    namespace.remove("sealed");
                    namespace.put("key", secret);
                } catch (WskException e) {
                    // It stays as it came; whoever reads it as a subject says why.
                    LOG.atTrace().addKeyValue("error", e.getMessage()).log("sealed key not opened");
                }
            }
        }
        return copy;
    }

    private Namespace namespace(JsonNode json) {
        String name = EntityName.checked(text(json, "name"));
        if (name.equals(BuiltInActions.NAMESPACE)) {
            throw new WskException("the namespace " + name + " is every site's own");
        }
        UUID uuid;
        try {
            uuid = UUID.fromString(text(json, "uuid"));
        } catch (WskException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new WskException("'uuid' of namespace " + name + " must be a UUID", e);
        }
        if (json.has("key")) {
            return new Namespace(name, new AuthKey(uuid, text(json, "key")));
        }
        if (json.has("own") && !json.has("sealed")) {
            throw new WskException("the key of namespace " + name + " was kept under another site.key");
        }
        String sealed = text(json, "sealed");
        try {
            return new Namespace(name, new AuthKey(uuid, opener.open(sealed, name + "/" + uuid)));
        } catch (RuntimeException e) {
            throw new WskException("the key of namespace " + name + " was sealed for another site or token", e);
        }
    }

    /**
     * Reads limits.
     *
     * @throws WskException naming the field at fault
     */
    static LimitSettings limits(String id, ObjectNode body) {
        String namespace = EntityName.checked(id.substring(0, id.length() - LIMITS.length()));
        if (namespace.equals(BuiltInActions.NAMESPACE)) {
            throw new WskException("the namespace " + namespace + " is every site's own");
        }
        return new LimitSettings(
                number(body, "invocationsPerMinute"),
                number(body, "concurrentInvocations"),
                number(body, "firesPerMinute"),
                kinds(body.path("allowedKinds")),
                stored(body.path("storeActivations")));
    }

    private static Optional<Integer> number(ObjectNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
            throw new WskException("'" + field + "' must be a whole number, 0 or more");
        }
        return Optional.of(value.intValue());
    }

    private static Optional<Set<String>> kinds(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        Set<String> kinds = new HashSet<>();
        for (JsonNode kind : value) {
            kinds.add(String.valueOf(kind.textValue()));
        }
        if (!value.isArray() || kinds.contains("null")) {
            throw new WskException("'allowedKinds' must be a list of texts");
        }
        return Optional.of(kinds);
    }

    /** Apache OpenWhisk has true or false; ours says which. */
    private static Optional<StoreActivations> stored(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isBoolean()) {
            return Optional.of(value.booleanValue() ? StoreActivations.ALL : StoreActivations.NONE);
        }
        for (StoreActivations each : StoreActivations.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(value.textValue())) {
                return Optional.of(each);
            }
        }
        throw new WskException("'storeActivations' must be true, false, all, failures or none");
    }

    private static String text(JsonNode json, String field) {
        @Nullable String value = json.path(field).textValue();
        if (value == null) {
            throw new WskException("'" + field + "' must be a text");
        }
        return value;
    }
}
