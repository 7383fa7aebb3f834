package io.fogwhisk.k8s;

import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1NetworkPolicyEgressRule;
import io.kubernetes.client.openapi.models.V1NetworkPolicyIngressRule;
import io.kubernetes.client.openapi.models.V1NetworkPolicyPeer;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Selectors select what they are meant to, and can stay as they are for ever. */
final class SelectorRule implements Rule {

    private final Set<String> roles;

    /**
     * The rule.
     *
     * @param roles those that pods can have
     */
    SelectorRule(Set<String> roles) {
        this.roles = Set.copyOf(roles);
    }

    /** What changes with a version or a whim; a selector can never be changed. */
    private static final Set<String> CHANGING = Set.of(
            "app.kubernetes.io/version", "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by", "helm.sh/chart");

    private static final String ROLES = "role.fogwhisk.io/";

    @Override
    public void check(ManifestSet manifests, Faults faults) {
        List<Workload> workloads = manifests.workloads();
        for (Workload each : workloads) {
            each.selector().ifPresent(selector -> workload(each, selector, workloads, faults));
            claims(each, faults);
        }
        manifests.each(V1Service.class, (manifest, service) -> {
            Map<String, String> selector = service.getSpec().getSelector();
            List<Workload> selected = workloads.stream()
                    .filter(each -> Selectors.selects(selector, each.labels()))
                    .toList();
            faults.unless(
                    !selected.isEmpty(), manifest, "spec.selector", "selects no pod of this overlay: " + selector);
            boolean headless = "None".equals(service.getSpec().getClusterIP());
            faults.unless(
                    selected.size() <= 1 || headless,
                    manifest,
                    "spec.selector",
                    "selects pods of more than one kind: "
                            + selected.stream()
                                    .map(each -> each.manifest().name())
                                    .toList());
        });
        manifests.each(V1PodDisruptionBudget.class, (manifest, budget) -> {
            V1LabelSelector selector = budget.getSpec().getSelector();
            faults.unless(
                    selector != null && workloads.stream().anyMatch(each -> Selectors.selects(selector, each.labels())),
                    manifest,
                    "spec.selector",
                    "selects no pod of this overlay");
        });
        manifests.each(V1NetworkPolicy.class, (manifest, policy) -> policy(manifest, policy, workloads, faults));
    }

    private static void workload(Workload each, V1LabelSelector selector, List<Workload> all, Faults faults) {
        faults.unless(
                Selectors.selects(selector, each.labels()),
                each.manifest(),
                "spec.selector",
                "does not select the pods of " + each.path() + ", whose labels are " + each.labels());
        Map<String, String> labels = selector.getMatchLabels() == null ? Map.of() : selector.getMatchLabels();
        faults.unless(!labels.isEmpty(), each.manifest(), "spec.selector.matchLabels", "is required");
        for (String label : labels.keySet()) {
            faults.unless(
                    !CHANGING.contains(label) && !label.startsWith(ROLES),
                    each.manifest(),
                    "spec.selector.matchLabels." + label,
                    "is a label that changes, and selectors cannot be changed");
        }
        all.stream()
                .filter(other -> !other.equals(each) && Selectors.selects(selector, other.labels()))
                .forEach(other -> faults.add(
                        each.manifest(), "spec.selector", "selects the pods of " + other.manifest() + ", too"));
    }

    private static void claims(Workload each, Faults faults) {
        for (int i = 0; i < each.claims().size(); i++) {
            V1ObjectMeta metadata = each.claims().get(i).getMetadata();
            if (metadata == null || metadata.getLabels() == null) {
                continue;
            }
            for (String label : metadata.getLabels().keySet()) {
                faults.unless(
                        !CHANGING.contains(label),
                        each.manifest(),
                        "spec.volumeClaimTemplates[" + i + "].metadata.labels." + label,
                        "is a label that changes, and these templates cannot be changed");
            }
        }
    }

    private void policy(Manifest manifest, V1NetworkPolicy policy, List<Workload> workloads, Faults faults) {
        faults.unless(
                workloads.stream()
                        .anyMatch(each -> Selectors.selects(policy.getSpec().getPodSelector(), each.labels())),
                manifest,
                "spec.podSelector",
                "selects no pod of this overlay");
        List<V1NetworkPolicyIngressRule> in = policy.getSpec().getIngress();
        for (int i = 0; in != null && i < in.size(); i++) {
            peers(manifest, "spec.ingress[" + i + "].from", in.get(i).getFrom(), workloads, faults);
        }
        List<V1NetworkPolicyEgressRule> out = policy.getSpec().getEgress();
        for (int i = 0; out != null && i < out.size(); i++) {
            peers(manifest, "spec.egress[" + i + "].to", out.get(i).getTo(), workloads, faults);
        }
    }

    /** Pods of other namespaces are not known here. A role's pods may be left out by a component. */
    private void peers(
            Manifest manifest, String path, List<V1NetworkPolicyPeer> peers, List<Workload> workloads, Faults faults) {
        for (int i = 0; peers != null && i < peers.size(); i++) {
            V1LabelSelector pods = peers.get(i).getPodSelector();
            if (pods == null || peers.get(i).getNamespaceSelector() != null) {
                continue;
            }
            faults.unless(
                    isRole(pods) || workloads.stream().anyMatch(each -> Selectors.selects(pods, each.labels())),
                    manifest,
                    path + "[" + i + "].podSelector",
                    "selects no pod of this overlay and is no role: " + pods.getMatchLabels());
        }
    }

    private boolean isRole(V1LabelSelector selector) {
        return (selector.getMatchExpressions() == null
                        || selector.getMatchExpressions().isEmpty())
                && selector.getMatchLabels() != null
                && selector.getMatchLabels().size() == 1
                && roles.stream()
                        .anyMatch(
                                role -> "true".equals(selector.getMatchLabels().get(ROLES + role)));
    }
}
