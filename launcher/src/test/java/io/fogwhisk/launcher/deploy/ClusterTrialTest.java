package io.fogwhisk.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.launcher.deploy.ClusterTrial.Verdict;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of a trial, with a small program in the place of kubectl; the site behind it is real. */
class ClusterTrialTest {

    /** Writes down what it is asked, and answers as kubectl would; what stands in the file fails is not done. */
    private static final String PROGRAM = """
            #!/bin/sh
            cd "$(dirname "$0")"
            echo "$*" >> calls
            if [ -e fails ] && echo "$*" | grep -q -e "$(cat fails)"; then
                echo "error: the server says no" >&2
                exit 1
            fi
            case "$1 $2" in
                "version "*) cat version ;;
                "get namespace") cat namespace ;;
                "get statefulset,deployment") echo statefulset.apps/site ;;
                "port-forward "*)
                    port=$(sed -n "s|^$4 ||p" ports)
                    echo "Forwarding from 127.0.0.1:$port -> 1"
                    exec sleep 60 ;;
            esac
            """;

    @TempDir
    private Path folder;

    private final StringWriter told = new StringWriter();

    @BeforeEach
    void writeProgram() throws IOException {
        Path program = write("kubectl", PROGRAM);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        write("version", "{\"serverVersion\": {\"major\": \"1\", \"minor\": \"32\", \"gitVersion\": \"v1.32.1\"}}");
        write("namespace", "");
        write("ports", "");
        write("sites/dc-1/kustomization.yaml", "namespace: dc-1\n");
        write("sites/dc-1/site.env", "FOGWHISK_SITE_ID=dc-1\n");
        write("sites/dc-1/secret.env", "FOGWHISK_INFLUX_TOKEN=unused\n");
    }

    @Test
    void aTrialGoesThroughEveryStepAndDeletesWhatItMade() throws IOException {
        Ports ports = TestPorts.site();
        SiteConfig config = TestSites.config(folder.resolve("data"), ports);
        try (ServiceGroup services = new ServiceGroup("trial")) {
            HttpHost http = services.start(new HttpHost());
            Site site = services.start(new Site(config, http, Clock.systemUTC()));
            write(
                    "sites/dc-1/secret.env",
                    "FOGWHISK_INFLUX_TOKEN=" + site.addresses().embeddedToken() + "\n");
            write(
                    "ports",
                    "service/dashboard " + ports.dashboard() + "\nservice/mqtt " + ports.mqtt() + "\nservice/influxdb "
                            + ports.influx() + "\n");

            assertThat(trial()).as(told.toString()).isEqualTo(Verdict.PASSED);
        }

        String overlay = folder.resolve("sites/dc-1").toString();
        assertThat(calls())
                .containsExactly(
                        "version --output=json --request-timeout=20s",
                        "get namespace dc-1 --ignore-not-found --output=name",
                        "create namespace dc-1 --save-config",
                        "apply --kustomize " + overlay + " --dry-run=server --validate=strict",
                        "apply --kustomize " + overlay + " --validate=strict",
                        "get statefulset,deployment --namespace dc-1 --output=name",
                        "rollout status statefulset.apps/site --namespace dc-1 --timeout=390s",
                        "port-forward --namespace dc-1 service/dashboard :8080",
                        "port-forward --namespace dc-1 service/mqtt :1883",
                        "port-forward --namespace dc-1 service/influxdb :8086",
                        "diff --kustomize " + overlay,
                        "delete namespace dc-1 --wait=true --timeout=160s");
        assertThat(told.toString()).contains("dc-1: smoke test: a reading became 3 points", "everything went well");
    }

    @Test
    void whatKubectlSaysIsShownAndTheNamespaceGoesAllTheSame() throws IOException {
        write("fails", "--validate=strict$");

        assertThat(trial()).isEqualTo(Verdict.FAILED);

        assertThat(told.toString())
                .contains("FAILED: dc-1: dry run by the server. kubectl says:", "    error: the server says no");
        assertThat(calls())
                .noneMatch(call -> call.startsWith("rollout"))
                .last()
                .asString()
                .startsWith("delete namespace dc-1");
    }

    @Test
    void aRolloutThatStallsIsShownWithTheEvents() throws IOException {
        write("fails", "^rollout");

        assertThat(trial()).isEqualTo(Verdict.FAILED);

        assertThat(told.toString()).contains("FAILED: dc-1: wait for statefulset.apps/site");
        assertThat(calls()).contains("get events --namespace dc-1 --sort-by=.lastTimestamp");
    }

    @Test
    void aNamespaceThatWasThereStays() throws IOException {
        write("namespace", "namespace/dc-1\n");
        write("fails", "^rollout");

        assertThat(trial()).isEqualTo(Verdict.FAILED);

        assertThat(told.toString()).contains("dc-1: is there already, and will stay");
        assertThat(calls()).noneMatch(call -> call.startsWith("create") || call.startsWith("delete"));
    }

    @Test
    void aClusterThatIsTooOldIsLeftAlone() throws IOException {
        write("version", "{\"serverVersion\": {\"major\": \"1\", \"minor\": \"29+\", \"gitVersion\": \"v1.29.3\"}}");

        assertThat(trial()).isEqualTo(Verdict.FAILED);

        assertThat(told.toString()).contains("cluster v1.29.3", "need Kubernetes 1.30 or newer");
        assertThat(calls()).hasSize(1);
    }

    @Test
    void withoutAClusterNothingIsTried() throws IOException {
        write("fails", "^version");

        assertThat(trial()).isEqualTo(Verdict.NO_CLUSTER);

        assertThat(told.toString()).startsWith("no cluster answers: set KUBECONFIG");
        assertThat(calls()).hasSize(1);
    }

    @Test
    void theCentreComesFirst() throws IOException {
        write("central/kustomization.yaml", "namespace: central\n");
        write("central/site.env", "FOGWHISK_SITE_CENTRAL=true\n");
        write("central/secret.env", "FOGWHISK_INFLUX_TOKEN=unused\n");
        write("fails", "^port-forward");

        assertThat(trial("sites/dc-1", "central")).isEqualTo(Verdict.FAILED);

        assertThat(calls())
                .filteredOn(call -> call.startsWith("create") || call.startsWith("delete"))
                .containsExactly(
                        "create namespace central --save-config",
                        "create namespace dc-1 --save-config",
                        "delete namespace central --wait=true --timeout=160s",
                        "delete namespace dc-1 --wait=true --timeout=160s");
        assertThat(told.toString()).contains("FAILED: central: smoke test: cannot reach service/dashboard of central");
    }

    @Test
    void anOverlayWithoutSecretsIsRefusedWithWhatToDo() throws IOException {
        Files.delete(folder.resolve("sites/dc-1/secret.env"));

        assertThatThrownBy(this::trial)
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("secret.env is missing: run 'fogwhisk k8s secrets' first");
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        PrintWriter out = new PrintWriter(told);
        ClusterTrial trial =
                new ClusterTrial(folder.resolve("nowhere").toString(), List.of(folder.resolve("sites/dc-1")), out);

        assertThatThrownBy(trial::run)
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("nowhere cannot be run: install kubectl 1.30 or newer");
    }

    private Verdict trial(String... overlays) {
        List<Path> folders = new ArrayList<>();
        for (String overlay : overlays.length == 0 ? new String[] {"sites/dc-1"} : overlays) {
            folders.add(folder.resolve(overlay));
        }
        return new ClusterTrial(folder.resolve("kubectl").toString(), folders, new PrintWriter(told)).run();
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(folder.resolve("calls"));
    }

    private Path write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }
}
