package io.fogwhisk.lean.runtime;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.lean.store.LeanException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where processes with code of users run: each in a folder of its own, with a clean environment, and on Linux as root
 * under a user id of its own, with bounds on processes and files, and not longer than this server. What the machine does
 * not permit is logged once and left out, except that without network is never left out.
 *
 * <p>Thread-safe. {@link #open} comes first, and {@link #close} after all places were released.
 */
final class Sandbox implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int MAX_OUTPUT = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration GONE = Duration.ofSeconds(2);

    private final String name;
    private final RuntimeSettings settings;
    private final SandboxTools tools = SandboxTools.find();
    private final ProcessTable processes = new ProcessTable();
    private final ChildUsers users;
    private final MemoryGroups groups = new MemoryGroups();
    private final AtomicInteger places = new AtomicInteger();
    /** A child ends with the thread that has started it: all are started by this one, which ends with this sandbox. */
    private final ExecutorService spawner;

    private volatile Path root = Path.of("");

    /** A sandbox that is not open yet. */
    Sandbox(String name, RuntimeSettings settings) {
        this.name = name;
        this.settings = settings;
        this.users = new ChildUsers(usersFolder(settings.workFolder()), this::endAllOf);
        this.spawner = Executors.newSingleThreadExecutor(NamedThreads.single(name + "-spawner"));
    }

    /**
     * Makes the folder that all places are in.
     *
     * @throws LeanException if it cannot be made
     */
    void open() {
        try {
            Files.createDirectories(settings.workFolder());
            root = Files.createTempDirectory(settings.workFolder().toAbsolutePath(), "fogwhisk-");
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new LeanException(500, "cannot make a folder for actions in " + settings.workFolder(), e);
        }
        List<String> missing = new ArrayList<>(tools.missing());
        if (!holdsMemory()) {
            missing.add("memory held by the system");
        }
        if (!missing.isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("runtimes", name)
                    .addKeyValue("missing", missing)
                    .log("actions are not held back by all means");
        }
    }

    /** The folder that all places are in, which any user may enter and nobody may list. */
    Path root() {
        return root;
    }

    /** What runs on this machine. */
    ProcessTable processes() {
        return processes;
    }

    /** Has the system hold the memory of a process and of what it starts, where that is permitted. */
    Optional<MemoryGroups.Group> hold(Process process, long bytes) {
        return groups.hold(process.pid(), bytes);
    }

    /** Whether the system holds the memory of children, beside the watch over it. */
    boolean holdsMemory() {
        return groups.permitted();
    }

    /** Whether the system itself bounds the number of processes of a child. */
    boolean boundsProcesses() {
        return tools.ownUsers() && tools.prlimit().isPresent();
    }

    /**
     * Makes a place for a child; its folder belongs to the server until something is started in it.
     *
     * @throws LeanException if the machine has no room for it
     */
    ChildPlace claim() {
        OptionalInt user = tools.ownUsers() ? OptionalInt.of(users.claim()) : OptionalInt.empty();
        try {
            Path folder = Files.createDirectory(
                    root.resolve("child-" + places.incrementAndGet()),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return new ChildPlace(folder, user);
        } catch (IOException e) {
            user.ifPresent(users::release);
            throw new LeanException(500, "cannot make a folder for an action in " + root, e);
        }
    }

    private void give(ChildPlace place) {
        if (place.user().isEmpty()) {
            return;
        }
        try {
            FileTree.give(place.folder(), place.user().getAsInt());
        } catch (IOException e) {
            throw new LeanException(500, "cannot give " + place.folder() + " to the user of an action", e);
        }
    }

    /**
     * Starts a command in a place, whose files then belong to its user; its standard output and error are pipes, its standard input is empty.
     *
     * @param environment added to the little that every child has
     * @throws LeanException if it cannot be started
     */
    Process start(ChildPlace place, List<String> command, Map<String, String> environment) {
        if (!settings.network() && tools.unshare().isEmpty()) {
            throw new LeanException(
                    500, "actions must not use the network, but this machine has no unshare to take it from them");
        }
        give(place);
        ProcessBuilder builder = new ProcessBuilder(tools.wrap(command, place.user(), settings.network()));
        builder.directory(place.folder().toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        Map<String, String> env = builder.environment();
        env.clear();
        env.put("PATH", PATH);
        env.put("LANG", "C.UTF-8");
        env.put("HOME", place.folder().toString());
        env.put("TMPDIR", place.folder().toString());
        env.putAll(environment);
        try {
            return spawner.submit(builder::start).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new LeanException(500, "cannot start " + command.get(0) + ": " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new LeanException(503, "starting " + command.get(0) + " took too long", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LeanException(503, "the runtimes are being stopped", e);
        }
    }

    /**
     * Ends a process with everything it has started, removes the folder and frees the user; waits for it, for a bounded
     * time.
     */
    void release(ChildPlace place, Optional<Process> process) {
        process.ifPresent(running -> {
            ProcessTable.Snapshot before =
                    place.user().isPresent() ? ProcessTable.Snapshot.EMPTY : processes.snapshot();
            running.destroyForcibly();
            if (place.user().isPresent()) {
                endAllOf(place.user().getAsInt());
            } else {
                endFamily(running.pid(), before);
            }
            if (!exited(running)) {
                LOG.atWarn()
                        .addKeyValue("runtimes", name)
                        .addKeyValue("process", running.pid())
                        .log("process of an action does not end");
            }
        });
        try {
            FileTree.delete(place.folder());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("runtimes", name)
                    .addKeyValue("folder", place.folder())
                    .addKeyValue("error", e.toString())
                    .log("folder of an action is left behind");
        }
        place.user().ifPresent(users::release);
    }

    /** Runs a command in a place of its own and reads what it writes; empty if it fails or takes too long. */
    Optional<String> output(List<String> command, Duration patience) {
        ChildPlace place = claim();
        Optional<Process> started = Optional.empty();
        try {
            Process process = start(place, command, Map.of());
            started = Optional.of(process);
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                return Optional.empty();
            }
            return Optional.of(read(process.getInputStream()) + read(process.getErrorStream()));
        } catch (IOException | LeanException e) {
            LOG.atDebug()
                    .addKeyValue("command", command.get(0))
                    .addKeyValue("error", e.toString())
                    .log("program cannot be used for actions");
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            release(place, started);
        }
    }

    @Override
    public void close() {
        spawner.shutdownNow();
        users.close();
        if (!root.toString().isEmpty()) {
            try {
                FileTree.delete(root);
            } catch (IOException e) {
                LOG.atWarn()
                        .addKeyValue("runtimes", name)
                        .addKeyValue("folder", root)
                        .addKeyValue("error", e.toString())
                        .log("folder of the actions is left behind");
            }
        }
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
    }

    private void endAllOf(int user) {
        try {
            Process killer = new ProcessBuilder(tools.killAll(user))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            exited(killer);
            awaitNone(user);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("runtimes", name)
                    .addKeyValue("error", e.toString())
                    .log("processes of an action may be left behind");
        }
    }

    /** What was ended counts as one of the user's processes until its parent has noticed. */
    private void awaitNone(int user) {
        long until = System.nanoTime() + GONE.toNanos();
        while (processes.hasAny(user) && System.nanoTime() < until) {
            LockSupport.parkNanos(this, GONE.toNanos() / 500);
        }
    }

    /** Each look may find what was started since the one before. */
    private void endFamily(long process, ProcessTable.Snapshot before) {
        ProcessTable.Snapshot now = before;
        for (int look = 0; look < 20; look++) {
            List<Long> family = now.family(process);
            family.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            if (look > 0 && family.isEmpty()) {
                return;
            }
            now = processes.snapshot();
        }
    }

    private static boolean exited(Process process) {
        try {
            return process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Path usersFolder(Path workFolder) {
        Path run = Path.of("/run");
        return (Files.isWritable(run) ? run : workFolder.toAbsolutePath()).resolve("fogwhisk-users");
    }
}
