package io.fogwhisk.k8s;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Capabilities;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1PodSecurityContext;
import io.kubernetes.client.openapi.models.V1SeccompProfile;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1Volume;
import java.util.List;

/** Every pod keeps to Kubernetes' standard "restricted", and beyond it to what our own image can do. */
final class SecurityRule implements Rule {

    private static final List<String> VOLUMES = List.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

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
        faults.unless(
                context.getSysctls() == null || context.getSysctls().isEmpty(),
                manifest,
                at + ".sysctls",
                "is not allowed");
        List<V1Volume> volumes = pod.getVolumes() == null ? List.of() : pod.getVolumes();
        for (int i = 0; i < volumes.size(); i++) {
            for (String field : said(manifest, path)
                    .getAsJsonArray("volumes")
                    .get(i)
                    .getAsJsonObject()
                    .keySet()) {
                faults.unless(
                        VOLUMES.contains(field) || field.equals("name"),
                        manifest,
                        path + ".volumes[" + i + "]." + field,
                        "is not allowed; volumes may be " + VOLUMES);
            }
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
        user(workload, context, at, faults);
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
                context.getProcMount() == null || context.getProcMount().equals("Default"),
                manifest,
                at + ".procMount",
                "must be Default");
    }

    /** Who the container runs as and what it may call: its own word counts, and the pod's where it says nothing. */
    private static void user(Workload workload, V1SecurityContext own, String at, Faults faults) {
        V1PodSecurityContext pod = workload.pod().getSecurityContext() == null
                ? new V1PodSecurityContext()
                : workload.pod().getSecurityContext();
        String above = workload.podPath() + ".securityContext";
        boolean nonRoot = own.getRunAsNonRoot() != null;
        faults.unless(
                Boolean.TRUE.equals(nonRoot ? own.getRunAsNonRoot() : pod.getRunAsNonRoot()),
                workload.manifest(),
                (nonRoot ? at : above) + ".runAsNonRoot",
                "must be true");
        boolean user = own.getRunAsUser() != null;
        Long number = user ? own.getRunAsUser() : pod.getRunAsUser();
        faults.unless(
                number != null && number > 0,
                workload.manifest(),
                (user ? at : above) + ".runAsUser",
                "must be a number above 0");
        boolean seccomp = own.getSeccompProfile() != null;
        V1SeccompProfile profile = seccomp ? own.getSeccompProfile() : pod.getSeccompProfile();
        faults.unless(
                profile != null && "RuntimeDefault".equals(profile.getType()),
                workload.manifest(),
                (seccomp ? at : above) + ".seccompProfile.type",
                "must be RuntimeDefault");
    }

    /** The section at a path, as it was written. */
    private static JsonObject said(Manifest manifest, String path) {
        JsonObject section = manifest.tree();
        for (String name : path.split("\\.", -1)) {
            section = section.getAsJsonObject(name);
        }
        return section;
    }
}
