package io.fogwhisk.k8s;

import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1DaemonSet;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object that runs pods.
 *
 * @param manifest the object
 * @param path of the pods' template in it
 * @param template of its pods
 * @param selector of its pods; empty where Kubernetes makes one itself
 * @param replicas how many pods, as far as it says
 * @param claims the volumes that each of its pods gets
 * @param serves whether its pods run until they are stopped
 */
record Workload(
        Manifest manifest,
        String path,
        V1PodTemplateSpec template,
        Optional<V1LabelSelector> selector,
        int replicas,
        List<V1PersistentVolumeClaim> claims,
        boolean serves) {

    static Optional<Workload> of(Manifest manifest) {
        Object object = manifest.object();
        if (object instanceof V1Deployment each) {
            return Optional.of(serving(
                    manifest,
                    each.getSpec().getTemplate(),
                    each.getSpec().getSelector(),
                    each.getSpec().getReplicas(),
                    List.of()));
        }
        if (object instanceof V1StatefulSet each) {
            List<V1PersistentVolumeClaim> claims = each.getSpec().getVolumeClaimTemplates();
            return Optional.of(serving(
                    manifest,
                    each.getSpec().getTemplate(),
                    each.getSpec().getSelector(),
                    each.getSpec().getReplicas(),
                    claims == null ? List.of() : claims));
        }
        if (object instanceof V1DaemonSet each) {
            return Optional.of(serving(
                    manifest, each.getSpec().getTemplate(), each.getSpec().getSelector(), null, List.of()));
        }
        if (object instanceof V1Job each) {
            return Optional.of(ending(manifest, "spec.template", each.getSpec().getTemplate()));
        }
        if (object instanceof V1CronJob each) {
            return Optional.of(ending(
                    manifest,
                    "spec.jobTemplate.spec.template",
                    each.getSpec().getJobTemplate().getSpec().getTemplate()));
        }
        return Optional.empty();
    }

    private static Workload serving(
            Manifest manifest,
            V1PodTemplateSpec template,
            V1LabelSelector selector,
            Integer replicas,
            List<V1PersistentVolumeClaim> claims) {
        return new Workload(
                manifest,
                "spec.template",
                template,
                Optional.ofNullable(selector),
                replicas == null ? 1 : replicas,
                claims,
                true);
    }

    private static Workload ending(Manifest manifest, String path, V1PodTemplateSpec template) {
        return new Workload(manifest, path, template, Optional.empty(), 1, List.of(), false);
    }

    V1PodSpec pod() {
        return template.getSpec() == null ? new V1PodSpec().containers(List.of()) : template.getSpec();
    }

    String podPath() {
        return path + ".spec";
    }

    Map<String, String> labels() {
        Map<String, String> labels =
                template.getMetadata() == null ? null : template.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    /** A container with its place. */
    record Placed(V1Container container, String path, boolean first) {}

    /** Those that start the pod, then those that run in it. */
    List<Placed> containers() {
        List<Placed> placed = new ArrayList<>();
        add(placed, "initContainers", pod().getInitContainers(), true);
        add(placed, "containers", pod().getContainers(), false);
        return placed;
    }

    private void add(List<Placed> placed, String list, List<V1Container> containers, boolean first) {
        for (int i = 0; containers != null && i < containers.size(); i++) {
            placed.add(new Placed(containers.get(i), podPath() + "." + list + "[" + i + "]", first));
        }
    }

    /** All ports of its containers. */
    List<V1ContainerPort> ports() {
        return pod().getContainers().stream()
                .flatMap(each ->
                        each.getPorts() == null ? List.<V1ContainerPort>of().stream() : each.getPorts().stream())
                .toList();
    }
}
