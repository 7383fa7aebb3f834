package io.fogwhisk.launcher.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.launcher.LauncherException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Tries overlays on a cluster: applies them, waits until they run, uses them, and takes away what it made. A namespace
 * that was there before stays, with everything in it. One thread; every step is timed out.
 */
public final class ClusterTrial {

    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final Duration APPLY = Duration.ofMinutes(2);
    private static final Duration ROLLOUT = Duration.ofMinutes(7);
    private static final Duration DELETE = Duration.ofMinutes(3);
    private static final int OLDEST_MINOR = 30;

    private final Kubectl kubectl;
    private final List<Overlay> overlays;
    private final PrintWriter out;
    private final List<String> made = new ArrayList<>();

    /** How a trial ended. */
    public enum Verdict {
        /** Every step went well. */
        PASSED,
        /** A step went wrong, and was told. */
        FAILED,
        /** No cluster answered, so nothing was tried. */
        NO_CLUSTER
    }

    /**
     * A trial of some overlays.
     *
     * @param program that is kubectl
     * @param folders of the overlays; the centre is tried first, wherever it stands
     * @param out where to tell each step
     * @throws LauncherException if an overlay can't be read or has no secrets yet
     */
    public ClusterTrial(String program, List<Path> folders, PrintWriter out) {
        this.kubectl = new Kubectl(program);
        this.out = Objects.requireNonNull(out, "out is null");
        this.overlays = folders.stream()
                .map(Overlay::read)
                .sorted(Comparator.comparing(each -> !each.isCentre()))
                .toList();
        for (Overlay each : overlays) {
            if (each.secrets().values().isEmpty()) {
                throw new LauncherException(each.secrets().file() + " is missing: run 'fogwhisk k8s secrets' first");
            }
        }
    }

    /** Runs the trial. */
    public Verdict run() {
        Kubectl.Result version = kubectl.run(SHORT, List.of("version", "--output=json", "--request-timeout=20s"));
        if (!version.ok()) {
            tell("no cluster answers: set KUBECONFIG to one that may be used for a trial. kubectl says:");
            tell(indented(version.output()));
            return Verdict.NO_CLUSTER;
        }
        boolean passed = false;
        try {
            passed = isNewEnough(version.output())
                    && overlays.stream().allMatch(this::applied)
                    && overlays.stream().allMatch(this::works);
        } finally {
            passed &= cleanUp();
        }
        tell(passed ? "everything went well" : "failed");
        return passed ? Verdict.PASSED : Verdict.FAILED;
    }

    private boolean isNewEnough(String version) {
        try {
            JsonNode server = new ObjectMapper()
                    .readTree(version.substring(Math.max(0, version.indexOf('{'))))
                    .path("serverVersion");
            int minor = Integer.parseInt(server.path("minor").asText("0").replaceAll("\\D.*", ""));
            tell("cluster " + server.path("gitVersion").asText("of an unknown version"));
            if (server.path("major").asText().equals("1") && minor < OLDEST_MINOR) {
                tell("FAILED: the manifests need Kubernetes 1." + OLDEST_MINOR + " or newer");
                return false;
            }
            return true;
        } catch (JsonProcessingException | NumberFormatException e) {
            tell("FAILED: kubectl tells no version of the cluster: " + e.getMessage());
            return false;
        }
    }

    private boolean applied(Overlay overlay) {
        String namespace = overlay.namespace();
        String folder = overlay.folder().toString();
        Kubectl.Result there =
                kubectl.run(SHORT, List.of("get", "namespace", namespace, "--ignore-not-found", "--output=name"));
        if (!there.ok()) {
            return failed(namespace + ": look for the namespace", there);
        }
        if (there.output().isBlank()) {
            // A dry run needs the namespace of what it tries.
            if (!step(namespace + ": create the namespace", SHORT, "create", "namespace", namespace, "--save-config")) {
                return false;
            }
            made.add(namespace);
        } else {
            tell(namespace + ": is there already, and will stay");
        }
        return step(
                        namespace + ": dry run by the server",
                        APPLY,
                        "apply",
                        "--kustomize",
                        folder,
                        "--dry-run=server",
                        "--validate=strict")
                && step(namespace + ": apply", APPLY, "apply", "--kustomize", folder, "--validate=strict")
                && rolledOut(namespace);
    }

    private boolean rolledOut(String namespace) {
        Kubectl.Result workloads =
                kubectl.run(SHORT, List.of("get", "statefulset,deployment", "--namespace", namespace, "--output=name"));
        if (!workloads.ok() || workloads.output().isBlank()) {
            return failed(namespace + ": list the workloads", workloads);
        }
        return workloads.output().lines().filter(line -> !line.isBlank()).allMatch(workload -> {
            boolean rolled = step(
                    namespace + ": wait for " + workload,
                    ROLLOUT,
                    "rollout",
                    "status",
                    workload,
                    "--namespace",
                    namespace,
                    "--timeout=" + (ROLLOUT.toSeconds() - 30) + "s");
            if (!rolled) {
                tell(indented(kubectl.run(
                                SHORT, List.of("get", "events", "--namespace", namespace, "--sort-by=.lastTimestamp"))
                        .output()));
            }
            return rolled;
        });
    }

    private boolean works(Overlay overlay) {
        try {
            tell(overlay.namespace() + ": smoke test: " + new SmokeTest(kubectl, overlay, isPiped(overlay)).run());
        } catch (LauncherException e) {
            tell("FAILED: " + overlay.namespace() + ": smoke test: " + e.getMessage());
            return false;
        }
        return step(
                overlay.namespace() + ": nothing differs from what was applied",
                APPLY,
                "diff",
                "--kustomize",
                overlay.folder().toString());
    }

    /** Whether the sample pipeline comes to the site: from a centre that is tried, too, or from itself. */
    private boolean isPiped(Overlay overlay) {
        if (overlay.isCentre() || overlay.components().contains("apache-openwhisk")) {
            return false;
        }
        boolean follows = overlay.settings().value("FOGWHISK_CATALOG_URL").isPresent();
        return !follows || overlays.stream().anyMatch(Overlay::isCentre);
    }

    private boolean cleanUp() {
        boolean gone = true;
        for (String namespace : made) {
            gone &= step(
                    namespace + ": delete the namespace that this trial made",
                    DELETE,
                    "delete",
                    "namespace",
                    namespace,
                    "--wait=true",
                    "--timeout=" + (DELETE.toSeconds() - 20) + "s");
        }
        return gone;
    }

    private boolean step(String what, Duration limit, String... arguments) {
        Kubectl.Result result = kubectl.run(limit, List.of(arguments));
        if (!result.ok()) {
            return failed(what, result);
        }
        tell(what + ": ok");
        return true;
    }

    private boolean failed(String what, Kubectl.Result result) {
        tell("FAILED: " + what + ". kubectl says:");
        tell(indented(result.output().isBlank() ? "(nothing, exit code " + result.code() + ")" : result.output()));
        return false;
    }

    private static String indented(String text) {
        return text.strip().indent(4).stripTrailing();
    }

    private void tell(String line) {
        out.println(line);
        out.flush();
    }
}
