package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.FieldType;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** One field of one series, where values go. Several may stand for one column; its number is what counts. */
final class StoredColumn {

    private final long id;
    private final String name;
    private final FieldType type;
    // Weak: the dictionary keeps columns for long, and the values of a former table would stay with them.
    private @Nullable WeakReference<MemoryColumn> memory;

    /**
     * A column.
     *
     * @param id its number in the database file, never given again to another
     * @param name of the field
     */
    StoredColumn(long id, String name, FieldType type) {
        this.id = id;
        this.name = name;
        this.type = type;
    }

    long id() {
        return id;
    }

    String name() {
        return name;
    }

    FieldType type() {
        return type;
    }

    /** Where its last value went; guarded by {@link Memory}, which asks whether that still counts. */
    @Nullable
    MemoryColumn memory() {
        return memory == null ? null : memory.get();
    }

    void remember(MemoryColumn column) {
        memory = new WeakReference<>(column);
    }
}
