package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.WhiskAction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The children of the kinds that the configuration names an executable for. It is started in the sandbox with the port to
 * listen at, on the loopback address, in {@code PORT} and {@code FOGWHISK_PORT}. Whatever runs on the machine can reach
 * that port: the protocol knows no secret.
 */
final class ExecutableChildren implements ChildSource {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutableChildren.class);
    /** These have a default of their own. */
    private static final Set<String> OWN_FAMILIES = Set.of("nodejs", "python", "java");

    private final Sandbox sandbox;
    private final Map<String, List<String>> commands;
    private final Executor threads;
    private final Supplier<String> apiHost;
    private final List<RuntimeKind> kinds;

    /**
     * The kinds whose executable is there.
     *
     * @param sandbox open
     * @param threads that may wait
     * @param apiHost where code finds the OpenWhisk it runs in
     */
    ExecutableChildren(
            String name, Sandbox sandbox, RuntimeSettings settings, Executor threads, Supplier<String> apiHost) {
        this.sandbox = sandbox;
        this.threads = threads;
        this.apiHost = apiHost;
        this.commands = new TreeMap<>();
        settings.executables().forEach((kind, command) -> {
            String missing = missing(command, settings.network());
            if (missing.isEmpty()) {
                commands.put(kind, command);
            } else {
                LOG.atWarn()
                        .addKeyValue("runtimes", name)
                        .addKeyValue("kind", kind)
                        .addKeyValue("error", missing)
                        .log("kind is not offered");
            }
        });
        this.kinds = kinds(commands.keySet());
    }

    @Override
    public List<RuntimeKind> kinds() {
        return kinds;
    }

    @Override
    public boolean runs(WhiskAction action) {
        return commands.containsKey(action.exec().kind());
    }

    @Override
    public Child start(RunRequest request) {
        WhiskAction action = request.action();
        List<String> command = commands.get(action.exec().kind());
        if (command == null) {
            throw new LeanException(500, "nothing here runs " + action.name());
        }
        ChildPlace place = sandbox.claim();
        boolean done = false;
        try {
            InetSocketAddress address = freeAddress();
            String port = Integer.toString(address.getPort());
            Process process = sandbox.start(
                    place, command, Map.of("PORT", port, "FOGWHISK_PORT", port, "__OW_API_HOST", apiHost.get()));
            ChildProcess child =
                    new ChildProcess(sandbox, place, process, action.limits().memoryMb());
            done = true;
            return new HttpChild(
                    new ProcessContainer(child, address), request.code().get(), threads);
        } finally {
            if (!done) {
                sandbox.release(place, Optional.empty());
            }
        }
    }

    @Override
    public void close() {
        // All that was started are children.
    }

    private static String missing(List<String> command, boolean network) {
        if (!network) {
            return "without network its port cannot be reached";
        }
        if (command.isEmpty()) {
            return "its command is empty";
        }
        Path program = Path.of(command.get(0));
        return program.isAbsolute() && Files.isExecutable(program)
                ? ""
                : program + " is not the absolute path of an executable";
    }

    /** In the order of their names; the last of a family is its default. */
    private static List<RuntimeKind> kinds(Set<String> names) {
        Map<String, String> defaults =
                names.stream().collect(Collectors.toMap(ExecutableChildren::family, kind -> kind, (a, b) -> b));
        List<RuntimeKind> kinds = new ArrayList<>();
        for (String kind : names) {
            String family = family(kind);
            boolean isDefault = !OWN_FAMILIES.contains(family) && kind.equals(defaults.get(family));
            kinds.add(new RuntimeKind(kind, family, "fogwhisk/" + kind, isDefault, false));
        }
        return List.copyOf(kinds);
    }

    private static String family(String kind) {
        int colon = kind.indexOf(':');
        return colon < 0 ? kind : kind.substring(0, colon);
    }

    /** Free at this moment; if somebody else takes it, the executable ends, and so does its start. */
    private static InetSocketAddress freeAddress() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        } catch (IOException e) {
            throw new LeanException(500, "there is no free port for an action: " + e.getMessage(), e);
        }
    }
}
