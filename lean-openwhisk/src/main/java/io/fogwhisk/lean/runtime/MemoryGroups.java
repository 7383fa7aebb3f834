package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Control groups in which Linux itself holds what a child uses with all that it starts, where the server may make them
 * below its own: version 1 of the memory controller, or version 2. Thread-safe.
 */
final class MemoryGroups {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryGroups.class);
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String PREFIX = "fogwhisk-";
    private static final int REMOVALS = 20;
    private static final long REMOVAL_PAUSE_MILLIS = 10;

    private final Optional<Place> place;
    private final AtomicLong groups = new AtomicLong();

    /**
     * Where groups are made.
     *
     * @param parent the server's own group
     * @param limit the file that takes the bytes
     * @param events the file that counts what was ended for them, in a line {@code oom_kill <number>}
     */
    private record Place(Path parent, String limit, String events) {}

    /** Finds out whether groups can be made here, by making one; removes those that a killed server has left. */
    MemoryGroups() {
        place = find().filter(this::works);
        place.ifPresent(MemoryGroups::removeLeftOver);
    }

    /** Whether the system holds the memory of children. */
    boolean permitted() {
        return place.isPresent();
    }

    /**
     * Puts a process into a group of its own; what it starts from then on is in it, too.
     *
     * @return empty if it has ended, or where that is not permitted
     */
    Optional<Group> hold(long pid, long bytes) {
        if (place.isEmpty()) {
            return Optional.empty();
        }
        Group group = new Group(place.get());
        try {
            group.make(bytes);
            Files.writeString(group.folder.resolve("cgroup.procs"), Long.toString(pid));
            return Optional.of(group);
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("error", e.toString()).log("process not put into a control group");
            group.remove();
            return Optional.empty();
        }
    }

    private boolean works(Place candidate) {
        Group group = new Group(candidate);
        try {
            group.make(1L << 30);
            return true;
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("error", e.toString()).log("control groups cannot be made");
            return false;
        } finally {
            group.remove();
        }
    }

    private static void removeLeftOver(Place place) {
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(place.parent(), PREFIX + "*")) {
            for (Path group : groups) {
                long server = Long.parseLong(group.getFileName().toString().split("-", -1)[1]);
                if (ProcessHandle.of(server).isEmpty()) {
                    Files.delete(group);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.atDebug().addKeyValue("error", e.toString()).log("control groups of a former server are left behind");
        }
    }

    private static Optional<Place> find() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
                // hierarchy:controllers:path
                String[] fields = line.split(":", 3);
                Path path = Path.of(fields[2].substring(1));
                if (List.of(fields[1].split(",", -1)).contains("memory")) {
                    return Optional.of(new Place(
                            ROOT.resolve("memory").resolve(path), "memory.limit_in_bytes", "memory.oom_control"));
                }
                Path own = ROOT.resolve(path);
                if (fields[0].equals("0") && controls(own)) {
                    return Optional.of(new Place(own, "memory.max", "memory.events"));
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.atDebug().addKeyValue("error", e.toString()).log("no control groups here");
        }
        return Optional.empty();
    }

    private static boolean controls(Path own) throws IOException {
        Path handedDown = own.resolve("cgroup.subtree_control");
        return Files.exists(handedDown)
                && List.of(Files.readString(handedDown).trim().split(" ", -1)).contains("memory");
    }

    /** The group of one child. */
    final class Group {
        private final Place place;
        private final Path folder;

        private Group(Place place) {
            this.place = place;
            this.folder = place.parent()
                    .resolve(PREFIX + ProcessHandle.current().pid() + "-"
                            + Integer.toHexString(System.identityHashCode(MemoryGroups.this)) + "-"
                            + groups.incrementAndGet());
        }

        /** Whether the system has ended something in it for its memory. */
        boolean exhausted() {
            try {
                for (String line : Files.readAllLines(folder.resolve(place.events()))) {
                    if (line.startsWith("oom_kill ")) {
                        return !line.endsWith(" 0");
                    }
                }
            } catch (IOException e) {
                LOG.atDebug().addKeyValue("error", e.toString()).log("control group not readable");
            }
            return false;
        }

        /** Removes it; what was in it must have been ended, which the system may notice a moment later. */
        void remove() {
            for (int attempt = 1; Files.exists(folder); attempt++) {
                try {
                    Files.delete(folder);
                } catch (IOException e) {
                    if (attempt == REMOVALS) {
                        LOG.atWarn()
                                .addKeyValue("group", folder)
                                .addKeyValue("error", e.toString())
                                .log("control group of an action is left behind");
                        return;
                    }
                    pause();
                }
            }
        }

        private void make(long bytes) throws IOException {
            Files.createDirectory(folder);
            Files.writeString(folder.resolve(place.limit()), Long.toString(bytes));
        }

        private static void pause() {
            try {
                Thread.sleep(REMOVAL_PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LeanException(503, "the runtimes are being stopped", e);
            }
        }
    }
}
