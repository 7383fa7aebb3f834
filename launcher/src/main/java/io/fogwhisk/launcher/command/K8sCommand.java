package io.fogwhisk.launcher.command;

import io.fogwhisk.launcher.deploy.SecretFiles;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
