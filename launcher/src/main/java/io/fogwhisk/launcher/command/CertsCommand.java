package io.fogwhisk.launcher.command;

import io.fogwhisk.base.certificate.HostNames;
import io.fogwhisk.base.certificate.TestAuthority;
import io.fogwhisk.base.certificate.TestAuthority.Wanted;
import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.edge.security.Announcers;
import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes an authority and certificates with which to try {@code --secure}. */
@Command(
        name = "certs",
        description = "Makes a certificate authority and certificates for trying out --secure.",
        mixinStandardHelpOptions = true)
public final class CertsCommand implements Callable<Integer> {

    private static final String CLIENTS = "edge-client";
    private static final String SERVER = "serverAuth";
    private static final String CLIENT = "clientAuth";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            defaultValue = "certs",
            description = "where to put the files (default ${DEFAULT-VALUE})")
    private Path folder = Path.of("certs");

    @Option(
            names = "--hosts",
            paramLabel = "HOST",
            split = ",",
            description = "names and addresses under which nodes are reached (default those of this machine)")
    private List<String> hosts = List.of();

    @Option(
            names = "--nodes",
            paramLabel = "NAME",
            split = ",",
            description = "further certificates of nodes, good for their ports and their calls")
    private List<String> nodes = List.of();

    @Option(
            names = "--clients",
            paramLabel = "NAME",
            split = ",",
            description = "further certificates of clients, which may run lambdas but not announce")
    private List<String> clients = List.of();

    @Option(
            names = "--days",
            defaultValue = "90",
            description = "for how long everything is valid (default ${DEFAULT-VALUE})")
    private int days = 90;

    @Option(names = "--force", description = "replace files that are there")
    private boolean force;

    @Override
    public Integer call() {
        List<Wanted> wanted = wanted();
        TestAuthority authority = authority();
        List<Path> files = authority.files(wanted);
        if (!force) {
            files.stream().filter(Files::exists).findFirst().ifPresent(there -> {
                throw new LauncherException(there + " is there already; --force replaces it, and with it the authority"
                        + " that every node of the domain must know");
            });
        }
        PrintWriter out = spec.commandLine().getOut();
        try {
            authority.make(wanted);
        } catch (IOException e) {
            throw new LauncherException("cannot make certificates in " + folder + ": " + e.getMessage(), e);
        }
        files.forEach(out::println);
        out.println("For trials only: the authority's key is gone, and nobody checked who is who. Valid for " + days
                + " days.");
        out.println("Nodes: CERT_DIR=" + folder + " fogwhisk edge-router --secure ...");
        out.println("Clients: CERT_DIR=" + folder + " CLIENT_CRT=" + CLIENTS + ".crt CLIENT_KEY=" + CLIENTS
                + ".key fogwhisk edge-client --secure ...");
        out.flush();
        return 0;
    }

    private TestAuthority authority() {
        if (days < 1 || days > 3_650) {
            throw new ConfigException(List.of("--days must be 1 to 3650, was " + days));
        }
        return new TestAuthority(folder, days);
    }

    private List<Wanted> wanted() {
        try {
            List<Wanted> wanted = new ArrayList<>();
            wanted.add(new Wanted("server", Announcers.UNIT, hosts(), List.of(SERVER)));
            wanted.add(new Wanted("client", Announcers.UNIT, List.of(), List.of(CLIENT)));
            wanted.add(new Wanted(CLIENTS, CLIENTS, List.of(), List.of(CLIENT)));
            nodes.forEach(name -> wanted.add(new Wanted(name, Announcers.UNIT, hosts(), List.of(SERVER, CLIENT))));
            clients.forEach(name -> wanted.add(new Wanted(name, CLIENTS, List.of(), List.of(CLIENT))));
            Set<String> names = new LinkedHashSet<>();
            for (Wanted each : wanted) {
                if (!names.add(each.name())) {
                    throw new IllegalArgumentException("two certificates would have the name " + each.name());
                }
            }
            return wanted;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(List.of("--hosts, --nodes or --clients: " + e.getMessage()));
        }
    }

    private List<String> hosts() {
        if (!hosts.isEmpty()) {
            return hosts;
        }
        List<String> own = new ArrayList<>(HostNames.loopback());
        HostNames.ofThisMachine().filter(name -> !own.contains(name)).ifPresent(own::add);
        return own;
    }
}
