package io.fogwhisk.k8s;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Secret;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The environment that Kubernetes would make for a container. */
final class ContainerEnvironment {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\(([^)]+)\\)");

    private ContainerEnvironment() {}

    /** All variables; those that come from an object that is not there are left out. */
    static Map<String, String> of(V1Container container, ManifestSet manifests) {
        Map<String, String> environment = new LinkedHashMap<>();
        if (container.getEnvFrom() != null) {
            container.getEnvFrom().forEach(source -> {
                if (source.getConfigMapRef() != null) {
                    environment.putAll(
                            config(manifests, source.getConfigMapRef().getName()));
                }
                if (source.getSecretRef() != null) {
                    environment.putAll(secret(manifests, source.getSecretRef().getName()));
                }
            });
        }
        if (container.getEnv() != null) {
            container.getEnv().forEach(variable -> {
                var from = variable.getValueFrom();
                if (from == null) {
                    String value = variable.getValue() == null ? "" : variable.getValue();
                    environment.put(variable.getName(), expanded(value, environment));
                } else if (from.getSecretKeyRef() != null) {
                    Optional.ofNullable(secret(manifests, from.getSecretKeyRef().getName())
                                    .get(from.getSecretKeyRef().getKey()))
                            .ifPresent(value -> environment.put(variable.getName(), value));
                } else if (from.getConfigMapKeyRef() != null) {
                    Optional.ofNullable(
                                    config(manifests, from.getConfigMapKeyRef().getName())
                                            .get(from.getConfigMapKeyRef().getKey()))
                            .ifPresent(value -> environment.put(variable.getName(), value));
                }
            });
        }
        return environment;
    }

    /** A text with the values of the variables that it names. */
    static String expanded(String text, Map<String, String> environment) {
        return VARIABLE.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(environment.getOrDefault(found.group(1), found.group())));
    }

    static Map<String, String> config(ManifestSet manifests, String name) {
        return manifests
                .find("ConfigMap", name)
                .map(Manifest::object)
                .map(V1ConfigMap.class::cast)
                .map(V1ConfigMap::getData)
                .orElse(Map.of());
    }

    private static Map<String, String> secret(ManifestSet manifests, String name) {
        Map<String, String> values = new LinkedHashMap<>();
        manifests
                .find("Secret", name)
                .map(Manifest::object)
                .map(V1Secret.class::cast)
                .map(V1Secret::getData)
                .orElse(Map.of())
                .forEach((key, value) -> values.put(key, new String(value, StandardCharsets.UTF_8)));
        return values;
    }
}
