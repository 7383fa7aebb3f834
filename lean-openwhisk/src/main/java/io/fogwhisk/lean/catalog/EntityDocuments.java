package io.fogwhisk.lean.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.invoker.BuiltInActions;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.EntityListing.Registration;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.CatalogDocument.Attachment;
import io.fogwhisk.wsk.catalog.DocumentSource;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskPackage;
import io.fogwhisk.wsk.model.WhiskRule;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The entities of a store in OpenWhisk's own document layout, under {@code namespace/[package/]name}. Long code lies
 * beside its action as an attachment. What came with the program is not among them: every site has its own.
 *
 * <p>Thread-safe. {@link #render} of an action with long code reads the disk.
 */
public final class EntityDocuments implements DocumentSource {

    /** What others rest on comes first, so that a site that takes them in this order lacks nothing on the way. */
    private static final List<Class<? extends WhiskEntity>> ORDER =
            List.of(WhiskPackage.class, WhiskAction.class, WhiskTrigger.class, WhiskRule.class);

    private final EntityStore entities;
    private final RecentCode recent = new RecentCode();

    /** The documents of a store. */
    public EntityDocuments(EntityStore entities) {
        this.entities = Objects.requireNonNull(entities, "entities is null");
    }

    @Override
    public Map<String, Object> documents() {
        Map<String, Object> documents = new LinkedHashMap<>();
        for (Class<? extends WhiskEntity> kind : ORDER) {
            for (WhiskEntity entity : entities.all(kind)) {
                if (!builtIn(entity)) {
                    documents.put(entity.name().path() + "/" + entity.name().name(), new Same(entity));
                }
            }
        }
        return documents;
    }

    /**
     * Writes out an entity, the same for every reader.
     *
     * @throws LeanException 404 if its code is gone, as it was changed or deleted meanwhile
     */
    @Override
    public CatalogDocument render(String id, Object value, String reader) {
        WhiskEntity entity = ((Same) value).entity();
        ObjectNode body = entity.toJson().put("entityType", entity.type());
        if (entity instanceof WhiskAction action) {
            Optional<ActionCode.Attachment> kept = EntityStore.attachment(action);
            if (kept.isPresent()) {
                return attached(body, action, kept.get());
            }
        }
        return CatalogDocument.of(body);
    }

    @Override
    public Registration onChange(Runnable listener) {
        return entities.onEveryChange(listener);
    }

    private CatalogDocument attached(ObjectNode body, WhiskAction action, ActionCode.Attachment kept) {
        String name = kept.digest();
        Attachment attachment = recent.get(name + action.exec().binary(), () -> read(action));
        ObjectNode code = ((ObjectNode) body.get("exec")).putObject("code");
        code.put("attachmentName", "couch:" + name);
        code.put("attachmentType", attachment.contentType());
        code.put("digest", name);
        code.put("length", attachment.bytes().length);
        return new CatalogDocument(body, Map.of(name, attachment));
    }

    private Attachment read(WhiskAction action) {
        String text = entities.code(action);
        if (action.exec().binary()) {
            try {
                return new Attachment(
                        "application/octet-stream", Base64.getDecoder().decode(text.trim()));
            } catch (IllegalArgumentException e) {
                throw new LeanException(500, "the code of " + action.name() + " is binary but not base64", e);
            }
        }
        return new Attachment("text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean builtIn(WhiskEntity entity) {
        return entity.name().namespace().equals(BuiltInActions.NAMESPACE)
                || (entity instanceof WhiskAction action && action.exec().kind().equals(BuiltInActions.KIND));
    }

    /** Equal to itself alone: an entity is never changed, only replaced, and comparing two would take long. */
    private record Same(WhiskEntity entity) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Same same && same.entity == entity;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(entity);
        }
    }
}
