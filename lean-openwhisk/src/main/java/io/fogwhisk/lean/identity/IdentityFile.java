package io.fogwhisk.lean.identity;

import io.fogwhisk.base.file.LockFile;
import io.fogwhisk.base.file.PrivateFile;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identities of a site, in {@code identities.json} of its data folder; their keys are encrypted under
 * {@code site.key} beside it. Other processes may edit the file at any time: they take turns by a lock, and each reader
 * sees a whole file.
 *
 * <p>Life cycle: {@link #entries} and {@link #edit} work without a start. After {@link #start} what the file says holds,
 * and a change holds within a second; while the file can't be read, the last content that could be read goes on to
 * hold.
 *
 * <p>Threads: one of its own looks at the file; the methods may be called by any.
 */
public final class IdentityFile implements IdentitySource, Service {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityFile.class);
    private static final long LOOK_MILLIS = 500;
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(10);

    private final Path file;
    private final Path keyFile;
    private final Path lockFile;
    private final NamespaceLimits defaults;
    private final ScheduledExecutorService watching;
    private volatile Known known = Known.NOTHING;
    private Optional<Stamp> seen = Optional.empty();
    private String fault = "";

    /**
     * The identities of a folder, which must exist when they are used.
     *
     * @param name of the site; in the thread's name
     * @param defaults the limits of a namespace for which none were set
     */
    public IdentityFile(String name, Path folder, NamespaceLimits defaults) {
        this.file = folder.resolve("identities.json");
        this.keyFile = folder.resolve("site.key");
        this.lockFile = folder.resolve("identities.lock");
        this.defaults = Objects.requireNonNull(defaults, "defaults is null");
        this.watching = Executors.newSingleThreadScheduledExecutor(NamedThreads.single(name + "-identities"));
    }

    /**
     * Reads the file and goes on looking at it.
     *
     * @throws LeanException if it can't be read
     */
    @Override
    public void start() {
        synchronized (this) {
            seen = stamp();
            known = Known.of(read(), defaults);
        }
        Future<?> unused = watching.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * What the file holds now; nothing if there is no file yet.
     *
     * @throws LeanException if it can't be read
     */
    public List<NamespaceEntry> entries() {
        return read();
    }

    /**
     * Changes the file. The change is on the disk when this returns, and holds here at once.
     *
     * @param change of what the file holds now; may throw to leave it as it is
     * @throws LeanException if two entries share a name or a uuid, or the file can't be read or written
     */
    public synchronized List<NamespaceEntry> edit(UnaryOperator<List<NamespaceEntry>> change) {
        try {
            LockFile lock = lock();
            try {
                return editLocked(change);
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            throw new LeanException(500, "cannot write the identities file " + file + ": " + e, e);
        }
    }

    private List<NamespaceEntry> editLocked(UnaryOperator<List<NamespaceEntry>> change) throws IOException {
        List<NamespaceEntry> before = read();
        List<NamespaceEntry> after = IdentityDocument.checked(change.apply(before));
        if (!after.equals(before)) {
            SiteKey key = before.isEmpty() ? SiteKey.readOrMake(keyFile) : SiteKey.read(keyFile);
            PrivateFile.replace(file, IdentityDocument.write(after, key).getBytes(StandardCharsets.UTF_8));
        }
        seen = stamp();
        known = Known.of(after, defaults);
        return after;
    }

    @Override
    public @Nullable Identity byKey(AuthKey key) {
        Identity identity = known.byUuid().get(key.uuid());
        return identity != null && sameSecret(identity.key(), key) ? identity : null;
    }

    @Override
    public @Nullable Identity byNamespace(String namespace) {
        return known.byNamespace().get(namespace);
    }

    @Override
    public NamespaceLimits defaultLimits() {
        return defaults;
    }

    @Override
    public void close() {
        watching.shutdownNow();
    }

    /** In a time that does not tell how much of the secret was right. */
    private static boolean sameSecret(AuthKey one, AuthKey other) {
        return MessageDigest.isEqual(
                one.secret().getBytes(StandardCharsets.UTF_8), other.secret().getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void look() {
        try {
            Optional<Stamp> now = stamp();
            if (now.equals(seen) && fault.isEmpty()) {
                return;
            }
            boolean wasThere = seen.isPresent();
            seen = now;
            if (now.isPresent()) {
                known = Known.of(read(), defaults);
                LOG.atInfo()
                        .addKeyValue("file", file)
                        .addKeyValue("namespaces", known.byNamespace().size())
                        .log("identities changed");
            } else if (wasThere) {
                LOG.atWarn().addKeyValue("file", file).log("identities file is gone, the last known ones hold");
            }
            fault = "";
        } catch (RuntimeException e) {
            // Read again at each look, as the key file may be what is wrong; but said once.
            String message = String.valueOf(e.getMessage());
            if (!message.equals(fault)) {
                LOG.atError()
                        .addKeyValue("file", file)
                        .addKeyValue("error", message)
                        .log("identities file can't be read, the last known ones hold");
            }
            fault = message;
        }
    }

    private List<NamespaceEntry> read() {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new LeanException(500, "cannot read the identities file " + file + ": " + e, e);
        }
        SiteKey key = SiteKey.read(keyFile);
        try {
            return IdentityDocument.read(text, key);
        } catch (LeanException e) {
            throw new LeanException(500, "the identities file " + file + " is not usable: " + e.getMessage(), e);
        }
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
            throw new LeanException(500, "cannot look at the identities file " + file + ": " + e, e);
        }
    }

    /** What tells one version of the file from the next. */
    private record Stamp(FileTime modified, long size, String fileKey) {}

    /** What the file says, ready to be asked. */
    private record Known(Map<UUID, Identity> byUuid, Map<String, Identity> byNamespace) {

        static final Known NOTHING = new Known(Map.of(), Map.of());

        static Known of(List<NamespaceEntry> entries, NamespaceLimits defaults) {
            Map<UUID, Identity> byUuid = new HashMap<>();
            Map<String, Identity> byNamespace = new HashMap<>();
            for (NamespaceEntry entry : entries) {
                Identity identity = entry.identity(defaults);
                byUuid.put(entry.key().uuid(), identity);
                byNamespace.put(entry.namespace(), identity);
            }
            return new Known(Map.copyOf(byUuid), Map.copyOf(byNamespace));
        }
    }
}
