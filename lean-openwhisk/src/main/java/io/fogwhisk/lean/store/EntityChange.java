package io.fogwhisk.lean.store;

import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskEntity;
import java.util.ArrayList;
import java.util.List;

/** What one change puts and deletes, all of it or nothing; see {@link EntityStore#change}. */
public final class EntityChange {

    private final List<WhiskEntity> put = new ArrayList<>();
    private final List<QualifiedName> deleted = new ArrayList<>();

    EntityChange() {}

    /** Creates or replaces an entity. Deletions come first. */
    public void put(WhiskEntity entity) {
        put.add(entity);
    }

    /** Deletes an entity. */
    public void delete(WhiskEntity entity) {
        deleted.add(entity.name());
    }

    List<WhiskEntity> put() {
        return put;
    }

    List<QualifiedName> deleted() {
        return deleted;
    }

    boolean isEmpty() {
        return put.isEmpty() && deleted.isEmpty();
    }
}
