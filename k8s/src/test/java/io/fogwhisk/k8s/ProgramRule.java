package io.fogwhisk.k8s;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.launcher.Fogwhisk;
import io.fogwhisk.launcher.site.SiteConfig;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Our own program takes the arguments, the file and the environment that its containers get. */
final class ProgramRule implements Rule {

    private static final String NO_FILE = "there is no file ";
    private static final String CONFIG = "/etc/fogwhisk/";

    @Override
    public void check(ManifestSet manifests, Faults faults) {
        for (Workload each : manifests.workloads()) {
            for (Workload.Placed placed : each.containers()) {
                if (ImageName.of(String.valueOf(placed.container().getImage())).isOurs()) {
                    program(each, placed, manifests, faults);
                }
            }
        }
    }

    private static void program(Workload workload, Workload.Placed placed, ManifestSet manifests, Faults faults) {
        Map<String, String> environment = ContainerEnvironment.of(placed.container(), manifests);
        List<String> arguments = placed.container().getArgs() == null
                ? List.of()
                : placed.container().getArgs().stream()
                        .map(argument -> ContainerEnvironment.expanded(argument, environment))
                        .toList();
        try {
            Fogwhisk.commandLine().parseArgs(arguments.toArray(String[]::new));
        } catch (CommandLine.ParameterException e) {
            faults.add(workload.manifest(), placed.path() + ".args", "are refused: " + e.getMessage());
            return;
        }
        if (!arguments.isEmpty() && arguments.get(0).equals("up")) {
            String file = arguments.stream()
                    .filter(argument -> argument.startsWith(CONFIG))
                    .findFirst()
                    .map(argument -> argument.substring(CONFIG.length()))
                    .orElse("");
            configuration(workload, placed, text(workload, placed, file, manifests, faults), environment, faults);
        }
    }

    private static void configuration(
            Workload workload, Workload.Placed placed, String text, Map<String, String> environment, Faults faults) {
        try {
            SiteConfig config = ConfigFile.parse("site.yaml", text, environment, SiteConfig::read);
            faults.unless(
                    config.data().toString().equals("/data"),
                    workload.manifest(),
                    placed.path() + ".env",
                    "must leave site.data at /data, the only folder that can be written to");
        } catch (ConfigException e) {
            for (String fault : e.faults()) {
                faults.unless(
                        isMounted(fault, placed), workload.manifest(), placed.path() + ".env", "is refused: " + fault);
            }
        }
    }

    /** Whether the fault is only that a file is not there which the pod will have. */
    private static boolean isMounted(String fault, Workload.Placed placed) {
        int at = fault.indexOf(NO_FILE);
        return at >= 0
                && placed.container().getVolumeMounts().stream()
                        .anyMatch(mount -> fault.startsWith(mount.getMountPath() + "/", at + NO_FILE.length()));
    }

    /** The file of the ConfigMap that is mounted at {@link #CONFIG}. */
    private static String text(
            Workload workload, Workload.Placed placed, String file, ManifestSet manifests, Faults faults) {
        var mounts = placed.container().getVolumeMounts();
        String volume = mounts == null
                ? ""
                : mounts.stream()
                        .filter(mount -> (mount.getMountPath() + "/").equals(CONFIG))
                        .map(mount -> mount.getName())
                        .findFirst()
                        .orElse("");
        String text = workload.pod().getVolumes() == null
                ? null
                : workload.pod().getVolumes().stream()
                        .filter(each -> each.getName().equals(volume) && each.getConfigMap() != null)
                        .findFirst()
                        .map(each -> ContainerEnvironment.config(
                                        manifests, each.getConfigMap().getName())
                                .get(file))
                        .orElse(null);
        faults.unless(
                text != null,
                workload.manifest(),
                placed.path() + ".args",
                "name a file that no ConfigMap mounted there has: " + CONFIG + file);
        return text == null ? "" : text;
    }
}
