package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.command.Interrupt;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/** A role that runs in this process until it is told to stop, by Ctrl-C or SIGTERM; then it leaves in good order. */
final class RoleProcess {

    // A farewell, and ten seconds for calls under way.
    private static final Duration CLOSING = Duration.ofSeconds(20);

    private RoleProcess() {}

    /**
     * Starts a role and waits.
     *
     * @param start starts the role's services and returns what they say of themselves, such as where they listen
     * @return the exit code
     */
    static int run(CommandSpec spec, Function<ServiceGroup, String> start) {
        PrintWriter out = spec.commandLine().getOut();
        try (Interrupt interrupt = new Interrupt(CLOSING, "calls under way were given up");
                ServiceGroup services = new ServiceGroup(spec.name())) {
            out.println(spec.name() + ": " + start.apply(services));
            out.flush();
            interrupt.await();
            out.println("stopping");
            out.flush();
            return 0;
        }
    }
}
