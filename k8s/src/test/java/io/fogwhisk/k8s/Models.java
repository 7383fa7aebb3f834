package io.fogwhisk.k8s;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.custom.QuantityFormatException;
import io.kubernetes.client.openapi.JSON;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Kubernetes' own models, as the official client has them: which fields there are, which are required, and of which type
 * each is.
 */
final class Models {

    private static final String PACKAGE = "io.kubernetes.client.openapi.models.";

    /** The groups of the built-in kinds. Others would need a definition that not every cluster has. */
    private static final Set<String> VERSIONS =
            Set.of("v1", "apps/v1", "batch/v1", "networking.k8s.io/v1", "policy/v1", "rbac.authorization.k8s.io/v1");

    /** Kinds of those versions, as a model of the same name may belong to another group. */
    private static final Map<String, Set<String>> KINDS = Map.of(
            "v1",
            Set.of("Namespace", "ConfigMap", "Secret", "Service", "ServiceAccount", "PersistentVolumeClaim", "Pod"),
            "apps/v1",
            Set.of("Deployment", "StatefulSet", "DaemonSet"),
            "batch/v1",
            Set.of("Job", "CronJob"),
            "networking.k8s.io/v1",
            Set.of("Ingress", "NetworkPolicy"),
            "policy/v1",
            Set.of("PodDisruptionBudget"),
            "rbac.authorization.k8s.io/v1",
            Set.of("Role", "RoleBinding"));

    private Models() {}

