package io.fogwhisk.lean.follow;

import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.identity.LimitSettings;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.wsk.EntityListing.Registration;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The identities of a catalogue in front of the site's own: of a namespace that the catalogue has a subject for, only
 * what the catalogue says counts.
 *
 * <p>Threads: one tells it of documents; any may ask, and never waits.
 */
public final class FollowedIdentities implements IdentitySource, PageSink {

    private final IdentitySource own;
    private final SubjectReader reader;
    private final Set<String> namespaces;
    private final Optional<Duration> keysValid;
    private final Clock clock;
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final SortedMap<String, SubjectReader.Subject> subjects = new TreeMap<>();
    private final SortedMap<String, LimitSettings> limits = new TreeMap<>();
    private volatile Followed followed = Followed.NOBODY;
    private volatile Supplier<Optional<Instant>> contact = Optional::empty;

    /**
     * Nobody is followed yet.
     *
     * @param own the site's
     * @param opener of keys that are sealed for this site
     * @param namespaces those that are followed; empty for all
     * @param keysValid for how long after the last contact followed keys log in; empty for ever
     */
    public FollowedIdentities(
            IdentitySource own, KeyOpener opener, Set<String> namespaces, Optional<Duration> keysValid, Clock clock) {
        this.own = Objects.requireNonNull(own, "own is null");
        this.reader = new SubjectReader(opener);
        this.namespaces = Set.copyOf(namespaces);
        this.keysValid = Objects.requireNonNull(keysValid, "keysValid is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** Opens what a centre sealed for this site. */
    @FunctionalInterface
    public interface KeyOpener {

        /**
         * The secret half of a key.
         *
         * @param owner {@code namespace/uuid}, which it was sealed for
         * @throws RuntimeException if it was sealed for another site or owner; the message is for users
         */
        String open(String sealed, String owner);
    }

    /** Asks this from now on when the catalogue answered last; empty counts as never. */
    public void contact(Supplier<Optional<Instant>> last) {
        contact = Objects.requireNonNull(last, "last is null");
    }

    /** Calls a listener, which must not block, after every change of what the catalogue says. */
    public Registration onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Whether the catalogue has a subject for a namespace. */
    public boolean isFollowed(String namespace) {
        return followed.namespaces().contains(namespace);
    }

    @Override
    public @Nullable Identity byKey(AuthKey key) {
        Followed now = followed;
        Identity identity = now.byUuid().get(key.uuid());
        if (identity != null) {
            return sameSecret(identity.key(), key) ? identity : null;
        }
        Identity local = own.byKey(key);
        return local == null || now.namespaces().contains(local.namespace()) ? null : local;
    }

    @Override
    public @Nullable Identity login(AuthKey key) {
        Identity identity = byKey(key);
        if (identity == null || !isFollowed(identity.namespace())) {
            return identity == null ? null : own.login(key);
        }
        return stale() ? null : identity;
    }

    @Override
    public @Nullable Identity byNamespace(String namespace) {
        Followed now = followed;
        return now.namespaces().contains(namespace) ? now.byNamespace().get(namespace) : own.byNamespace(namespace);
    }

    @Override
    public NamespaceLimits defaultLimits() {
        return own.defaultLimits();
    }

    @Override
    public List<Optional<String>> apply(List<DocumentChange> changes) {
        List<Optional<String>> refusals = new ArrayList<>();
        changes.forEach(change -> refusals.add(apply(change)));
        followed = Followed.of(subjects, limits, namespaces, own.defaultLimits());
        listeners.forEach(Runnable::run);
        return refusals;
    }

    @Override
    public CatalogDocument opened(CatalogDocument document) {
        return new CatalogDocument(reader.opened(document.body()), document.attachments());
    }

    @Override
    public Set<String> held() {
        Set<String> ids = new HashSet<>(subjects.keySet());
        ids.addAll(limits.keySet());
        return ids;
    }

    private Optional<String> apply(DocumentChange change) {
        String id = change.id();
        if (change.document().isEmpty()) {
            subjects.remove(id);
            limits.remove(id);
            return Optional.empty();
        }
        try {
            if (SubjectReader.isLimits(id)) {
                limits.put(id, SubjectReader.limits(id, change.document().get().body()));
            } else {
                subjects.put(id, reader.subject(change.document().get().body()));
            }
            return Optional.empty();
        } catch (WskException e) {
            return Optional.of("this identity cannot be used: " + e.getMessage());
        } catch (RuntimeException e) {
            // Whatever somebody wrote into the catalogue, the documents after it must come. Not with its message, which
            // may quote a key.
            return Optional.of("this identity cannot be used: " + e.getClass().getSimpleName());
        }
    }

    private boolean stale() {
        return keysValid.isPresent()
                && contact.get()
                        .filter(last -> !last.plus(keysValid.get()).isBefore(clock.instant()))
                        .isEmpty();
    }

    /** In a time that does not tell how much of the secret was right. */
    private static boolean sameSecret(AuthKey one, AuthKey other) {
        return MessageDigest.isEqual(
                one.secret().getBytes(StandardCharsets.UTF_8), other.secret().getBytes(StandardCharsets.UTF_8));
    }

    /** What the catalogue says, ready to be asked. */
    private record Followed(Map<UUID, Identity> byUuid, Map<String, Identity> byNamespace, Set<String> namespaces) {

        static final Followed NOBODY = new Followed(Map.of(), Map.of(), Set.of());

        static Followed of(
                SortedMap<String, SubjectReader.Subject> subjects,
                SortedMap<String, LimitSettings> limits,
                Set<String> wanted,
                NamespaceLimits defaults) {
            Map<UUID, Identity> byUuid = new HashMap<>();
            Map<String, Identity> byNamespace = new HashMap<>();
            Set<String> names = new HashSet<>();
            for (SubjectReader.Subject subject : subjects.values()) {
                for (SubjectReader.Namespace namespace : subject.namespaces()) {
                    String name = namespace.name();
                    if (!wanted.isEmpty() && !wanted.contains(name)) {
                        continue;
                    }
                    names.add(name);
                    if (!subject.blocked()) {
                        LimitSettings set = limits.getOrDefault(name + SubjectReader.LIMITS, LimitSettings.NONE);
                        Identity identity = new Identity(subject.name(), name, namespace.key(), set.over(defaults));
                        byUuid.putIfAbsent(namespace.key().uuid(), identity);
                        byNamespace.putIfAbsent(name, identity);
                    }
                }
            }
            return new Followed(Map.copyOf(byUuid), Map.copyOf(byNamespace), Set.copyOf(names));
        }
    }
}
