package io.fogwhisk.influx.flux.expr;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that an expression sees. Not thread-safe; complete before anything is computed for rows. */
public final class Scope {

    private final Map<String, Value> names = new HashMap<>();
    private final @Nullable Scope outer;

    /** A scope within another. */
    public Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    /** Gives a value a name, which hides an outer one. */
    public void put(String name, Value value) {
        names.put(name, value);
    }

    /** The value of a name; null if there is none. */
    public @Nullable Value find(String name) {
        Value value = names.get(name);
        return value != null || outer == null ? value : outer.find(name);
    }
}
