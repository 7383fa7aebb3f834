package io.fogwhisk.k8s;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1EnvFromSource;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1KeyToPath;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one object names in another is there. */
final class ReferenceRule implements Rule {

    /** Made by whoever makes certificates. */
    private static final String CERTIFICATE = "tls";

    private static final Pattern VARIABLE = Pattern.compile("\\$\\(([^)]+)\\)");

    @Override
    public void check(ManifestSet manifests, Faults faults) {
        for (Workload each : manifests.workloads()) {
            String account = each.pod().getServiceAccountName();
            faults.unless(
                    account == null
                            || account.equals("default")
                            || manifests.find("ServiceAccount", account).isPresent(),
                    each.manifest(),
                    each.podPath() + ".serviceAccountName",
                    "names no ServiceAccount of this overlay: " + account);
            volumes(each, manifests, faults);
            for (Workload.Placed placed : each.containers()) {
                mounts(each, placed, faults);
                environment(each.manifest(), placed, manifests, faults);
            }
        }
        manifests.each(
                V1StatefulSet.class,
                (manifest, set) -> faults.unless(
                        manifests
                                .find("Service", String.valueOf(set.getSpec().getServiceName()))
                                .isPresent(),
                        manifest,
                        "spec.serviceName",
                        "names no Service of this overlay: " + set.getSpec().getServiceName()));
        manifests.each(V1Ingress.class, (manifest, ingress) -> ingress(manifest, ingress, manifests, faults));
    }

    private static void volumes(Workload workload, ManifestSet manifests, Faults faults) {
        List<V1Volume> volumes =
                workload.pod().getVolumes() == null ? List.of() : workload.pod().getVolumes();
        for (int i = 0; i < volumes.size(); i++) {
            V1Volume volume = volumes.get(i);
            String path = workload.podPath() + ".volumes[" + i + "]";
            if (volume.getConfigMap() != null) {
                Set<String> keys = keys(
                        workload.manifest(),
                        path + ".configMap.name",
                        "ConfigMap",
                        volume.getConfigMap().getName(),
                        manifests,
                        faults);
                items(
                        workload.manifest(),
                        path + ".configMap",
                        volume.getConfigMap().getItems(),
                        keys,
                        faults);
            }
            if (volume.getSecret() != null
                    && !CERTIFICATE.equals(volume.getSecret().getSecretName())) {
                Set<String> keys = keys(
                        workload.manifest(),
                        path + ".secret.secretName",
                        "Secret",
                        volume.getSecret().getSecretName(),
                        manifests,
                        faults);
                items(workload.manifest(), path + ".secret", volume.getSecret().getItems(), keys, faults);
            }
            if (volume.getPersistentVolumeClaim() != null) {
                String claim = volume.getPersistentVolumeClaim().getClaimName();
                faults.unless(
                        manifests.find("PersistentVolumeClaim", claim).isPresent(),
                        workload.manifest(),
                        path + ".persistentVolumeClaim.claimName",
                        "names no PersistentVolumeClaim of this overlay: " + claim);
            }
        }
    }

    private static void items(
            Manifest manifest, String path, List<V1KeyToPath> items, Set<String> keys, Faults faults) {
        for (int i = 0; items != null && i < items.size(); i++) {
            faults.unless(
                    keys.contains(items.get(i).getKey()),
                    manifest,
                    path + ".items[" + i + "].key",
                    "is no key there: " + items.get(i).getKey());
        }
    }

    private static void mounts(Workload workload, Workload.Placed placed, Faults faults) {
        Set<String> known = new HashSet<>();
        if (workload.pod().getVolumes() != null) {
            workload.pod().getVolumes().forEach(volume -> known.add(volume.getName()));
        }
        workload.claims().forEach(claim -> known.add(claim.getMetadata().getName()));
        List<V1VolumeMount> mounts = placed.container().getVolumeMounts();
        Set<String> paths = new HashSet<>();
        for (int i = 0; mounts != null && i < mounts.size(); i++) {
            String path = placed.path() + ".volumeMounts[" + i + "]";
            faults.unless(
                    known.contains(mounts.get(i).getName()),
                    workload.manifest(),
                    path + ".name",
                    "names no volume of the pod: " + mounts.get(i).getName());
            faults.unless(
                    paths.add(mounts.get(i).getMountPath()),
                    workload.manifest(),
                    path + ".mountPath",
                    "is that of another volume: " + mounts.get(i).getMountPath());
        }
    }