    /** The object, if the models know all of it. */
    static Optional<Manifest> read(String source, int number, JsonObject tree, Faults faults) {
        String kind = text(tree, "kind");
        String version = text(tree, "apiVersion");
        String name = tree.get("metadata") instanceof JsonObject metadata ? text(metadata, "name") : "";
        String object = source + " " + (kind.isEmpty() ? "document " + number : kind) + "/" + name;
        int before = faults.all().size();
        if (!VERSIONS.contains(version)) {
            faults.add(new Fault(
                    object, "apiVersion", "must be one that is served, of " + sorted() + ", was '" + version + "'"));
            return Optional.empty();
        }
        if (!KINDS.getOrDefault(version, Set.of()).contains(kind)) {
            faults.add(
                    new Fault(object, "kind", "is not one of " + version + " that are used here, was '" + kind + "'"));
            return Optional.empty();
        }
        Class<? extends KubernetesObject> type = type(kind);
        walk(object, "", tree, type, faults);
        if (name.isEmpty()) {
            faults.add(new Fault(object, "metadata.name", "is required"));
        }
        if (faults.all().size() > before) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Manifest(source, tree, JSON.getGson().fromJson(tree, type)));
        } catch (JsonParseException | IllegalArgumentException e) {
            faults.add(new Fault(object, "", "is not what the models expect: " + e.getMessage()));
            return Optional.empty();
        }
    }

    private static Class<? extends KubernetesObject> type(String kind) {
        try {
            return Class.forName(PACKAGE + "V1" + kind).asSubclass(KubernetesObject.class);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the client has no model of " + kind, e);
        }
    }

    private static void walk(String object, String path, JsonElement value, Type type, Faults faults) {
        if (value.isJsonNull()) {
            faults.add(new Fault(object, path, "has no value"));
            return;
        }
        if (type instanceof ParameterizedType generic) {
            collection(object, path, value, generic, faults);
            return;
        }
        Class<?> model = (Class<?>) type;
        if (model.getName().startsWith(PACKAGE)) {
            fields(object, path, value, model, faults);
        } else if (!fits(value, model)) {
            faults.add(new Fault(object, path, "must be " + words(model) + ", was " + value));
        }
    }

    private static void collection(
            String object, String path, JsonElement value, ParameterizedType type, Faults faults) {
        if (type.getRawType() == List.class || type.getRawType() == Set.class) {
            if (!value.isJsonArray()) {
                faults.add(new Fault(object, path, "must be a list, was " + value));
                return;
            }
            for (int i = 0; i < value.getAsJsonArray().size(); i++) {
                walk(
                        object,
                        path + "[" + i + "]",
                        value.getAsJsonArray().get(i),
                        type.getActualTypeArguments()[0],
                        faults);
            }
        } else if (value.isJsonObject()) {
            value.getAsJsonObject()
                    .entrySet()
                    .forEach(entry -> walk(
                            object,
                            path + "." + entry.getKey(),
                            entry.getValue(),
                            type.getActualTypeArguments()[1],
                            faults));
        } else {
            faults.add(new Fault(object, path, "must be a map, was " + value));
        }
    }

    private static void fields(String object, String path, JsonElement value, Class<?> model, Faults faults) {
        if (!value.isJsonObject()) {
            faults.add(new Fault(object, path, "must be a section of keys and values, was " + value));
            return;
        }
        JsonObject section = value.getAsJsonObject();
        Map<String, Type> known = ModelFields.of(model);
        section.entrySet().forEach(entry -> {
            String at = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            Type type = known.get(entry.getKey());
            if (type == null) {
                faults.add(new Fault(
                        object,
                        at,
                        "is not a known field; known here: "
                                + String.join(
                                        ", ", known.keySet().stream().sorted().toList())));
            } else {
                walk(object, at, entry.getValue(), type, faults);
            }
        });
        for (String required : ModelFields.required(model)) {
            if (!section.has(required)) {
                faults.add(new Fault(object, path.isEmpty() ? required : path + "." + required, "is required"));
            }
        }
    }

    private static boolean fits(JsonElement value, Class<?> type) {
        if (type == Object.class) {
            return true;
        }
        if (!value.isJsonPrimitive()) {
            return false;
        }
        var primitive = value.getAsJsonPrimitive();
        try {
            if (type == Quantity.class) {
                return Quantity.fromString(primitive.getAsString()).getNumber().signum() >= 0;
            }
            if (type == IntOrString.class) {
                return primitive.isString() || primitive.getAsBigDecimal().scale() <= 0;
            }
            if (type == Integer.class || type == Long.class) {
                return primitive.isNumber() && primitive.getAsBigDecimal().longValueExact() >= Integer.MIN_VALUE;
            }
            if (type == Boolean.class) {
                return primitive.isBoolean();
            }
            if (type == byte[].class) {
                return primitive.isString() && Base64.getMimeDecoder().decode(primitive.getAsString()) != null;
            }
            if (type == OffsetDateTime.class) {
                return primitive.isString() && OffsetDateTime.parse(primitive.getAsString()) != null;
            }
            return type == String.class && primitive.isString();
        } catch (QuantityFormatException | ArithmeticException | IllegalArgumentException | DateTimeParseException e) {
            return false;
        }
    }

    private static String words(Class<?> type) {
        return Map.<Class<?>, String>of(
                        Quantity.class, "a quantity such as 250m or 10Gi",
                        IntOrString.class, "a whole number or a text",
                        Integer.class, "a whole number",
                        Long.class, "a whole number",
                        Boolean.class, "true or false",
                        byte[].class, "base64",
                        String.class, "a text (in quotes where it looks like something else)")
                .getOrDefault(type, type.getSimpleName());
    }

    private static String text(JsonObject tree, String key) {
        JsonElement value = tree.get(key);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
    }

    private static List<String> sorted() {
        return VERSIONS.stream().sorted().toList();
    }

    /** The fields of a model, and which of them it can't be without. */
    private static final class ModelFields {

        private ModelFields() {}

        static Map<String, Type> of(Class<?> model) {
            Map<String, Type> fields = new java.util.HashMap<>();
            for (Field field : model.getDeclaredFields()) {
                SerializedName name = field.getAnnotation(SerializedName.class);
                if (name != null) {
                    fields.put(name.value(), field.getGenericType());
                }
            }
            return fields;
        }

        @SuppressWarnings("unchecked")
        static Set<String> required(Class<?> model) {
            try {
                return (Set<String>) model.getField("openapiRequiredFields").get(null);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(model + " does not say what it requires", e);
            }
        }
    }
}
