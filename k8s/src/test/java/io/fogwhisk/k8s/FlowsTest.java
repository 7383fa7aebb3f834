package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The network policies admit the flows of the table, and nothing else. */
class FlowsTest {

    private static FlowTable table;

    @BeforeAll
    static void readTable() throws IOException {
        table = FlowTable.read();
    }

    static Stream<String> sets() {
        return table.policies().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void thePoliciesAreThoseOfTheTable(String set) throws IOException {
        String text = new FlowPolicies(table).text(set);
        if (Boolean.getBoolean("k8s.rewrite")) {
            Files.writeString(file(set), text);
        }

        assertThat(file(set)).hasContent(text);
    }

    @ParameterizedTest
    @CsvSource({"site", "centre", "site grafana", "centre grafana", "site apache-openwhisk"})
    void theFlowsOfTheTableAreAdmittedAndNothingElse(String sets) throws IOException {
        FlowProof proof = new FlowProof(table, List.of(sets.split(" ", -1)));

        assertThat(proof.differences(policies(sets), proof.onePodPerRole())).isEmpty();
    }

    @Test
    void theCentreTalksToNobodyOutsideExceptForNames() {
        assertThat(table.of(List.of("centre", "grafana")))
                .isNotEmpty()
                .allSatisfy(flow -> assertThat(table.roles()).containsKey(flow.to()));
    }

    @Test
    void aPolicyTooFewAndAPolicyTooManyAreNoticed() throws IOException {
        FlowProof proof = new FlowProof(table, List.of("site"));
        List<V1NetworkPolicy> policies = new ArrayList<>(policies("site"));
        V1NetworkPolicy mqtt = policies.stream()
                .filter(each -> "mqtt".equals(each.getMetadata().getName()))
                .findFirst()
                .orElseThrow();

        policies.remove(mqtt);
        assertThat(proof.differences(policies, proof.onePodPerRole()))
                .contains("feed-provider -> mqtt:1883/TCP is a flow and not admitted");

        mqtt.getSpec().getIngress().forEach(rule -> rule.setPorts(List.of()));
        policies.add(mqtt);
        assertThat(proof.differences(policies, proof.onePodPerRole()))
                .contains("a pod elsewhere -> mqtt:22/TCP is admitted and no flow");
    }

    private static List<V1NetworkPolicy> policies(String sets) throws IOException {
        List<V1NetworkPolicy> policies = new ArrayList<>();
        for (String set : sets.split(" ", -1)) {
            Faults faults = new Faults();
            ManifestText.read(set, Files.readString(file(set)), faults)
                    .objects(V1NetworkPolicy.class)
                    .forEach(policies::add);
            assertThat(faults.all()).isEmpty();
        }
        return policies;
    }

    private static Path file(String set) {
        return Path.of("components/network-policies", set, "policies.yaml");
    }
}