    private static void environment(Manifest manifest, Workload.Placed placed, ManifestSet manifests, Faults faults) {
        Set<String> defined = new HashSet<>();
        List<V1EnvFromSource> sources = placed.container().getEnvFrom() == null
                ? List.of()
                : placed.container().getEnvFrom();
        for (int i = 0; i < sources.size(); i++) {
            String path = placed.path() + ".envFrom[" + i + "]";
            if (sources.get(i).getConfigMapRef() != null) {
                defined.addAll(keys(
                        manifest,
                        path + ".configMapRef.name",
                        "ConfigMap",
                        sources.get(i).getConfigMapRef().getName(),
                        manifests,
                        faults));
            }
            if (sources.get(i).getSecretRef() != null) {
                defined.addAll(keys(
                        manifest,
                        path + ".secretRef.name",
                        "Secret",
                        sources.get(i).getSecretRef().getName(),
                        manifests,
                        faults));
            }
        }
        List<V1EnvVar> variables = placed.container().getEnv() == null
                ? List.of()
                : placed.container().getEnv();
        for (int i = 0; i < variables.size(); i++) {
            variable(manifest, placed.path() + ".env[" + i + "]", variables.get(i), defined, manifests, faults);
            defined.add(variables.get(i).getName());
        }
        List<String> arguments = placed.container().getArgs() == null
                ? List.of()
                : placed.container().getArgs();
        for (int i = 0; i < arguments.size(); i++) {
            expansions(manifest, placed.path() + ".args[" + i + "]", arguments.get(i), defined, faults);
        }
    }

    private static void variable(
            Manifest manifest,
            String path,
            V1EnvVar variable,
            Set<String> defined,
            ManifestSet manifests,
            Faults faults) {
        if (variable.getValue() != null) {
            expansions(manifest, path + ".value", variable.getValue(), defined, faults);
        }
        if (variable.getValueFrom() == null) {
            return;
        }
        faults.unless(
                variable.getValue() == null || variable.getValue().isEmpty(),
                manifest,
                path + ".valueFrom",
                "may not stand beside a value");
        var config = variable.getValueFrom().getConfigMapKeyRef();
        if (config != null) {
            String at = path + ".valueFrom.configMapKeyRef";
            Set<String> keys = keys(manifest, at + ".name", "ConfigMap", config.getName(), manifests, faults);
            faults.unless(keys.contains(config.getKey()), manifest, at + ".key", "is no key there: " + config.getKey());
        }
        var secret = variable.getValueFrom().getSecretKeyRef();
        if (secret != null) {
            String at = path + ".valueFrom.secretKeyRef";
            Set<String> keys = keys(manifest, at + ".name", "Secret", secret.getName(), manifests, faults);
            faults.unless(keys.contains(secret.getKey()), manifest, at + ".key", "is no key there: " + secret.getKey());
        }
    }

    private static void expansions(Manifest manifest, String path, String text, Set<String> defined, Faults faults) {
        Matcher names = VARIABLE.matcher(text);
        while (names.find()) {
            faults.unless(
                    defined.contains(names.group(1)),
                    manifest,
                    path,
                    "names a variable that is not set: " + names.group());
        }
    }

    private static Set<String> keys(
            Manifest manifest, String path, String kind, String name, ManifestSet manifests, Faults faults) {
        Optional<Manifest> found = manifests.find(kind, String.valueOf(name));
        faults.unless(found.isPresent(), manifest, path, "names no " + kind + " of this overlay: " + name);
        Set<String> keys = new HashSet<>();
        if (found.isPresent() && found.get().object() instanceof V1ConfigMap map && map.getData() != null) {
            keys.addAll(map.getData().keySet());
        }
        if (found.isPresent() && found.get().object() instanceof V1Secret secret) {
            if (secret.getData() != null) {
                keys.addAll(secret.getData().keySet());
            }
            if (secret.getStringData() != null) {
                keys.addAll(secret.getStringData().keySet());
            }
        }
        return keys;
    }

    private static void ingress(Manifest manifest, V1Ingress ingress, ManifestSet manifests, Faults faults) {
        var rules = ingress.getSpec().getRules();
        for (int i = 0; rules != null && i < rules.size(); i++) {
            var paths = rules.get(i).getHttp().getPaths();
            for (int j = 0; j < paths.size(); j++) {
                String path = "spec.rules[" + i + "].http.paths[" + j + "].backend.service";
                var backend = paths.get(j).getBackend().getService();
                Optional<V1Service> service = manifests
                        .find("Service", backend.getName())
                        .map(Manifest::object)
                        .map(V1Service.class::cast);
                faults.unless(
                        service.isPresent(),
                        manifest,
                        path + ".name",
                        "names no Service of this overlay: " + backend.getName());
                service.ifPresent(each -> faults.unless(
                        each.getSpec().getPorts().stream()
                                .anyMatch(port -> port.getPort()
                                                .equals(backend.getPort().getNumber())
                                        || String.valueOf(port.getName())
                                                .equals(backend.getPort().getName())),
                        manifest,
                        path + ".port",
                        "is no port of the Service " + backend.getName()));
            }
        }
    }
}
