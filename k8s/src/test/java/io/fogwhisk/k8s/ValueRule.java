package io.fogwhisk.k8s;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1CronJob;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts that are more than texts: choices, schedules, blocks of addresses, requests beside their limits. */
final class ValueRule implements Rule {

    /** By the name of the field, wherever it stands. */
    private static final Map<String, List<String>> CHOICES = Map.ofEntries(
            Map.entry("imagePullPolicy", List.of("Always", "IfNotPresent", "Never")),
            Map.entry("restartPolicy", List.of("Always", "OnFailure", "Never")),
            Map.entry("protocol", List.of("TCP", "UDP", "SCTP")),
            Map.entry("concurrencyPolicy", List.of("Allow", "Forbid", "Replace")),
            Map.entry("podManagementPolicy", List.of("OrderedReady", "Parallel")),
            Map.entry("fsGroupChangePolicy", List.of("Always", "OnRootMismatch")),
            Map.entry("pathType", List.of("Exact", "Prefix", "ImplementationSpecific")),
            Map.entry("dnsPolicy", List.of("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")),
            Map.entry("scheme", List.of("HTTP", "HTTPS")),
            Map.entry("whenDeleted", List.of("Retain", "Delete")),
            Map.entry("whenScaled", List.of("Retain", "Delete")),
            Map.entry("operator", List.of("In", "NotIn", "Exists", "DoesNotExist")));

    /** By the kind and the path, where the name of the field says too little. */
    private static final Map<String, List<String>> CHOICES_AT = Map.of(
            "Service spec.type", List.of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
            "Deployment spec.strategy.type", List.of("RollingUpdate", "Recreate"),
            "Deployment spec.template.spec.restartPolicy", List.of("Always"),
            "StatefulSet spec.updateStrategy.type", List.of("RollingUpdate", "OnDelete"),
            "StatefulSet spec.template.spec.restartPolicy", List.of("Always"),
            "DaemonSet spec.updateStrategy.type", List.of("RollingUpdate", "OnDelete"),
            "Job spec.template.spec.restartPolicy", List.of("OnFailure", "Never"),
            "CronJob spec.jobTemplate.spec.template.spec.restartPolicy", List.of("OnFailure", "Never"));

    private static final List<String> TOLERATION_OPERATORS = List.of("Exists", "Equal");
    private static final List<String> NODE_OPERATORS = List.of("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt");

    private static final List<String> POLICY_TYPES = List.of("Ingress", "Egress");
    private static final List<String> ACCESS =
            List.of("ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany");
    private static final int[][] CRON = {{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 7}};
    private static final Pattern CRON_PART = Pattern.compile("(\\*|(\\d{1,4})(-(\\d{1,4}))?)(/(\\d{1,4}))?");
    private static final Pattern CIDR = Pattern.compile("([0-9a-fA-F.:]+)/(\\d{1,3})");

    @Override
    public void check(ManifestSet manifests, Faults faults) {
        for (Manifest each : manifests.all()) {
            walk(each, "", "", each.tree(), faults);
        }
        manifests.each(
                V1CronJob.class,
                (manifest, job) -> faults.unless(
                        isCron(job.getSpec().getSchedule()),
                        manifest,
                        "spec.schedule",
                        "must be five fields of a cron schedule, was '"
                                + job.getSpec().getSchedule() + "'"));
        for (Workload each : manifests.workloads()) {
            for (Workload.Placed placed : each.containers()) {
                limits(each.manifest(), placed, faults);
            }
        }
    }

    private static void walk(Manifest manifest, String path, String key, JsonElement value, Faults faults) {
        if (value instanceof JsonObject section) {
            section.entrySet()
                    .forEach(entry -> walk(
                            manifest,
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                            entry.getKey(),
                            entry.getValue(),
                            faults));
        } else if (value.isJsonArray()) {
            for (int i = 0; i < value.getAsJsonArray().size(); i++) {
                walk(manifest, path + "[" + i + "]", key, value.getAsJsonArray().get(i), faults);
            }
        } else if (value.isJsonPrimitive() && !path.startsWith("data.")) {
            List<String> choices = choices(manifest, path, key);
            faults.unless(
                    choices.isEmpty() || choices.contains(value.getAsString()),
                    manifest,
                    path,
                    "must be one of " + choices + ", was '" + value.getAsString() + "'");
            boolean block = key.equals("cidr") || path.contains(".ipBlock.except");
            faults.unless(
                    !block || isCidr(value.getAsString()),
                    manifest,
                    path,
                    "must be a block of addresses such as 10.0.0.0/8, was '" + value.getAsString() + "'");
        }
    }

    private static List<String> choices(Manifest manifest, String path, String key) {
        List<String> here = CHOICES_AT.get(manifest.kind() + " " + path);
        if (here != null) {
            return here;
        }
        if (key.equals("operator") && path.contains(".tolerations[")) {
            return TOLERATION_OPERATORS;
        }
        if (key.equals("operator") && path.contains(".nodeAffinity.")) {
            return NODE_OPERATORS;
        }
        if (key.equals("policyTypes")) {
            return POLICY_TYPES;
        }
        if (key.equals("accessModes")) {
            return ACCESS;
        }
        return CHOICES.getOrDefault(key, List.of());
    }

    private static boolean isCidr(String text) {
        Matcher parts = CIDR.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        boolean six = parts.group(1).contains(":");
        if (Integer.parseInt(parts.group(2)) > (six ? 128 : 32)) {
            return false;
        }
        if (!six && !parts.group(1).matches("(\\d{1,3}\\.){3}\\d{1,3}")) {
            return false;
        }
        try {
            // The pattern has left nothing that would be looked up.
            return InetAddress.getByName(parts.group(1)) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isCron(String text) {
        String[] fields = text.strip().split("\\s+", -1);
        if (fields.length != CRON.length) {
            return false;
        }
        for (int i = 0; i < fields.length; i++) {
            for (String part : fields[i].split(",", -1)) {
                Matcher form = CRON_PART.matcher(part);
                if (!form.matches()
                        || !within(form.group(2), CRON[i])
                        || !within(form.group(4), CRON[i])
                        || !ascends(form.group(2), form.group(4))
                        || !ascends("1", form.group(6))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean ascends(String from, String to) {
        return to == null || Integer.parseInt(from) <= Integer.parseInt(to);
    }

    private static boolean within(String number, int[] range) {
        return number == null || (Integer.parseInt(number) >= range[0] && Integer.parseInt(number) <= range[1]);
    }

    private static void limits(Manifest manifest, Workload.Placed placed, Faults faults) {
        var resources = placed.container().getResources();
        if (resources == null || resources.getRequests() == null || resources.getLimits() == null) {
            return;
        }
        resources.getRequests().forEach((name, request) -> {
            Quantity limit = resources.getLimits().get(name);
            faults.unless(
                    limit == null || request.getNumber().compareTo(limit.getNumber()) <= 0,
                    manifest,
                    placed.path() + ".resources.requests." + name,
                    "is more than the limit");
        });
    }
}
