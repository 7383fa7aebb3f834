package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Unprivileged user ids for children, no two children alive on the machine under the same. A file per id in a folder of
 * the machine tells which server has it; the id of a server that is gone is taken over. Thread-safe.
 */
final class ChildUsers implements AutoCloseable {

    /** Free for such use: above what systemd keeps for home directories, below its dynamic users. */
    static final int FIRST = 60_800;

    /** One more than the last. */
    static final int END = 61_180;

    /** So many ids rest before one is used again: the system counts processes until their end was noticed. */
    private static final int RESTING = 16;

    private final Path folder;
    private final IntConsumer evict;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final Set<Integer> owned = new HashSet<>();

    /**
     * No id taken yet.
     *
     * @param folder where the servers of this machine agree on ids
     * @param evict ends what a server that is gone has left behind under an id
     */
    ChildUsers(Path folder, IntConsumer evict) {
        this.folder = folder;
        this.evict = evict;
    }

    /**
     * Takes an id.
     *
     * @throws LeanException if all are taken or the folder cannot be written
     */
    synchronized int claim() {
        if (free.size() >= RESTING) {
            return free.removeFirst();
        }
        // One thread of a process at a time: a process that closes a lock file loses its other locks on it.
        synchronized (ChildUsers.class) {
            try {
                Files.createDirectories(folder);
                try (FileChannel channel = FileChannel.open(
                                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (!lock.isValid()) {
                        throw new LeanException(500, "the lock of " + folder + " was lost");
                    }
                    return claimLocked();
                }
            } catch (IOException e) {
                throw new LeanException(500, "cannot take a user id for an action in " + folder, e);
            }
        }
    }

    /** Gives an id back once nothing runs under it. */
    synchronized void release(int user) {
        free.addLast(user);
    }

    @Override
    public synchronized void close() {
        for (int user : owned) {
            // Should it stay, the next server finds that its process is gone, and takes the id over.
            file(user).toFile().delete();
        }
        owned.clear();
        free.clear();
    }

    private int claimLocked() throws IOException {
        for (int user = FIRST; user < END; user++) {
            Path file = file(user);
            boolean known = Files.exists(file);
            if (known && ownerIsAlive(file)) {
                continue;
            }
            if (known) {
                evict.accept(user);
            }
            Files.writeString(file, self());
            owned.add(user);
            return user;
        }
        throw new LeanException(503, "all " + (END - FIRST) + " user ids for actions are taken");
    }

    private Path file(int user) {
        return folder.resolve(Integer.toString(user));
    }

    private static String self() {
        ProcessHandle self = ProcessHandle.current();
        return self.pid() + " " + started(self);
    }

    private static boolean ownerIsAlive(Path file) throws IOException {
        String owner;
        try {
            owner = Files.readString(file).trim();
        } catch (NoSuchFileException e) {
            // Its owner has given it back this moment.
            return false;
        }
        int space = owner.indexOf(' ');
        if (space < 0) {
            return false;
        }
        try {
            return ProcessHandle.of(Long.parseLong(owner.substring(0, space)))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> started(process).equals(owner.substring(space + 1)))
                    .isPresent();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("-");
    }
}
