package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real overlay must not lose: each loss is found with its place. */
class OverlayMutationTest {

    private static final OfflineCheck CHECK = new OfflineCheck(System.getProperty("fogwhisk.version"));

    @TempDir
    private static Path folder;

    private static String site;
    private static String separate;

    @BeforeAll
    static void render() throws IOException {
        DeployTree tree = DeployTree.copy(folder);
        tree.overlay("separate", "sites/dc-1", List.of("workloads"));
        tree.writeSecrets();
        separate = tree.render("sites/separate");
        assertThat(CHECK.faults("separate", separate)).isEmpty();
        site = tree.render("sites/dc-1");
        assertThat(CHECK.faults("dc-1", site)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    enforce: restricted | enforce: privileged | metadata.labels.pod-security.kubernetes.io/enforce
                    readOnlyRootFilesystem: true | readOnlyRootFilesystem: false | spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem
                    allowPrivilegeEscalation: false | privileged: true | spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation
                    - ALL | - NET_RAW | spec.template.spec.containers[0].securityContext.capabilities.drop
                    runAsNonRoot: true | runAsNonRoot: false | spec.template.spec.securityContext.runAsNonRoot
                    runAsUser: 10001 | runAsUser: 0 | spec.template.spec.securityContext.runAsUser
                    type: RuntimeDefault | type: Unconfined | spec.template.spec.securityContext.seccompProfile.type
                    automountServiceAccountToken: false | automountServiceAccountToken: true | spec.template.spec.automountServiceAccountToken
                    enableServiceLinks: false | enableServiceLinks: true | spec.template.spec.enableServiceLinks
                    sizeLimit: 256Mi | medium: Memory | spec.template.spec.volumes[0].emptyDir.sizeLimit
                    image: fogwhisk:0 | image: fogwhisk:9 | spec.template.spec.containers[0].image
                    image: fogwhisk: | image: registry.example:5000/fogwhisk:0.0.1-of- | spec.template.spec.containers[0].image
                    image: fogwhisk:${version} | image: registry.example:5000/fogwhisk | spec.template.spec.containers[0].image
                    imagePullPolicy: IfNotPresent | imagePullPolicy: Always | spec.template.spec.containers[0].imagePullPolicy
                    seconds: 5 | seconds: 90 | spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds
                    memory: 384Mi | memory: 900Mi | spec.template.spec.containers[0].resources.requests.memory
                    replicas: 1 | replicas: 2 | spec.replicas
                    serviceName: site | serviceName: sites | spec.serviceName
                    targetPort: wskproxy | targetPort: wsk | spec.ports[0].targetPort
                    FOGWHISK_SITE_ID: dc-1 | FOGWHISK_SITE_IDENT: dc-1 | spec.template.spec.containers[0].env
                    FOGWHISK_SITE_ID: dc-1 | FOGWHISK_SITE_ID: DC 1 | spec.template.spec.containers[0].env
                    outbox-bytes: 1g | outbox-bites: 1g | spec.template.spec.containers[0].env
                    - up | - upp | spec.template.spec.containers[0].args
                    mountPath: /data | mountPath: /tmp | spec.template.spec.containers[0].volumeMounts[1].mountPath
                    namespace: dc-1 | namespace: dc-9 | metadata.namespace
                    terminationGracePeriodSeconds: 60 | terminationGracePeriodSeconds: 24 | spec.template.spec.terminationGracePeriodSeconds
                    maxUnavailable: 1 | maxUnavailable: 0% | spec.maxUnavailable
                    whenDeleted: Retain | whenDeleted: Keep | spec.persistentVolumeClaimRetentionPolicy.whenDeleted
                    """)
    void whatASiteMustNotLoseIsMissed(String before, String after, String path) {
        assertThat(CHECK.faults("dc-1", changed(site, before, after)))
                .extracting(Fault::path)
                .contains(path);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    readinessProbe: | spec.template.spec.containers[0].readinessProbe
                    livenessProbe: | spec.template.spec.containers[0].livenessProbe
                    lifecycle: | spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds
                    requests: | spec.template.spec.containers[0].resources.requests.memory
                    requests: | spec.template.spec.containers[0].resources.requests.cpu
                    limits: | spec.template.spec.containers[0].resources.limits.memory
                    """)
    void aSectionThatIsGoneIsMissed(String section, String path) {
        Matcher block = Pattern.compile("(?m)^( +)" + section + "\n(\\1 .*\n)+").matcher(site);
        assertThat(block.find()).isTrue();

        assertThat(CHECK.faults("dc-1", block.replaceAll("")))
                .extracting(Fault::path)
                .contains(path);
    }

    @Test
    void aBudgetThatIsGoneIsMissed() {
        String without = Arrays.stream(site.split("(?m)^---\n"))
                .filter(each -> !each.contains("kind: PodDisruptionBudget"))
                .collect(Collectors.joining("---\n"));

        assertThat(CHECK.faults("dc-1", without))
                .extracting(Fault::what)
                .containsExactly("must have one PodDisruptionBudget for its pods, has 0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    maxUnavailable: 0 | maxUnavailable: 1 | spec.strategy.rollingUpdate.maxUnavailable
                    matchLabels: | matchLabels:\\n      app.kubernetes.io/part-of: fogwhisk | spec.selector.matchLabels.app.kubernetes.io/part-of
                    matchLabels: | matchLabels:\\n      role.fogwhisk.io/metrics: "true" | spec.selector.matchLabels.role.fogwhisk.io/metrics
                    - metadata:\\n      name: data | - metadata:\\n      labels: {app.kubernetes.io/version: "1"}\\n      name: data | spec.volumeClaimTemplates[0].metadata.labels.app.kubernetes.io/version
                    EDGE_WSK_AUTH: | EDGE_WSK_KEY: | spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key
                    """)
    void whatSeparateWorkloadsMustNotLoseIsMissed(String before, String after, String path) {
        assertThat(CHECK.faults("separate", changed(separate, before, after)))
                .extracting(Fault::path)
                .contains(path);
    }

    /** With another text in the first place where one stands; all of them are of one kind. */
    private static String changed(String manifests, String before, String after) {
        String place = before.replace("\\n", "\n").replace("${version}", System.getProperty("fogwhisk.version"));
        assertThat(manifests).contains(place);
        return manifests.replaceFirst(Pattern.quote(place), Matcher.quoteReplacement(after.replace("\\n", "\n")));
    }
}
