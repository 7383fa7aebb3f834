package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real overlay must not lose: each loss is found with its place. */
class OverlayMutationTest {

    private static final OfflineCheck CHECK = new OfflineCheck(System.getProperty("fogwhisk.version"));

    @TempDir
    private static Path folder;

    private static String site;

    @BeforeAll
    static void render() throws IOException {
        DeployTree tree = DeployTree.copy(folder);
        tree.writeSecrets();
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
                    readinessProbe: | xReadinessProbe: | spec.template.spec.containers[0].xReadinessProbe
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
                    kind: PodDisruptionBudget | kind: ServiceAccount | kind
                    """)
    void whatASiteMustNotLoseIsMissed(String before, String after, String path) {
        String version = System.getProperty("fogwhisk.version");
        String place = before.replace("${version}", version);
        assertThat(site).contains(place);

        // The first place is enough: all of them are of one kind.
        String changed = site.replaceFirst(Pattern.quote(place), Matcher.quoteReplacement(after));

        assertThat(CHECK.faults("dc-1", changed)).extracting(Fault::path).contains(path);
    }
}
