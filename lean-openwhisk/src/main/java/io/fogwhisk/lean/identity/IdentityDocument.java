package io.fogwhisk.lean.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.identity.NamespaceLimits.StoreActivations;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.AuthKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The form of the identities file: JSON, with the secret half of each key encrypted. */
final class IdentityDocument {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VERSION = 1;

    private IdentityDocument() {}

    /** The text of a file. */
    static String write(List<NamespaceEntry> entries, SiteKey siteKey) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION);
        for (NamespaceEntry entry : entries) {
            ObjectNode json = root.withArray("/namespaces").addObject();
            json.put("namespace", entry.namespace());
            json.put("subject", entry.subject());
            json.put("uuid", entry.key().uuid().toString());
            json.put(
                    "key",
                    siteKey.seal(
                            entry.key().secret(),
                            owner(entry.namespace(), entry.key().uuid())));
            LimitSettings limits = entry.limits();
            ObjectNode set = json.putObject("limits");
            limits.invocationsPerMinute().ifPresent(value -> set.put("invocationsPerMinute", value));
            limits.concurrentInvocations().ifPresent(value -> set.put("concurrentInvocations", value));
            limits.firesPerMinute().ifPresent(value -> set.put("firesPerMinute", value));
            limits.allowedKinds().ifPresent(kinds -> new TreeSet<>(kinds).forEach(set.putArray("allowedKinds")::add));
            limits.storeActivations()
                    .ifPresent(value -> set.put("storeActivations", value.name().toLowerCase(Locale.ROOT)));
        }
        return root.toPrettyString() + "\n";
    }

    /**
     * Reads the text of a file.
     *
     * @throws LeanException if it is not such a text, or its keys can't be decrypted
     */
    static List<NamespaceEntry> read(String text, SiteKey siteKey) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            // Its message would quote the text.
            throw new LeanException(
                    500, "it is not valid JSON, line " + e.getLocation().getLineNr());
        }
        if (root.path("version").asInt() != VERSION || !root.path("namespaces").isArray()) {
            throw new LeanException(500, "it must have \"version\": " + VERSION + " and a list \"namespaces\"");
        }
        List<NamespaceEntry> entries = new ArrayList<>();
        for (JsonNode json : root.path("namespaces")) {
            String namespace = json.path("namespace").asText();
            try {
                entries.add(entry(namespace, json, siteKey));
            } catch (LeanException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new LeanException(500, "namespace '" + namespace + "': " + e.getMessage(), e);
            }
        }
        return checked(entries);
    }

    /** Entries whose names and keys differ. */
    static List<NamespaceEntry> checked(List<NamespaceEntry> entries) {
        Set<Object> seen = new HashSet<>();
        for (NamespaceEntry entry : entries) {
            if (!seen.add(entry.namespace())) {
                throw new LeanException(409, "there is a namespace " + entry.namespace() + " already");
            }
            if (!seen.add(entry.key().uuid())) {
                throw new LeanException(
                        409, "another namespace has the uuid of the key of " + entry.namespace() + " already");
            }
        }
        return List.copyOf(entries);
    }

    private static NamespaceEntry entry(String namespace, JsonNode json, SiteKey siteKey) {
        UUID uuid = UUID.fromString(json.path("uuid").asText());
        String secret = siteKey.open(json.path("key").asText(), owner(namespace, uuid));
        JsonNode limits = json.path("limits");
        return new NamespaceEntry(
                json.path("subject").asText(),
                namespace,
                new AuthKey(uuid, secret),
                new LimitSettings(
                        number(limits, "invocationsPerMinute"),
                        number(limits, "concurrentInvocations"),
                        number(limits, "firesPerMinute"),
                        kinds(limits.get("allowedKinds")),
                        Optional.ofNullable(limits.get("storeActivations"))
                                .map(value ->
                                        StoreActivations.valueOf(value.asText().toUpperCase(Locale.ROOT)))));
    }

    private static Optional<Integer> number(JsonNode limits, String name) {
        JsonNode value = limits.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber()) {
            throw new IllegalArgumentException(name + " must be a whole number");
        }
        return Optional.of(value.intValue());
    }

    private static Optional<Set<String>> kinds(@Nullable JsonNode value) {
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isArray()) {
            throw new IllegalArgumentException("allowedKinds must be a list");
        }
        Set<String> kinds = new TreeSet<>();
        value.forEach(kind -> kinds.add(kind.asText()));
        return Optional.of(kinds);
    }

    private static String owner(String namespace, UUID uuid) {
        return namespace + "/" + uuid;
    }
}
