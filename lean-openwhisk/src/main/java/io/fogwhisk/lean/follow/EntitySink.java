package io.fogwhisk.lean.follow;

import io.fogwhisk.lean.invoker.BuiltInActions;
import io.fogwhisk.lean.store.EntityChange;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes a store's entities those of a catalogue. What was made at this site stays: a document of the same name is
 * refused. The entities of {@code whisk.system} are every site's own, and those of a catalogue are passed over.
 */
public final class EntitySink implements PageSink {

    private final EntityStore entities;
    private final Predicate<String> runnable;
    private final Set<String> namespaces;

    /**
     * A sink.
     *
     * @param runnable whether this site can run actions of a kind, such as {@code nodejs:20} or {@code blackbox}; not
     *     asked about sequences
     * @param namespaces those that are wanted; empty for all
     */
    public EntitySink(EntityStore entities, Predicate<String> runnable, Set<String> namespaces) {
        this.entities = Objects.requireNonNull(entities, "entities is null");
        this.runnable = Objects.requireNonNull(runnable, "runnable is null");
        this.namespaces = Set.copyOf(namespaces);
    }

    @Override
    public List<Optional<String>> apply(List<DocumentChange> changes) {
        // Code is long: it is read before the store is locked.
        List<Part> parts = changes.stream().map(this::read).toList();
        return entities.follow(change -> {
            List<Optional<String>> refusals = new ArrayList<>();
            parts.forEach(part -> refusals.add(part.apply(change)));
            return refusals;
        });
    }

    @Override
    public Set<String> held() {
        Set<String> ids = new HashSet<>();
        entities.followed().forEach(name -> ids.add(name.toString().substring(1)));
        return ids;
    }

    @Override
    public boolean passesOver(String id) {
        return EntityReader.name(id).filter(name -> wanted(name.namespace())).isEmpty();
    }

    private Part read(DocumentChange change) {
        Optional<QualifiedName> name = EntityReader.name(change.id());
        if (change.document().isEmpty() || passesOver(change.id())) {
            // Also of a namespace that was wanted once.
            return into -> {
                name.ifPresent(gone -> delete(gone, into));
                return Optional.empty();
            };
        }
        try {
            EntityReader.Draft draft =
                    EntityReader.read(change.id(), change.document().get());
            return refusal(draft.entity())
                    .<Part>map(reason -> into -> Optional.of(reason))
                    .orElse(into -> put(draft, into));
        } catch (RuntimeException e) {
            // Whatever somebody wrote into the catalogue, the documents after it must come.
            String reason = reason(change.document().get(), e);
            return into -> Optional.of(reason);
        }
    }

    private static String reason(CatalogDocument document, RuntimeException e) {
        String type = document.body().path("entityType").asText("entity");
        String why = e instanceof WskException ? String.valueOf(e.getMessage()) : String.valueOf(e);
        return "this " + type + " cannot be read: " + why;
    }

    private Optional<String> refusal(WhiskEntity entity) {
        if (entity instanceof WhiskAction action) {
            String kind = action.exec().kind();
            if (!kind.equals(Exec.SEQUENCE) && !runnable.test(kind)) {
                return Optional.of("this site cannot run actions of kind '" + kind + "'");
            }
        }
        return Optional.empty();
    }

    private Optional<String> put(EntityReader.Draft draft, EntityChange into) {
        QualifiedName name = draft.entity().name();
        WhiskEntity here = entities.find(name.path(), name.name());
        if (here != null && !entities.isFollowed(name)) {
            return Optional.of((here instanceof WhiskAction ? "an " : "a ") + here.type() + " " + name
                    + " was made at this site; delete it there and the centre's comes");
        }
        WhiskEntity entity = draft.in(into);
        if (!entity.equals(here)) {
            into.put(entity);
        }
        return Optional.empty();
    }

    private void delete(QualifiedName name, EntityChange into) {
        WhiskEntity here = entities.find(name.path(), name.name());
        if (here != null && entities.isFollowed(name)) {
            into.delete(here);
        }
    }

    private boolean wanted(String namespace) {
        return !namespace.equals(BuiltInActions.NAMESPACE) && (namespaces.isEmpty() || namespaces.contains(namespace));
    }

    /** One document's part of a change; returns why it can't be applied. */
    @FunctionalInterface
    private interface Part {
        Optional<String> apply(EntityChange change);
    }
}
