package io.fogwhisk.launcher.command;

import io.fogwhisk.launcher.deploy.ClusterTrial;
import io.fogwhisk.launcher.deploy.DeployFolder;
import io.fogwhisk.launcher.deploy.SecretFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What Kubernetes needs beside kubectl: secrets that fit together, and a trial on a cluster. */
@Command(
        name = "k8s",
        description = "Writes the secrets of the sites on Kubernetes, and tries them on a cluster.",
        mixinStandardHelpOptions = true)
public final class K8sCommand implements Callable<Integer> {

    private static final int WRONG_USAGE = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(out());
        return WRONG_USAGE;
    }

    @Command(
            description =
                    "Writes what is missing in each overlay's secret.env: random keys and tokens, the same at both"
                            + " ends. What is there stays.",
            mixinStandardHelpOptions = true)
    int secrets(@Mixin DeployOption option) {
        SecretFiles.Result result = new SecretFiles(option.read()).write();
        PrintWriter out = out();
        result.written().forEach(file -> out.println("wrote " + file));
        if (result.written().isEmpty()) {
            out.println("nothing was missing");
        }
        result.wanted().forEach(out::println);
        out.flush();
        return result.wanted().isEmpty() ? 0 : 1;
    }

    @Command(
            description = {
                "Tries overlays on the cluster of KUBECONFIG: dry run, apply, rollout, a reading in and its points out,"
                        + " diff; then deletes the namespaces that it made. Takes some minutes.",
                "Exit code: 0 everything went well, 1 something did not, 2 no cluster answers."
            },
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(paramLabel = "OVERLAY", arity = "0..*", description = "folders; by default all of them")
                    List<Path> folders,
            @Option(names = "--kubectl", hidden = true, defaultValue = "kubectl") String program,
            @Mixin DeployOption option) {
        List<Path> tried = folders == null || folders.isEmpty() ? all(option.read()) : folders;
        return switch (new ClusterTrial(program, tried, out()).run()) {
            case PASSED -> 0;
            case FAILED -> 1;
            case NO_CLUSTER -> WRONG_USAGE;
        };
    }

    private static List<Path> all(DeployFolder folder) {
        return Stream.concat(folder.central().stream(), folder.sites().stream()).toList();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
