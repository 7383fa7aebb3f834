package io.fogwhisk.k8s;

import com.google.gson.JsonObject;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.Map;

/**
 * One object as Kubernetes would get it.
 *
 * @param source the file or the overlay that it comes from
 * @param tree all that was said
 * @param object the same, as the official client's model
 */
record Manifest(String source, JsonObject tree, KubernetesObject object) {

    String kind() {
        return tree.get("kind").getAsString();
    }

    String name() {
        String name = metadata().getName();
        return name == null ? "" : name;
    }

    String namespace() {
        String namespace = metadata().getNamespace();
        return namespace == null ? "" : namespace;
    }

    Map<String, String> labels() {
        Map<String, String> labels = metadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    V1ObjectMeta metadata() {
        V1ObjectMeta metadata = object.getMetadata();
        return metadata == null ? new V1ObjectMeta() : metadata;
    }

    @Override
    public String toString() {
        return source + " " + kind() + "/" + name();
    }
}
