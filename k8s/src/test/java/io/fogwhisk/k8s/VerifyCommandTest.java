package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.launcher.Fogwhisk;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code fogwhisk k8s verify} with the real kubectl, and no cluster. */
class VerifyCommandTest {

    @TempDir
    private Path folder;

    @Test
    void whereNoClusterAnswersItSaysSoAndTriesNothing() throws IOException {
        DeployTree tree = DeployTree.copy(folder.resolve("k8s"));
        tree.writeSecrets();
        // Renders, so kubectl is there.
        assertThat(tree.render("sites/dc-1")).isNotEmpty();
        Path configuration = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: none, cluster: {server: "https://127.0.0.1:1"}}]
                contexts: [{name: none, context: {cluster: none, user: none}}]
                users: [{name: none, user: {token: none}}]
                current-context: none
                """);
        Path program = Files.writeString(
                folder.resolve("kubectl"), "#!/bin/sh\nexec kubectl --kubeconfig=" + configuration + " \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

        StringWriter out = new StringWriter();
        CommandLine line = Fogwhisk.commandLine().setOut(new PrintWriter(out));
        int code = line.execute("k8s", "verify", "--k8s", tree.root().toString(), "--kubectl", program.toString());

        assertThat(code).isEqualTo(2);
        assertThat(out.toString())
                .startsWith("no cluster answers: set KUBECONFIG to one that may be used for a trial. kubectl says:")
                .contains("127.0.0.1:1");
    }
}
