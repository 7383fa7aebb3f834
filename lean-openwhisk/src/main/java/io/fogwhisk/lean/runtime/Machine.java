package io.fogwhisk.lean.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is there to run code with, seen with the eyes of the unprivileged user that runs it. */
final class Machine {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Sandbox sandbox;
    private final RunnerFiles runners;

    Machine(Sandbox sandbox, RunnerFiles runners) {
        this.sandbox = sandbox;
        this.runners = runners;
    }

    /**
     * The files of a name on the path of this process, absolute, in its order, each once; without those that lie where
     * the unprivileged user cannot go. They may still not work for the user.
     */
    List<Path> onPath(String name) {
        List<Path> found = new ArrayList<>();
        Set<Path> known = new HashSet<>();
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(":", -1)) {
            Path file = Path.of(folder).resolve(name);
            if (file.isAbsolute()
                    && Files.isRegularFile(file)
                    && Files.isExecutable(file)
                    && reachable(file)
                    && known.add(real(file))) {
                found.add(file);
            }
        }
        return found;
    }

    /**
     * Runs a command as the unprivileged user and reads what it writes, up to 64 KiB.
     *
     * @return its standard output and error; empty if it cannot be started, fails or takes too long
     */
    Optional<String> output(List<String> command) {
        return sandbox.output(command, PATIENCE);
    }

    /**
     * A runner, copied where the unprivileged user can read it.
     *
     * @param resource the name of a resource of this package
     */
    Path runner(String resource) {
        return runners.file(resource);
    }

    /**
     * A runner that is made on the spot, where the unprivileged user can read it.
     *
     * @param name of its file
     */
    Path runner(String name, RunnerFiles.Contents contents) {
        return runners.file(name, contents);
    }

    /** To start a command just to see it fail takes many times as long as this look. */
    private boolean reachable(Path file) {
        if (!sandbox.boundsProcesses()) {
            return true;
        }
        try {
            for (Path folder = real(file).getParent(); folder != null; folder = folder.getParent()) {
                if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file;
        }
    }
}
