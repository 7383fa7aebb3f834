package io.fogwhisk.k8s;

import io.kubernetes.client.openapi.models.V1Capabilities;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1PodSecurityContext;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1Volume;
import java.util.List;

/** Every pod keeps to Kubernetes' standard "restricted", and beyond it to what our own image can do. */
final class SecurityRule implements Rule {

    private static final String ENFORCE = "pod-security.kubernetes.io/enforce";

    @Override
    public void check(ManifestSet manifests, Faults faults) {
        manifests.each(
                V1Namespace.class,
                (manifest, namespace) -> faults.unless(
                        "restricted".equals(manifest.labels().get(ENFORCE)),
                        manifest,
                        "metadata.labels." + ENFORCE,
                        "must be restricted"));
        for (Workload each : manifests.workloads()) {
            pod(each, faults);
            for (Workload.Placed placed : each.containers()) {
                container(each, placed, faults);
            }
        }
    }

    private static void pod(Workload workload, Faults faults) {
        Manifest manifest = workload.manifest();
        String path = workload.podPath();
        var pod = workload.pod();
        faults.unless(
                Boolean.FALSE.equals(pod.getAutomountServiceAccountToken()),
                manifest,
                path + ".automountServiceAccountToken",
                "must be false: no pod talks to Kubernetes");
        faults.unless(
                Boolean.FALSE.equals(pod.getEnableServiceLinks()),
                manifest,
                path + ".enableServiceLinks",
                "must be false: variables named after Services get in between those of the configuration");
        faults.unless(!Boolean.TRUE.equals(pod.getHostNetwork()), manifest, path + ".hostNetwork", "is not allowed");
        faults.unless(!Boolean.TRUE.equals(pod.getHostPID()), manifest, path + ".hostPID", "is not allowed");
        faults.unless(!Boolean.TRUE.equals(pod.getHostIPC()), manifest, path + ".hostIPC", "is not allowed");
        V1PodSecurityContext context =
                pod.getSecurityContext() == null ? new V1PodSecurityContext() : pod.getSecurityContext();
        String at = path + ".securityContext";
        faults.unless(Boolean.TRUE.equals(context.getRunAsNonRoot()), manifest, at + ".runAsNonRoot", "must be true");
        faults.unless(
                context.getRunAsUser() != null && context.getRunAsUser() > 0,
                manifest,
                at + ".runAsUser",
                "must be a number above 0");
        faults.unless(
                context.getSeccompProfile() != null
                        && "RuntimeDefault".equals(context.getSeccompProfile().getType()),
                manifest,
                at + ".seccompProfile.type",
                "must be RuntimeDefault");
        List<V1Volume> volumes = pod.getVolumes() == null ? List.of() : pod.getVolumes();
        for (int i = 0; i < volumes.size(); i++) {
            faults.unless(
                    volumes.get(i).getHostPath() == null,
                    manifest,
                    path + ".volumes[" + i + "].hostPath",
                    "is not allowed");
            faults.unless(
                    volumes.get(i).getEmptyDir() == null
                            || volumes.get(i).getEmptyDir().getSizeLimit() != null,
                    manifest,
                    path + ".volumes[" + i + "].emptyDir.sizeLimit",
                    "is required: what grows without a bound fills the node's disk");
        }
    }

    private static void container(Workload workload, Workload.Placed placed, Faults faults) {
        Manifest manifest = workload.manifest();
        V1SecurityContext context = placed.container().getSecurityContext() == null
                ? new V1SecurityContext()
                : placed.container().getSecurityContext();
        String at = placed.path() + ".securityContext";
        faults.unless(
                Boolean.FALSE.equals(context.getAllowPrivilegeEscalation()),
                manifest,
                at + ".allowPrivilegeEscalation",
                "must be false");
        faults.unless(!Boolean.TRUE.equals(context.getPrivileged()), manifest, at + ".privileged", "is not allowed");
        faults.unless(
                Boolean.TRUE.equals(context.getReadOnlyRootFilesystem()),
                manifest,
                at + ".readOnlyRootFilesystem",
                "must be true");
        V1Capabilities capabilities =
                context.getCapabilities() == null ? new V1Capabilities() : context.getCapabilities();
        faults.unless(
                capabilities.getDrop() != null && capabilities.getDrop().contains("ALL"),
                manifest,
                at + ".capabilities.drop",
                "must have ALL");
        faults.unless(
                capabilities.getAdd() == null || capabilities.getAdd().isEmpty(),
                manifest,
                at + ".capabilities.add",
                "is not allowed");
        faults.unless(
                context.getRunAsUser() == null || context.getRunAsUser() > 0,
                manifest,
                at + ".runAsUser",
                "must be a number above 0");
    }
}
