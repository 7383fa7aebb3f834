package io.fogwhisk.k8s;

import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Names and labels are of the form that Kubernetes takes, and no object is there twice. */
final class NameRule implements Rule {

    private static final Pattern LABEL_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SERVICE = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern KEY =
            Pattern.compile("([a-z0-9][-a-z0-9.]{0,251}[a-z0-9]/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern VARIABLE = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    @Override
    public void check(ManifestSet manifests, Faults faults) {
        Map<String, Manifest> seen = new HashMap<>();
        for (Manifest each : manifests.all()) {
            Pattern form = each.object() instanceof V1Namespace
                    ? LABEL_NAME
                    : each.object() instanceof V1Service ? SERVICE : SUBDOMAIN;
            faults.unless(
                    form.matcher(each.name()).matches(),
                    each,
                    "metadata.name",
                    "must be lower-case letters, digits and dashes, was '" + each.name() + "'");
            labels(each, "metadata.labels", each.labels(), faults);
            faults.unless(
                    seen.put(each.kind() + "/" + each.namespace() + "/" + each.name(), each) == null,
                    each,
                    "metadata.name",
                    "is that of another object of the same kind");
        }
        namespace(manifests, faults);
        for (Workload each : manifests.workloads()) {
            labels(each.manifest(), each.path() + ".metadata.labels", each.labels(), faults);
            Map<String, String> names = new HashMap<>();
            for (Workload.Placed placed : each.containers()) {
                String name = String.valueOf(placed.container().getName());
                String path = placed.path() + ".name";
                faults.unless(
                        LABEL_NAME.matcher(name).matches(),
                        each.manifest(),
                        path,
                        "must be lower-case letters, digits and dashes, was '" + name + "'");
                faults.unless(
                        names.put(name, path) == null,
                        each.manifest(),
                        path,
                        "is that of another container of the pod");
                variables(each.manifest(), placed, faults);
            }
        }
    }

    /** One overlay is one namespace: what is left without it would land wherever kubectl happens to be. */
    private static void namespace(ManifestSet manifests, Faults faults) {
        List<String> namespaces = manifests.all().stream()
                .filter(each -> each.object() instanceof V1Namespace)
                .map(Manifest::name)
                .toList();
        for (Manifest each : manifests.all()) {
            faults.unless(
                    namespaces.isEmpty()
                            || each.object() instanceof V1Namespace
                            || namespaces.equals(List.of(each.namespace())),
                    each,
                    "metadata.namespace",
                    "must be that of the overlay, " + namespaces + ", was '" + each.namespace() + "'");
        }
    }

    private static void variables(Manifest manifest, Workload.Placed placed, Faults faults) {
        Map<String, String> seen = new HashMap<>();
        var variables = placed.container().getEnv();
        for (int i = 0; variables != null && i < variables.size(); i++) {
            String name = variables.get(i).getName();
            String path = placed.path() + ".env[" + i + "].name";
            faults.unless(
                    VARIABLE.matcher(name).matches(), manifest, path, "is no name of a variable, was '" + name + "'");
            faults.unless(seen.put(name, path) == null, manifest, path, "is there twice: " + name);
        }
    }

    private static void labels(Manifest manifest, String path, Map<String, String> labels, Faults faults) {
        labels.forEach((key, value) -> {
            faults.unless(KEY.matcher(key).matches(), manifest, path, "has a key of a wrong form: '" + key + "'");
            faults.unless(
                    VALUE.matcher(value).matches(),
                    manifest,
                    path + "." + key,
                    "has a wrong form, was '" + value + "'");
        });
    }
}
