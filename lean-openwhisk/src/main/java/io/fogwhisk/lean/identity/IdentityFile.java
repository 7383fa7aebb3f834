package io.fogwhisk.lean.identity;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.EntityListing.Registration;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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

    private final NamespaceLimits defaults;
    private final WatchedFile<NamespaceEntry> file;
    private volatile Known known = Known.NOTHING;

    /**
     * The identities of a folder, which must exist when they are used.
     *
     * @param name of the site; in the thread's name
     * @param defaults the limits of a namespace for which none were set
     */
    public IdentityFile(String name, Path folder, NamespaceLimits defaults) {
        this.defaults = Objects.requireNonNull(defaults, "defaults is null");
        Path path = folder.resolve("identities.json");
        file = new WatchedFile<>(name, "identities", path, new Form(path, folder.resolve("site.key")));
        // The first listener: whoever else is told of a change finds it here.
        Registration unused = file.onChange(() -> known = Known.of(file.known(), defaults));
    }

    /**
     * Reads the file and goes on looking at it.
     *
     * @throws LeanException if it can't be read
     */
    @Override
    public void start() {
        file.start();
    }

    /**
     * What the file holds now; nothing if there is no file yet.
     *
     * @throws LeanException if it can't be read
     */
    public List<NamespaceEntry> entries() {
        return file.read();
    }

    /** What holds now, without a look at the file; nothing before the start. */
    public List<NamespaceEntry> known() {
        return file.known();
    }

    /** Calls a listener, which must not block, after every change of {@link #known}. */
    public Registration onChange(Runnable listener) {
        return file.onChange(listener);
    }

    /**
     * Changes the file. The change is on the disk when this returns, and holds here at once.
     *
     * @param change of what the file holds now; may throw to leave it as it is
     * @throws LeanException if two entries share a name or a uuid, or the file can't be read or written
     */
    public List<NamespaceEntry> edit(UnaryOperator<List<NamespaceEntry>> change) {
        return file.edit(change);
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
        file.close();
    }

    /** In a time that does not tell how much of the secret was right. */
    private static boolean sameSecret(AuthKey one, AuthKey other) {
        return MessageDigest.isEqual(
                one.secret().getBytes(StandardCharsets.UTF_8), other.secret().getBytes(StandardCharsets.UTF_8));
    }

    private record Form(Path file, Path keyFile) implements WatchedFile.Form<NamespaceEntry> {

        @Override
        public List<NamespaceEntry> read(String text) {
            SiteKey key = SiteKey.read(keyFile);
            try {
                return IdentityDocument.read(text, key);
            } catch (LeanException e) {
                throw new LeanException(500, "the identities file " + file + " is not usable: " + e.getMessage(), e);
            }
        }

        @Override
        public List<NamespaceEntry> checked(List<NamespaceEntry> entries) {
            return IdentityDocument.checked(entries);
        }

        @Override
        public String write(List<NamespaceEntry> before, List<NamespaceEntry> after) {
            SiteKey key = before.isEmpty() ? SiteKey.readOrMake(keyFile) : SiteKey.read(keyFile);
            return IdentityDocument.write(after, key);
        }
    }

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
