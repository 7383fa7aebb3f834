package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every component alone, and those that users put together, on top of a site or of the centre. */
class ComponentsTest {

    private static final OfflineCheck CHECK = new OfflineCheck(System.getProperty("fogwhisk.version"));

    private static final List<String> ON_A_SITE = List.of(
            "workloads",
            "mosquitto",
            "influxdb2",
            "apache-openwhisk",
            "couchdb-catalogue",
            "ingress/site",
            "tls",
            "prometheus",
            "sensors",
            "grafana",
            "reference-names/site",
            "network-policies/site",
            "mosquitto sensors influxdb2",
            "mosquitto influxdb2 apache-openwhisk",
            "workloads mosquitto",
            "workloads influxdb2",
            "workloads mosquitto influxdb2 network-policies/site",
            "workloads apache-openwhisk network-policies/site network-policies/apache-openwhisk",
            "workloads reference-names/site tls prometheus ingress/site network-policies/site",
            "grafana network-policies/site network-policies/grafana",
            "apache-openwhisk network-policies/site network-policies/apache-openwhisk");

    private static final List<String> AT_THE_CENTRE = List.of(
            "ingress/centre",
            "reference-names/centre",
            "network-policies/centre",
            "tls prometheus ingress/centre reference-names/centre",
            "grafana network-policies/centre network-policies/grafana");

    @TempDir
    private static Path folder;

    private static DeployTree tree;

    @BeforeAll
    static void writeOverlays() throws IOException {
        tree = DeployTree.copy(folder);
        for (String components : ON_A_SITE) {
            tree.overlay(id(components), "sites/dc-1", Arrays.asList(components.split(" ", -1)));
        }
        for (String components : AT_THE_CENTRE) {
            tree.overlay(id(components), "central", Arrays.asList(components.split(" ", -1)));
        }
        // What only users know.
        for (String wanted : tree.writeSecrets().wanted()) {
            Path file = Path.of(wanted.substring(0, wanted.indexOf(": ")));
            String key = wanted.substring(wanted.indexOf(": ") + 2).split(" ", -1)[0];
            String value = switch (key) {
                case "FOGWHISK_OPENWHISK_API_HOST" -> "https://openwhisk.example";
                case "FOGWHISK_OPENWHISK_AUTH" -> "3b5a1c0e-0000-4000-8000-000000000000:" + "k".repeat(64);
                default -> "secret";
            };
            Files.writeString(file, key + "=" + value + "\n", StandardOpenOption.APPEND);
        }
        assertThat(tree.writeSecrets().wanted()).isEmpty();
    }

    static Stream<String> combinations() {
        return Stream.concat(ON_A_SITE.stream(), AT_THE_CENTRE.stream());
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void isWithoutFault(String components) {
        assertThat(CHECK.faults(components, tree.render("sites/" + id(components))))
                .isEmpty();
    }

    @Test
    void partsThatAreThereTwiceAreFound() throws IOException {
        tree.overlay("wrong-order", "sites/dc-2", List.of("mosquitto", "workloads"));
        tree.writeSecrets();

        assertThat(CHECK.faults("wrong-order", tree.render("sites/wrong-order")))
                .contains(new Fault(
                        "wrong-order Service/mqtt",
                        "spec.selector",
                        "selects pods of more than one kind: [mosquitto, mqtt]"));
    }

    @Test
    void theCouchDbIsTheOneThatTheSiteNames() throws IOException {
        tree.overlay("couchdb", "sites/dc-2", List.of("couchdb-catalogue"));
        Path settings = tree.root().resolve("sites/couchdb/site.env");
        Files.writeString(
                settings,
                Files.readString(settings)
                                .replaceFirst(
                                        "(?m)^FOGWHISK_CATALOG_URL=.*$",
                                        "FOGWHISK_CATALOG_URL=https://couchdb.example:6984")
                        + "FOGWHISK_CATALOG_USER=reader\n");
        tree.writeSecrets();

        ManifestSet manifests = ManifestText.read("couchdb", tree.render("sites/couchdb"), new Faults());

        Workload site = manifests.workloads().get(0);
        assertThat(ContainerEnvironment.of(site.pod().getContainers().get(0), manifests))
                .containsEntry("FOGWHISK_CATALOG_URL", "https://couchdb.example:6984")
                .containsEntry("FOGWHISK_CATALOG_USER", "reader")
                .containsEntry("FOGWHISK_CATALOG_DATABASES_WHISKS", "whisk_local_whisks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"workloads prometheus", "prometheus"})
    void podsAreAnnotatedForPrometheusIfTheyHaveMetrics(String components) throws IOException {
        String id = "annotated-" + components.length();
        tree.overlay(id, "sites/dc-2", Arrays.asList(components.split(" ", -1)));
        tree.writeSecrets();

        List<Workload> pods =
                ManifestText.read(id, tree.render("sites/" + id), new Faults()).workloads();

        assertThat(pods).isNotEmpty().allSatisfy(each -> {
            var annotations = each.template().getMetadata().getAnnotations();
            assertThat(annotations != null && "true".equals(annotations.get("prometheus.io/scrape")))
                    .as(each.manifest().toString())
                    .isEqualTo(each.labels().containsKey("role.fogwhisk.io/metrics"));
        });
    }

    @Test
    void everyComponentIsTried() throws IOException {
        Set<String> there = new TreeSet<>();
        Path components = Path.of("components");
        try (Stream<Path> files = Files.walk(components)) {
            files.filter(file -> file.endsWith("kustomization.yaml"))
                    .forEach(file ->
                            there.add(components.relativize(file.getParent()).toString()));
        }
        Set<String> tried = new TreeSet<>();
        combinations().forEach(each -> tried.addAll(Arrays.asList(each.split(" ", -1))));

        assertThat(tried).isEqualTo(there);
    }

    static Stream<String> withPolicies() {
        return combinations().filter(each -> each.contains("network-policies"));
    }

    @ParameterizedTest
    @MethodSource("withPolicies")
    void thePodsAreReachedByTheFlowsOfTheTableAndByNothingElse(String components) throws IOException {
        ManifestSet manifests = ManifestText.read(components, tree.render("sites/" + id(components)), new Faults());
        List<String> sets = new ArrayList<>();
        for (String component : components.split(" ", -1)) {
            if (component.startsWith("network-policies/")) {
                sets.add(component.substring("network-policies/".length()));
            }
        }
        FlowProof proof = new FlowProof(FlowTable.read(), sets);

        assertThat(proof.differences(manifests.objects(V1NetworkPolicy.class).toList(), proof.pods(manifests)))
                .isEmpty();
    }

    /** Short enough for a namespace. */
    private static String id(String components) {
        int number = combinations().toList().indexOf(components);
        return "try-" + number;
    }
}
