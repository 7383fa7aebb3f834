package io.fogwhisk.lean.catalog;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.identity.IdentityFile;
import io.fogwhisk.lean.identity.LimitSettings;
import io.fogwhisk.lean.identity.NamespaceEntry;
import io.fogwhisk.lean.identity.NamespaceLimits.StoreActivations;
import io.fogwhisk.lean.identity.SealedKey;
import io.fogwhisk.lean.identity.SiteTokens;
import io.fogwhisk.lean.invoker.BuiltInActions;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.EntityListing.Registration;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The identities of the centre: one document per subject with its namespaces, as OpenWhisk keeps them, and one
 * {@code namespace/limits} for each that has limits of its own. In the place of a key stands {@code sealed}, which only
 * the site that reads it can open. The namespace of the system is not among them: every site has its own.
 *
 * <p>Thread-safe, never waits.
 */
public final class IdentityDocuments implements DocumentSource {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final IdentityFile identities;
    private final SiteTokens tokens;

    /** The documents of a file of identities, sealed for the sites that have a token. */
    public IdentityDocuments(IdentityFile identities, SiteTokens tokens) {
        this.identities = Objects.requireNonNull(identities, "identities is null");
        this.tokens = Objects.requireNonNull(tokens, "tokens is null");
    }

    @Override
    public Map<String, Object> documents() {
        Map<String, List<NamespaceEntry>> bySubject = new LinkedHashMap<>();
        Map<String, Object> documents = new LinkedHashMap<>();
        for (NamespaceEntry entry : identities.known()) {
            if (!entry.namespace().equals(BuiltInActions.NAMESPACE)) {
                bySubject
                        .computeIfAbsent(entry.subject(), subject -> new ArrayList<>())
                        .add(entry);
                if (!entry.limits().equals(LimitSettings.NONE)) {
                    documents.put(entry.namespace() + "/limits", entry.limits());
                }
            }
        }
        // With the tokens in the value: a site that gets another one must read again what it could open with the first.
        String sealedFor = tokens.fingerprint();
        bySubject.forEach(
                (subject, entries) -> documents.put(subject, new Subject(subject, List.copyOf(entries), sealedFor)));
        return documents;
    }

    /**
     * Writes out a document. Without a reader it has a hash in the place of each key.
     *
     * @throws LeanException 404 if the reader's token was revoked
     */
    @Override
    public CatalogDocument render(String id, Object value, String reader) {
        return CatalogDocument.of(
                value instanceof Subject subject ? subject(subject, reader) : limits((LimitSettings) value));
    }

    @Override
    public Registration onChange(Runnable listener) {
        Registration one = identities.onChange(listener);
        Registration other = tokens.onChange(listener);
        return () -> {
            one.close();
            other.close();
        };
    }

    private ObjectNode subject(Subject subject, String reader) {
        ObjectNode body = NODES.objectNode().put("subject", subject.name());
        ArrayNode namespaces = body.putArray("namespaces");
        for (NamespaceEntry entry : subject.entries()) {
            String uuid = entry.key().uuid().toString();
            ObjectNode json =
                    namespaces.addObject().put("name", entry.namespace()).put("uuid", uuid);
            if (reader.isEmpty()) {
                json.put("sealed", hash(entry.key().secret()));
            } else {
                byte[] sealingKey = tokens.sealingKey(reader).orElseThrow(LeanException::notFound);
                json.put("sealed", SealedKey.seal(sealingKey, entry.key().secret(), entry.namespace() + "/" + uuid));
            }
        }
        if (reader.isEmpty()) {
            body.put("sealedFor", subject.sealedFor());
        }
        return body;
    }

    private static ObjectNode limits(LimitSettings limits) {
        ObjectNode body = NODES.objectNode();
        limits.invocationsPerMinute().ifPresent(value -> body.put("invocationsPerMinute", value));
        limits.concurrentInvocations().ifPresent(value -> body.put("concurrentInvocations", value));
        limits.firesPerMinute().ifPresent(value -> body.put("firesPerMinute", value));
        limits.allowedKinds().ifPresent(kinds -> new TreeSet<>(kinds).forEach(body.putArray("allowedKinds")::add));
        limits.storeActivations().ifPresent(value -> storeActivations(body, value));
        return body;
    }

    /** OpenWhisk knows yes and no only. */
    private static void storeActivations(ObjectNode body, StoreActivations value) {
        if (value == StoreActivations.FAILURES) {
            body.put("storeActivations", value.name().toLowerCase(Locale.ROOT));
        } else {
            body.put("storeActivations", value == StoreActivations.ALL);
        }
    }

    private static String hash(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new LeanException(500, "This Java has no SHA-256.", e);
        }
    }

    /** Whom some namespaces belong to, and a text that changes with the tokens their keys are sealed for. */
    private record Subject(String name, List<NamespaceEntry> entries, String sealedFor) {}
}
