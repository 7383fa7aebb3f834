package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check itself: it finds what is wrong, says where, and finds nothing where nothing is. */
class OfflineCheckTest {

    private static final Path MANIFESTS = Path.of("src/test/resources/manifests");
    private static final OfflineCheck CHECK = new OfflineCheck("1.0");

    @Test
    void aGoodManifestIsWithoutFault() throws IOException {
        assertThat(check("good.yaml")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    01-unknown-field            | Deployment/collector | spec.replica | is not a known field
                    02-wrong-type               | Deployment/collector | spec.replicas | must be a whole number, was "two"
                    03-missing-required         | CronJob/sweeper | spec.schedule | is required
                    04-removed-version          | Deployment/collector | apiVersion | must be one that is served
                    05-unknown-kind             | PodDisruptionBuget/collector | kind | is not one of policy/v1
                    06-duplicate-key            | document 3 | line 30 | found duplicate key replicas
                    07-bad-quantity             | Deployment/collector | spec.template.spec.containers[0].resources.limits.memory | must be a quantity
                    08-bad-choice               | Deployment/collector | spec.template.spec.containers[0].imagePullPolicy | must be one of [Always, IfNotPresent, Never]
                    09-bad-name                 | ConfigMap/Settings_1 | metadata.name | must be lower-case letters
                    10-port-out-of-range        | Service/collector | spec.ports[0].port | must be 1 to 65535, was 99999
                    11-selector-not-of-template | Deployment/collector | spec.selector | does not select the pods of spec.template
                    12-mount-without-volume     | Deployment/collector | spec.template.spec.containers[0].volumeMounts[0].name | names no volume of the pod: scratches
                    13-bad-schedule             | CronJob/sweeper | spec.schedule | must be five fields of a cron schedule
                    14-bad-block                | NetworkPolicy/collector | spec.ingress[0].from[0].ipBlock.cidr | must be a block of addresses
                    15-unnamed-ports            | Service/collector | spec.ports[1].name | is required where a Service has several ports
                    """)
    void eachMistakeIsFoundWithItsPlace(String name, String object, String path, String what) throws IOException {
        String file = "bad/" + name + ".yaml";

        assertThat(check(file)).anySatisfy(fault -> {
            assertThat(fault.object()).startsWith(file).endsWith(object);
            assertThat(fault.path()).isEqualTo(path);
            assertThat(fault.what()).contains(what);
        });
    }

    @Test
    void everyBadManifestIsOneOfTheTable() throws IOException {
        try (Stream<Path> files = Files.list(MANIFESTS.resolve("bad"))) {
            assertThat(files).hasSize(15);
        }
    }

    private static List<Fault> check(String file) throws IOException {
        return CHECK.faults(file, Files.readString(MANIFESTS.resolve(file)));
    }
}
