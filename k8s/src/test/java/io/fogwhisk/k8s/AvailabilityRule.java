package io.fogwhisk.k8s;

import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.util.List;
import java.util.Map;

/** Updates and drains go on, and lose nothing. */
final class AvailabilityRule implements Rule {

    private static final long DEFAULT_GRACE = 30;

    /** What our own program may need to finish calls and write its state, in seconds. */
    private static final long CLOSING = 20;

    @Override
    public void check(ManifestSet manifests, Faults faults) {
        for (Workload each : manifests.workloads()) {
            for (Workload.Placed placed : each.containers()) {
                resources(each.manifest(), placed, faults);
                if (each.serves() && !placed.first()) {
                    serving(each, placed, faults);
                }
            }
            if (each.serves()) {
                budget(each, manifests, faults);
            }
        }
        manifests.each(V1Deployment.class, (manifest, deployment) -> deployment(manifest, deployment, faults));
        manifests.each(
                V1StatefulSet.class,
                (manifest, set) -> faults.unless(
                        Integer.valueOf(1).equals(set.getSpec().getReplicas()),
                        manifest,
                        "spec.replicas",
                        "must be 1: a data folder has one writer"));
    }

    private static void resources(Manifest manifest, Workload.Placed placed, Faults faults) {
        var resources = placed.container().getResources();
        Map<String, Quantity> requests =
                resources == null || resources.getRequests() == null ? Map.of() : resources.getRequests();
        Map<String, Quantity> limits =
                resources == null || resources.getLimits() == null ? Map.of() : resources.getLimits();
        for (String name : List.of("cpu", "memory")) {
            faults.unless(
                    requests.containsKey(name), manifest, placed.path() + ".resources.requests." + name, "is required");
        }
        faults.unless(
                limits.containsKey("memory"), manifest, placed.path() + ".resources.limits.memory", "is required");
    }

    private static void serving(Workload workload, Workload.Placed placed, Faults faults) {
        Manifest manifest = workload.manifest();
        V1Container container = placed.container();
        faults.unless(
                container.getReadinessProbe() != null, manifest, placed.path() + ".readinessProbe", "is required");
        faults.unless(container.getLivenessProbe() != null, manifest, placed.path() + ".livenessProbe", "is required");
        var stop = container.getLifecycle() == null
                ? null
                : container.getLifecycle().getPreStop();
        Long seconds =
                stop == null || stop.getSleep() == null ? null : stop.getSleep().getSeconds();
        String path = placed.path() + ".lifecycle.preStop.sleep.seconds";
        faults.unless(
                seconds != null && seconds > 0,
                manifest,
                path,
                "is required: requests arrive until every node knows that the pod is going");
        Long given = workload.pod().getTerminationGracePeriodSeconds();
        long grace = given == null ? DEFAULT_GRACE : given;
        faults.unless(
                seconds == null || seconds < grace,
                manifest,
                path,
                "must be less than terminationGracePeriodSeconds, " + grace);
        faults.unless(
                seconds == null
                        || !ImageName.of(String.valueOf(container.getImage())).isOurs()
                        || grace - seconds >= CLOSING,
                manifest,
                workload.podPath() + ".terminationGracePeriodSeconds",
                "must leave " + CLOSING + " s to close in beside the " + seconds + " s of preStop, was " + grace);
    }

    private static void deployment(Manifest manifest, V1Deployment deployment, Faults faults) {
        var strategy = deployment.getSpec().getStrategy();
        boolean recreated = strategy != null && "Recreate".equals(strategy.getType());
        // With a volume that one pod may mount, the old pod has to go first.
        boolean volume = Workload.of(manifest).orElseThrow().pod().getVolumes() != null
                && Workload.of(manifest).orElseThrow().pod().getVolumes().stream()
                        .anyMatch(each -> each.getPersistentVolumeClaim() != null);
        if (recreated && volume) {
            return;
        }
        IntOrString away = strategy == null || strategy.getRollingUpdate() == null
                ? null
                : strategy.getRollingUpdate().getMaxUnavailable();
        faults.unless(
                away != null && away.isInteger() && away.getIntValue() == 0,
                manifest,
                "spec.strategy.rollingUpdate.maxUnavailable",
                "must be 0");
    }

    private static void budget(Workload workload, ManifestSet manifests, Faults faults) {
        List<V1PodDisruptionBudget> budgets = manifests
                .objects(V1PodDisruptionBudget.class)
                .filter(each -> each.getSpec().getSelector() != null
                        && Selectors.selects(each.getSpec().getSelector(), workload.labels()))
                .toList();
        faults.unless(
                budgets.size() == 1,
                workload.manifest(),
                "metadata.name",
                "must have one PodDisruptionBudget for its pods, has " + budgets.size());
        for (V1PodDisruptionBudget each : budgets) {
            IntOrString least = each.getSpec().getMinAvailable();
            faults.unless(
                    least == null || !least.isInteger() || least.getIntValue() < workload.replicas(),
                    workload.manifest(),
                    "spec.replicas",
                    "must be more than minAvailable of PodDisruptionBudget/"
                            + each.getMetadata().getName() + ", or no node can ever be drained");
            drained(each, workload.replicas(), manifests, faults);
        }
    }

    /** A budget that never lets a pod go keeps its node for ever. */
    private static void drained(V1PodDisruptionBudget budget, int replicas, ManifestSet manifests, Faults faults) {
        Manifest manifest = manifests
                .find("PodDisruptionBudget", budget.getMetadata().getName())
                .orElseThrow();
        IntOrString most = budget.getSpec().getMaxUnavailable();
        faults.unless(
                most == null || pods(most, replicas) > 0,
                manifest,
                "spec.maxUnavailable",
                "must be at least one pod, or no node can ever be drained, was " + most);
        IntOrString least = budget.getSpec().getMinAvailable();
        faults.unless(
                least == null || least.isInteger() || pods(least, replicas) < replicas,
                manifest,
                "spec.minAvailable",
                "must leave one of " + replicas + " pods to go, or no node can ever be drained, was " + least);
    }

    /** How many pods that is: a share is rounded up, as Kubernetes does for budgets. */
    private static int pods(IntOrString amount, int replicas) {
        if (amount.isInteger()) {
            return amount.getIntValue();
        }
        String share = amount.getStrValue();
        if (!share.matches("\\d{1,3}%")) {
            throw new IllegalArgumentException("neither a number nor a share: " + share);
        }
        return (Integer.parseInt(share.substring(0, share.length() - 1)) * replicas + 99) / 100;
    }
}
