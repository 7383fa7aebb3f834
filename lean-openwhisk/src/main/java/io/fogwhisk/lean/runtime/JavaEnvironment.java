package io.fogwhisk.lean.runtime;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.reflect.Field;
import java.util.Map;

/**
 * The environment of the child's JVM, so that {@code System.getenv} tells an action of its activation. The JDK has no means
 * to change it: this goes behind its back, which the child's command line permits. Used by the child.
 */
final class JavaEnvironment {

    private final Map<String, String> variables;

    @SuppressWarnings("unchecked")
    JavaEnvironment() {
        try {
            Field behind =
                    Class.forName("java.util.Collections$UnmodifiableMap").getDeclaredField("m");
            behind.setAccessible(true);
            variables = (Map<String, String>) behind.get(System.getenv());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not let its environment be changed", e);
        }
    }

    /** Sets the variables that an object has. */
    void put(JsonObject values) {
        for (Map.Entry<String, JsonElement> value : values.entrySet()) {
            variables.put(value.getKey(), value.getValue().getAsString());
        }
    }

    /** Takes a variable out. */
    String remove(String name) {
        return String.valueOf(variables.remove(name));
    }
}
