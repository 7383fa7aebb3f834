package io.fogwhisk.k8s;

import io.kubernetes.client.common.KubernetesObject;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * What is applied together.
 *
 * @param source the file or the overlay
 * @param all in the order in which they stand
 */
record ManifestSet(String source, List<Manifest> all) {

    ManifestSet {
        all = List.copyOf(all);
    }

    /** Those of one kind. */
    <T extends KubernetesObject> Stream<T> objects(Class<T> type) {
        return all.stream().map(Manifest::object).filter(type::isInstance).map(type::cast);
    }

    /** Calls for each of one kind. */
    <T extends KubernetesObject> void each(Class<T> type, BiConsumer<Manifest, T> seen) {
        for (Manifest manifest : all) {
            if (type.isInstance(manifest.object())) {
                seen.accept(manifest, type.cast(manifest.object()));
            }
        }
    }

    Optional<Manifest> find(String kind, String name) {
        return all.stream()
                .filter(each -> each.kind().equals(kind) && each.name().equals(name))
                .findFirst();
    }

    /** Everything that runs pods. */
    List<Workload> workloads() {
        return all.stream().flatMap(each -> Workload.of(each).stream()).toList();
    }
}
