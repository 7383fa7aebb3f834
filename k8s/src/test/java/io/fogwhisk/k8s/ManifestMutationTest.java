package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small changes of a manifest that is without fault: what is wrong is found, what is right is let be. */
class ManifestMutationTest {

    private static final OfflineCheck CHECK = new OfflineCheck("1.0");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            strategy: | strategy:\\n    type: Rolling | spec.strategy.type
            path: /ready | path: /ready\\n              scheme: http | spec.template.spec.containers[0].readinessProbe.httpGet.scheme
            readinessProbe: | readinessProbe:\\n            tcpSocket: {port: http} | spec.template.spec.containers[0].readinessProbe
            restartPolicy: Never | restartPolicy: Always | spec.jobTemplate.spec.template.spec.restartPolicy
            */15 3 | */0 3 | spec.schedule
            */15 3 | 20-10 3 | spec.schedule
            - port: http | - port: htp | spec.ingress[0].ports[0].port
            - ipBlock:\\n            cidr: 10.0.0.0/8 | - podSelector: {matchLabels: {app: gone}} | spec.ingress[0].from[0].podSelector
            - ipBlock:\\n            cidr: 10.0.0.0/8 | - podSelector: {matchLabels: {role.fogwhisk.io/gone: "true"}} | spec.ingress[0].from[0].podSelector
            targetPort: admin | targetPort: 9999 | spec.ports[1].targetPort
            drop: [ALL] | drop: [ALL]\\n            runAsNonRoot: false | spec.template.spec.containers[0].securityContext.runAsNonRoot
            drop: [ALL] | drop: [ALL]\\n            runAsUser: 0 | spec.template.spec.containers[0].securityContext.runAsUser
            drop: [ALL] | drop: [ALL]\\n            seccompProfile: {type: Unconfined} | spec.template.spec.containers[0].securityContext.seccompProfile.type
            drop: [ALL] | drop: [ALL]\\n            procMount: Unmasked | spec.template.spec.containers[0].securityContext.procMount
            runAsUser: 10001 | runAsUser: 10001\\n        sysctls: [{name: kernel.msgmax, value: "1"}] | spec.template.spec.securityContext.sysctls
            emptyDir:\\n            sizeLimit: 64Mi | hostPath: {path: /etc} | spec.template.spec.volumes[0].hostPath
            emptyDir:\\n            sizeLimit: 64Mi | nfs: {server: files.example, path: /a} | spec.template.spec.volumes[0].nfs
            minAvailable: 1 | minAvailable: 100% | spec.minAvailable
            minAvailable: 1 | minAvailable: 51% | spec.minAvailable
            minAvailable: 1 | maxUnavailable: 0 | spec.maxUnavailable
            """)
    void whatIsWrongIsFound(String before, String after, String path) throws IOException {
        assertThat(CHECK.faults("changed", changed(before, after)))
                .extracting(Fault::path)
                .contains(path);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            enableServiceLinks: false | enableServiceLinks: false\\n      tolerations: [{key: a, operator: Equal, value: b}]
            */15 3 | 10-20/5,30 3
            - ipBlock:\\n            cidr: 10.0.0.0/8 | - podSelector: {matchLabels: {role.fogwhisk.io/mqtt: "true"}}
            - ipBlock:\\n            cidr: 10.0.0.0/8 | - podSelector: {matchLabels: {app.kubernetes.io/name: sweeper}}
            targetPort: admin | targetPort: 8081
            minAvailable: 1 | minAvailable: 50%
            minAvailable: 1 | maxUnavailable: 10%
            """)
    void whatIsRightIsLetBe(String before, String after) throws IOException {
        assertThat(CHECK.faults("changed", changed(before, after))).isEmpty();
    }

    /** The good manifest with another text in the first place where one stands. */
    private static String changed(String before, String after) throws IOException {
        String good = Files.readString(Path.of("src/test/resources/manifests/good.yaml"));
        String place = before.replace("\\n", "\n");
        assertThat(good).contains(place);
        return good.replaceFirst(Pattern.quote(place), Matcher.quoteReplacement(after.replace("\\n", "\n")));
    }
}
