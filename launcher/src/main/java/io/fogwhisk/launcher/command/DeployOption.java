package io.fogwhisk.launcher.command;

import io.fogwhisk.launcher.deploy.DeployFolder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the folder of manifests. */
final class DeployOption {

    @Option(
            names = "--k8s",
            paramLabel = "DIR",
            defaultValue = "k8s",
            description = "the folder of manifests (default ${DEFAULT-VALUE})")
    private Path folder = Path.of("k8s");

    /** The folder, checked. */
    DeployFolder read() {
        return new DeployFolder(folder);
    }
}
