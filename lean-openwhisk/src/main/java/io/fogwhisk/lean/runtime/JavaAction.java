package io.fogwhisk.lean.runtime;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The loaded class of an action of Java, with its method for objects, for arrays, or for both. Used by the child. */
final class JavaAction {

    private final URLClassLoader loader;
    private final Class<?> type;
    private final String name;

    private JavaAction(URLClassLoader loader, Class<?> type, String name) {
        this.loader = loader;
        this.type = type;
        this.name = name;
    }

    /**
     * Loads the class.
     *
     * @param main {@code package.Class}, whose method is {@code main}, or {@code package.Class#method}
     * @throws ReflectiveOperationException if there is no such class or no such method
     */
    @SuppressWarnings("MustBeClosed") // the classes are needed as long as the child lives
    static JavaAction load(Path jar, String main) throws ReflectiveOperationException, IOException {
        int mark = main.indexOf('#');
        String className = mark < 0 ? main : main.substring(0, mark);
        String method = mark < 0 || mark + 1 == main.length() ? "main" : main.substring(mark + 1);
        URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, JavaAction.class.getClassLoader());
        JavaAction action = new JavaAction(loader, loader.loadClass(className), method);
        if (action.find(JsonArray.class) == null) {
            action.method(JsonObject.class);
        }
        return action;
    }

    /** What loads the classes of the action. */
    ClassLoader loader() {
        return loader;
    }

    /**
     * Calls the method.
     *
     * @throws java.lang.reflect.InvocationTargetException if the action throws
     * @throws ReflectiveOperationException if it has no method for such a value
     * @throws NullPointerException if it returns null
     */
    JsonElement run(JsonElement value) throws ReflectiveOperationException {
        Method method = method(value.isJsonArray() ? JsonArray.class : JsonObject.class);
        Object result = method.invoke(null, value);
        if (result == null) {
            throw new NullPointerException("The action returned null");
        }
        return (JsonElement) result;
    }

    private @Nullable Method find(Class<?> parameter) {
        try {
            return method(parameter);
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private Method method(Class<?> parameter) throws NoSuchMethodException {
        Method method = type.getMethod(name, parameter);
        boolean returnsJson = method.getReturnType() == JsonObject.class || method.getReturnType() == JsonArray.class;
        if (!returnsJson || !Modifier.isStatic(method.getModifiers())) {
            throw new NoSuchMethodException(name);
        }
        // The class need not be public.
        method.setAccessible(true);
        return method;
    }
}
