package io.fogwhisk.lean.identity;

import io.fogwhisk.base.file.LockFile;
import io.fogwhisk.base.file.PrivateFile;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.EntityListing.Registration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of a site's data folder that several processes edit in turns, by a lock, and that each reader sees whole.
 *
 * <p>Life cycle: {@link #read} and {@link #edit} work without a start. After {@link #start} a change by whomever is known
 * within a second; while the file can't be read, the last content that could be read goes on to hold.
 *
 * <p>Threads: one of its own looks at the file; the methods may be called by any.
 *
 * @param <E> one entry of the file, immutable
 */
final class WatchedFile<E> implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
    private static final long LOOK_MILLIS = 500;
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(10);

    private final String what;
    private final Path file;
    private final Path lockFile;
    private final Form<E> form;
    private final ScheduledExecutorService watching;
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile List<E> known = List.of();
    private Optional<Stamp> seen = Optional.empty();
    private String fault = "";

    /**
     * A file that need not be there.
     *
     * @param site in the thread's name
     * @param what its entries are called in messages, such as {@code identities}
     */
    WatchedFile(String site, String what, Path file, Form<E> form) {
        this.what = what;
        this.file = file;
        // One for all such files, as they share the key file that the first of them makes.
        this.lockFile = file.resolveSibling("identities.lock");
        this.form = form;
        this.watching = Executors.newSingleThreadScheduledExecutor(NamedThreads.single(site + "-" + what));
    }

    /** How the file is written. Its methods throw {@link LeanException}, whose messages do not hold the text. */
    interface Form<E> {

        /** Reads a whole text. */
        List<E> read(String text);

        /** Checks what an edit made and returns it. */
        List<E> checked(List<E> entries);

        /** Writes a whole text in the place of one with other entries. */
        String write(List<E> before, List<E> after);
    }

    @Override
    public void start() {
        synchronized (this) {
            seen = stamp();
            known = read();
        }
        tell();
        Future<?> unused = watching.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What was read or written last; nothing before the start. */
    List<E> known() {
        return known;
    }

    /** Calls a listener, which must not block, after every change of {@link #known}. */
    Registration onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /**
     * What the file holds now; nothing if there is no file yet.
     *
     * @throws LeanException if it can't be read
     */
    List<E> read() {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new LeanException(500, "cannot read the " + what + " file " + file + ": " + e, e);
        }
        return form.read(text);
    }

    /**
     * Changes the file. The change is on the disk when this returns, and known here at once.
     *
     * @throws LeanException if the form does not take it, or the file can't be read or written
     */
    List<E> edit(UnaryOperator<List<E>> change) {
        List<E> after;
        synchronized (this) {
            try {
                LockFile lock = lock();
                try {
                    after = editLocked(change);
                } finally {
                    lock.close();
                }
            } catch (IOException e) {
                throw new LeanException(500, "cannot write the " + what + " file " + file + ": " + e, e);
            }
        }
        tell();
        return after;
    }

    @Override
    public void close() {
        watching.shutdownNow();
    }

    private List<E> editLocked(UnaryOperator<List<E>> change) throws IOException {
        List<E> before = read();
        List<E> after = form.checked(change.apply(before));
        if (!after.equals(before)) {
            PrivateFile.replace(file, form.write(before, after).getBytes(StandardCharsets.UTF_8));
        }
        seen = stamp();
        known = after;
        return after;
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    /** Looks at once whether the file was changed, as it does by itself now and then. */
    void look() {
        if (changed()) {
            tell();
        }
    }

    private synchronized boolean changed() {
        boolean changed = false;
        try {
            Optional<Stamp> now = stamp();
            if (now.equals(seen) && fault.isEmpty()) {
                return false;
            }
            boolean wasThere = seen.isPresent();
            seen = now;
            if (now.isPresent()) {
                known = read();
                changed = true;
                LOG.atInfo()
                        .addKeyValue("file", file)
                        .addKeyValue("entries", known.size())
                        .log(what + " changed");
            } else if (wasThere) {
                LOG.atWarn().addKeyValue("file", file).log(what + " file is gone, the last known ones hold");
            }
            fault = "";
        } catch (RuntimeException e) {
            // Read again at each look, as the key file may be what is wrong; but said once.
            String message = String.valueOf(e.getMessage());
            if (!message.equals(fault)) {
                LOG.atError()
                        .addKeyValue("file", file)
                        .addKeyValue("error", message)
                        .log(what + " file can't be read, the last known ones hold");
            }
            fault = message;
        }
        return changed;
    }

    private LockFile lock() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return LockFile.take(lockFile, LOCK_LIMIT)
                .orElseThrow(() -> new LeanException(
                        503, "another process is editing " + file + " and does not come to an end; try again"));
    }

    private Optional<Stamp> stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new Stamp(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new LeanException(500, "cannot look at the " + what + " file " + file + ": " + e, e);
        }
    }

    /** What tells one version of the file from the next. */
    private record Stamp(FileTime modified, long size, String fileKey) {}
}
