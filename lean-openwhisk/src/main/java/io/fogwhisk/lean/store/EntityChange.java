package io.fogwhisk.lean.store;

import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskEntity;
import java.util.ArrayList;
import java.util.List;

/** What one change puts and deletes, all of it or nothing; see {@link EntityStore#change}. */
public final class EntityChange {

    /** Code up to this many characters is kept with its action, and in memory. */
    private static final int MAX_INLINE = 8 * 1024;

    private final List<CodeText> attached = new ArrayList<>();
    private final List<WhiskEntity> put = new ArrayList<>();
    private final List<QualifiedName> deleted = new ArrayList<>();

    EntityChange() {}

    /** Creates or replaces an entity. Deletions come first. */
    public void put(WhiskEntity entity) {
        put.add(entity);
    }

    /**
     * Keeps the code of an action that this change puts.
     *
     * @return what the action is to say of it: short code itself, or where the longer is
     */
    public ActionCode attach(CodeText text) {
        if (text.length() <= MAX_INLINE) {
            return new ActionCode.Inline(String.join("", text.pieces()));
        }
        attached.add(text);
        return text.attachment();
    }

    /** Deletes an entity. */
    public void delete(WhiskEntity entity) {
        deleted.add(entity.name());
    }

    /** Forgets what would be put as it is already. */
    void dropUnchanged(EntityStore before) {
        put.removeIf(entity -> {
            QualifiedName name = entity.name();
            return entity.equals(before.find(name.path(), name.name())) && !deleted.contains(name);
        });
    }

    List<WhiskEntity> put() {
        return put;
    }

    List<CodeText> attached() {
        return attached;
    }

    List<QualifiedName> deleted() {
        return deleted;
    }

    boolean isEmpty() {
        return put.isEmpty() && deleted.isEmpty();
    }
}
