package io.fogwhisk.base.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file whose lock at most one owner holds, in this process or any other of the machine; it tells the owner's process
 * id. The lock ends with the process, however that ends; the file stays.
 *
 * <p>Threads: any may close it.
 */
public final class LockFile implements AutoCloseable {

    private static final long LOOK_MILLIS = 20;

    private final FileChannel channel;

    private LockFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock, or returns empty if somebody else has held it all the time.
     *
     * @param file created if it is not there, in a folder that exists
     * @param limit how long to wait for it, zero or more
     */
    public static Optional<LockFile> take(Path file, Duration limit) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PrivateFile.ownerOnly());
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                Attempt attempt = attempt(channel);
                if (attempt == Attempt.TAKEN) {
                    channel.truncate(0);
                    channel.write(ByteBuffer.wrap(
                            String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
                    return Optional.of(new LockFile(channel));
                }
                if (System.nanoTime() >= end) {
                    if (attempt == Attempt.OTHER_PROCESS) {
                        channel.close();
                    }
                    // Otherwise left open: on POSIX, closing it would end the lock that this process holds.
                    return Optional.empty();
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the lock " + file, e);
        }
    }

    /** The process that holds, or last held, a lock; empty if that can't be read. Not for a lock of this process. */
    public static OptionalLong holder(Path file) {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII)));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Lets go of the lock; idempotent. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static Attempt attempt(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock == null ? Attempt.OTHER_PROCESS : Attempt.TAKEN;
        } catch (OverlappingFileLockException e) {
            return Attempt.THIS_PROCESS;
        }
    }

    private enum Attempt {
        TAKEN,
        OTHER_PROCESS,
        THIS_PROCESS
    }
}
