package io.fogwhisk.lean.follow;

import io.fogwhisk.lean.invoker.BuiltInActions;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.QualifiedName;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Keeps what belongs to the catalogue from being changed at the site: followed entities, and anything new in a namespace
 * that the catalogue has entities or an identity of. What was made at the site before can be deleted. Thread-safe.
 */
public final class CatalogGuard implements EntityStore.Guard {

    private final EntityStore entities;
    private final URI centre;
    private final Set<String> namespaces;
    private final Predicate<String> identities;

    /**
     * A guard.
     *
     * @param centre for messages
     * @param namespaces those that are followed; empty for all
     * @param identities whether the catalogue has an identity of a namespace; must not block
     */
    public CatalogGuard(EntityStore entities, URI centre, Set<String> namespaces, Predicate<String> identities) {
        this.entities = Objects.requireNonNull(entities, "entities is null");
        this.centre = Objects.requireNonNull(centre, "centre is null");
        this.namespaces = Set.copyOf(namespaces);
        this.identities = Objects.requireNonNull(identities, "identities is null");
    }

    @Override
    public void check(QualifiedName entity, boolean stays) {
        if (entities.isFollowed(entity)) {
            throw new LeanException(409, entity + " belongs to the catalogue of " + centre + ": change it there.");
        }
        if (stays && owns(entity.namespace())) {
            throw new LeanException(
                    409, entity.namespace() + " belongs to the catalogue of " + centre + ": change it there.");
        }
    }

    /** Whether a namespace belongs to the catalogue. Looks through the entities. */
    public boolean owns(String namespace) {
        return !namespace.equals(BuiltInActions.NAMESPACE)
                && (namespaces.isEmpty() || namespaces.contains(namespace))
                && (identities.test(namespace) || entities.hasFollowed(namespace));
    }
}
