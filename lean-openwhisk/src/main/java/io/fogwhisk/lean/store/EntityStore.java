package io.fogwhisk.lean.store;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.wsk.EntityListing;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskPackage;
import io.fogwhisk.wsk.model.WhiskRule;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every entity, durably in {@code whisk.db} and all in memory.
 *
 * <p>Threads: reads may come from any thread and never wait. {@link #change} makes one change at a time and returns
 * when it is on the disk; readers see it from then on.
 */
public final class EntityStore implements Service {

    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(40);
    private static final List<String> MIGRATIONS =
            List.of(EntityRows.TABLE, Attachments.MIGRATION, EntityRows.FOLLOWED_COLUMN);

    private final String name;
    private final Path path;
    private final Duration pace;
    // path ("ns" or "ns/pkg") -> name -> entity. OpenWhisk has one name space for all kinds of entities.
    private final Map<String, Map<String, WhiskEntity>> entities = new ConcurrentHashMap<>();
    // By namespace.
    private final Map<String, Set<QualifiedName>> followed = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Runnable> everyChange = new CopyOnWriteArrayList<>();
    private final Object changing = new Object();
    private volatile Guard guard = (entity, stays) -> {};
    private @Nullable GroupCommitter committer;
    private @Nullable Database file;

    /**
     * A store; {@link #start} opens the file.
     *
     * @param name of its thread
     * @param pace the shortest time between two commits
     */
    public EntityStore(String name, Path file, Duration pace) {
        this.name = name;
        this.path = file;
        this.pace = pace;
    }

    @Override
    public void start() {
        Database database = Database.open(path, MIGRATIONS);
        try (Connection connection = database.openReader();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select collection, doc, followed from entity")) {
            while (rows.next()) {
                WhiskEntity entity = EntityRows.read(path, rows.getString(1), rows.getString(2));
                publish(entity);
                mark(entity.name(), rows.getBoolean(3));
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        GroupCommitter started = new GroupCommitter(name, database, pace, 1_000);
        started.start();
        committer = started;
        file = database;
    }

    /** Decides whether what belongs to somebody else may be changed here. */
    @FunctionalInterface
    public interface Guard {

        /**
         * Refuses a part of a change that {@link EntityStore#change} is about to make. Called under the store's lock; must
         * not wait.
         *
         * @param stays false if the entity is to be deleted, or is only changed by the deletion of another
         * @throws LeanException if the change is not allowed
         */
        void check(QualifiedName entity, boolean stays);
    }

    /** Has every change but those of {@link #follow} checked. Until then all are allowed. */
    public void guard(Guard checking) {
        guard = checking;
    }

    /** Counts up after every change, so that whoever keeps something derived knows when it is old. */
    public long generation() {
        return generation.get();
    }

    /** An entity of any kind. */
    public @Nullable WhiskEntity find(String path, String entityName) {
        Map<String, WhiskEntity> names = entities.get(path);
        return names == null ? null : names.get(entityName);
    }

    /** A trigger, or null if there is none of that name. */
    public @Nullable WhiskTrigger trigger(String namespace, String trigger) {
        return find(namespace, trigger) instanceof WhiskTrigger found ? found : null;
    }

    /** A rule, or null if there is none of that name. */
    public @Nullable WhiskRule rule(String namespace, String rule) {
        return find(namespace, rule) instanceof WhiskRule found ? found : null;
    }

    /** A package or binding, or null if there is none of that name. */
    public @Nullable WhiskPackage packageOf(String namespace, String pkg) {
        return find(namespace, pkg) instanceof WhiskPackage found ? found : null;
    }

    /** An action by its own path, not through a binding; or null if there is none of that name. */
    public @Nullable WhiskAction action(String path, String action) {
        return find(path, action) instanceof WhiskAction found ? found : null;
    }

    /**
     * The entity of a kind.
     *
     * @throws LeanException 404 if there is none of that name, 409 if it is of another kind
     */
    public <E extends WhiskEntity> E require(Class<E> kind, String path, String entityName) {
        return optional(kind, path, entityName).orElseThrow(LeanException::notFound);
    }

    /**
     * The entity of a kind, or empty if there is none of that name.
     *
     * @throws LeanException 409 if it is of another kind
     */
    public <E extends WhiskEntity> Optional<E> optional(Class<E> kind, String path, String entityName) {
        WhiskEntity found = find(path, entityName);
        if (found != null && !kind.isInstance(found)) {
            throw LeanException.otherCollection();
        }
        return Optional.ofNullable(found).map(kind::cast);
    }

    /**
     * The text of an action's code, however long; empty if it has none. May read the disk.
     *
     * @throws LeanException 404 if the action was changed or deleted meanwhile, so that its code is gone
     */
    public String code(WhiskAction action) {
        Optional<ActionCode.Attachment> attachment = Attachments.of(action);
        if (attachment.isEmpty()) {
            return Attachments.inline(action);
        }
        StringBuilder text = new StringBuilder(attachment.get().length());
        try (Reader reader = codeReader(attachment.get())) {
            char[] some = new char[32 * 1024];
            for (int count = reader.read(some); count >= 0; count = reader.read(some)) {
                text.append(some, 0, count);
            }
        } catch (IOException e) {
            throw new LeanException(503, "The code of " + action.name() + " cannot be read.", e);
        }
        if (text.length() != attachment.get().length()) {
            throw LeanException.notFound();
        }
        return text.toString();
    }

    /** Where an action's code is, if it is kept apart from the action. */
    public static Optional<ActionCode.Attachment> attachment(WhiskAction action) {
        return Attachments.of(action);
    }

    /**
     * Reads long code piece by piece, as it is now, also if it is deleted while it is read. The caller closes it.
     */
    public Reader codeReader(ActionCode.Attachment attachment) {
        Database open = file;
        if (open == null) {
            throw new LeanException(503, "OpenWhisk is not started");
        }
        return Attachments.open(open, attachment);
    }

    /** All entities of a kind, of every namespace, in no order. */
    public <E extends WhiskEntity> List<E> all(Class<E> kind) {
        List<E> found = new ArrayList<>();
        entities.values().forEach(names -> collect(kind, names.values(), found));
        return found;
    }

    /** The entities of a kind in a namespace, those in its packages included, the one changed last first. */
    public <E extends WhiskEntity> List<E> inNamespace(Class<E> kind, String namespace) {
        List<E> found = new ArrayList<>();
        entities.forEach((path, names) -> {
            if (path.equals(namespace) || path.startsWith(namespace + "/")) {
                collect(kind, names.values(), found);
            }
        });
        found.sort(NEWEST_FIRST);
        return found;
    }

    /** The actions of a package, the one changed last first. */
    public List<WhiskAction> inPackage(WhiskPackage pkg) {
        List<WhiskAction> found = new ArrayList<>();
        collect(
                WhiskAction.class,
                entities.getOrDefault(pkg.pathOfActions(), Map.of()).values(),
                found);
        found.sort(NEWEST_FIRST);
        return found;
    }

    /**
     * Makes a change.
     *
     * @param work reads this store and declares what to put and delete; if it throws, nothing is changed
     * @return what the work returned, after everything is durable
     * @throws LeanException 503 if the disk does not take it
     */
    public <T> T change(Function<EntityChange, T> work) {
        return change(work, false);
    }

    /**
     * Makes a change that the guard is not asked about. What it puts counts as followed until it is deleted or changed
     * otherwise.
     *
     * @param work as of {@link #change}
     */
    public <T> T follow(Function<EntityChange, T> work) {
        return change(work, true);
    }

    /** Whether an entity is here because {@link #follow} put it. */
    public boolean isFollowed(QualifiedName entity) {
        return followed.getOrDefault(entity.namespace(), Set.of()).contains(entity);
    }

    /** Whether anything of a namespace is followed. */
    public boolean hasFollowed(String namespace) {
        return !followed.getOrDefault(namespace, Set.of()).isEmpty();
    }

    /** The names of all entities that are followed, as they are now. */
    public Set<QualifiedName> followed() {
        return followed.values().stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    private <T> T change(Function<EntityChange, T> work, boolean following) {
        T result;
        boolean listChanged;
        synchronized (changing) {
            EntityChange change = new EntityChange();
            result = work.apply(change);
            if (!following) {
                check(change);
            }
            if (change.isEmpty()) {
                return result;
            }
            commit(change, following);
            listChanged = apply(change, following);
            generation.incrementAndGet();
        }
        if (listChanged) {
            listeners.forEach(Runnable::run);
        }
        everyChange.forEach(Runnable::run);
        return result;
    }

    /** Calls a listener, which must not block, after every change of whatever kind, on the thread that made it. */
    public EntityListing.Registration onEveryChange(Runnable listener) {
        everyChange.add(listener);
        return () -> everyChange.remove(listener);
    }

    /**
     * Calls a listener after every change that created, deleted or rebound an entity, put one of another kind in its place,
     * or made an action one of the web or took it from there, on the thread that made the change.
     */
    public EntityListing.Registration onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** The names of all triggers. */
    public List<QualifiedName> triggerNames() {
        return all(WhiskTrigger.class).stream().map(WhiskTrigger::name).toList();
    }

    @Override
    public void close() {
        if (committer != null) {
            committer.close();
        }
    }

    private static final Comparator<WhiskEntity> NEWEST_FIRST = Comparator.comparingLong(WhiskEntity::updated)
            .reversed()
            .thenComparing(entity -> entity.name().toString());

    private void check(EntityChange change) {
        // Or who deletes a rule would take over a followed trigger that knows nothing of it.
        change.dropUnchanged(this);
        // A rule that goes takes its link from its trigger along.
        boolean deletes = !change.deleted().isEmpty();
        change.deleted().forEach(gone -> guard.check(gone, false));
        change.put().forEach(entity -> guard.check(entity.name(), !deletes));
    }

    private void commit(EntityChange change, boolean following) {
        GroupCommitter writer = committer;
        if (writer == null) {
            throw new LeanException(503, "OpenWhisk is not started");
        }
        try {
            Set<String> unused = Attachments.unused(this, change);
            writer.submit(connection -> {
                        Attachments.delete(connection, unused);
                        Attachments.put(connection, change.attached());
                        EntityRows.write(connection, change, following);
                        return true;
                    })
                    .toCompletableFuture()
                    .get(COMMIT_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new LeanException(503, String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new LeanException(503, "the disk took more than " + COMMIT_LIMIT.toSeconds() + " s to write", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LeanException(503, "interrupted while writing", e);
        }
    }

    private boolean apply(EntityChange change, boolean following) {
        boolean listChanged = false;
        for (QualifiedName gone : change.deleted()) {
            Map<String, WhiskEntity> names = entities.get(gone.path());
            listChanged |= names != null && names.remove(gone.name()) != null;
            mark(gone, false);
        }
        for (WhiskEntity entity : change.put()) {
            listChanged |= publish(entity);
            mark(entity.name(), following);
        }
        return listChanged;
    }

    private void mark(QualifiedName entity, boolean following) {
        if (following) {
            followed.computeIfAbsent(entity.namespace(), name -> ConcurrentHashMap.newKeySet())
                    .add(entity);
        } else {
            followed.computeIfPresent(entity.namespace(), (name, some) -> {
                some.remove(entity);
                return some;
            });
        }
    }

    private boolean publish(WhiskEntity entity) {
        WhiskEntity old = entities.computeIfAbsent(entity.name().path(), path -> new ConcurrentHashMap<>())
                .put(entity.name().name(), entity);
        // A binding that leads elsewhere gives its namespace other actions. One name may come to stand for another
        // kind.
        return old == null
                || old.getClass() != entity.getClass()
                || (old instanceof WhiskAction before
                        && entity instanceof WhiskAction after
                        && before.web() != after.web())
                || (old instanceof WhiskPackage before
                        && entity instanceof WhiskPackage after
                        && !before.binding().equals(after.binding()));
    }

    private static <E extends WhiskEntity> void collect(
            Class<E> kind, Collection<WhiskEntity> candidates, List<E> into) {
        for (WhiskEntity entity : candidates) {
            if (kind.isInstance(entity)) {
                into.add(kind.cast(entity));
            }
        }
    }
}
