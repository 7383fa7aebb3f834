package io.fogwhisk.lean.follow;

import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.lean.follow.CatalogException.Reason;
import io.fogwhisk.lean.follow.Downloads.Loaded;
import io.fogwhisk.lean.follow.FollowState.Followed;
import io.fogwhisk.lean.follow.FollowState.Refused;
import io.fogwhisk.lean.follow.FollowStore.Settled;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSink;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database of the catalogue, as this site has it: tells the sink of changes and keeps what it told.
 *
 * <p>Threads: one follows; any may ask for the state.
 */
final class DatabaseCopy {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseCopy.class);
    private static final String DESIGN = "_design/";
    private static final int GROUP = 100;
    private static final long GROUP_BYTES = 16L << 20;
    private static final int SAMPLE = 50;

    private final String name;
    private final String remote;
    private final DocumentSink sink;
    private final boolean keep;
    private final Keeping keeping;
    private final FollowStore store;
    private final CatalogClient client;
    private final Clock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final SortedMap<String, String> refused = new ConcurrentSkipListMap<>();
    private volatile Position position = Position.START;
    private @Nullable String lastTold;

    /**
     * A copy; {@link #load} reads what is there.
     *
     * @param name of the database at this site
     * @param remote its name at the centre
     * @param keep whether the sink is told again at each start
     * @param keeping how documents are written down
     */
    DatabaseCopy(
            String name,
            String remote,
            DocumentSink sink,
            boolean keep,
            Keeping keeping,
            FollowStore store,
            CatalogClient client,
            Clock clock) {
        this.name = name;
        this.remote = remote;
        this.sink = sink;
        this.keep = keep;
        this.keeping = keeping;
        this.store = store;
        this.client = client;
        this.clock = clock;
    }

    String name() {
        return name;
    }

    String remote() {
        return remote;
    }

    Position position() {
        return position;
    }

    /** How many documents there are. */
    int size() {
        return known.size();
    }

    /** What others see. */
    Followed state() {
        List<Refused> list = new ArrayList<>();
        refused.forEach((id, reason) -> list.add(new Refused(id, reason)));
        return position.followed(known.size(), list);
    }

    /** Reads what an earlier life left, and tells the sink again if it needs to be told. */
    void load() {
        position = store.position(name);
        known.putAll(store.known(name));
        known.forEach((id, each) -> each.refusal().ifPresent(reason -> refused.put(id, reason)));
        tellKept(false);
        if (sink instanceof PageSink pages) {
            forgetLost(pages);
        }
    }

    /** What the sink should have made and has not, as somebody changed it here meanwhile, is to be told again. */
    private void forgetLost(PageSink pages) {
        Set<String> held = pages.held();
        known.replaceAll((id, each) ->
                each.refusal().isPresent() || held.contains(id) || id.startsWith(DESIGN) || pages.passesOver(id)
                        ? each
                        : new Known("", each.refusal()));
    }

    /** Has every document told again, as far as the catalogue still has it. */
    void forget() {
        store.forgetRevisions(name);
        known.replaceAll((id, each) -> new Known("", each.refusal()));
    }

    /** Tries again what was refused. */
    void retry() {
        tellKept(true);
    }

    private void tellKept(boolean wereRefused) {
        store.eachKept(name, wereRefused, group -> tellAgain(group, wereRefused));
    }

    /** Whether anything is refused. */
    boolean hasRefused() {
        return !refused.isEmpty();
    }

    /** Notes something in the position that need not be on the disk at once. */
    void note(UnaryOperator<Position> change) {
        position = change.apply(position);
    }

    /** Notes something in the position. */
    void write(UnaryOperator<Position> change) {
        Position after = change.apply(position);
        store.commit(name, List.of(), after);
        position = after;
    }

    /** The ids of documents that are to be told again, as they have no revision here, in their order. */
    List<String> forgotten() {
        return known.entrySet().stream()
                .filter(each -> each.getValue().rev().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Ids of documents, and among them the one told last, that tell this database from another with as many. */
    Map<String, String> sample() {
        Map<String, String> sample = new ConcurrentHashMap<>();
        String last = lastTold;
        Known told = last == null ? null : known.get(last);
        if (last != null && told != null && !told.rev().isEmpty()) {
            sample.put(last, told.rev());
        }
        known.entrySet().stream()
                .filter(each -> !each.getValue().rev().isEmpty())
                .limit(SAMPLE)
                .forEach(each -> sample.put(each.getKey(), each.getValue().rev()));
        return sample;
    }

    /** Documents that are known, or of which something is there. */
    Set<String> ids() {
        Set<String> ids = new HashSet<>(known.keySet());
        if (sink instanceof PageSink pages) {
            ids.addAll(pages.held());
        }
        return ids;
    }

    /**
     * Applies changes in their order, but those that are known.
     *
     * @param after what the position is with the last of them
     * @throws CatalogException if the catalogue does not answer; some may be applied then
     * @throws StoreException if the disk does not take them
     */
    void apply(List<Row> rows, UnaryOperator<Position> after) throws InterruptedException {
        List<Row> fresh = new ArrayList<>();
        for (Row row : rows) {
            Known before = known.get(row.id());
            if (row.deleted()
                    || before == null
                    || row.rev().isEmpty()
                    || !before.rev().equals(row.rev())) {
                fresh.add(row);
            }
        }
        try (Downloads downloads = new Downloads(client, remote, filled(fresh))) {
            List<Loaded> group = new ArrayList<>();
            Set<String> ids = new HashSet<>();
            long bytes = 0;
            while (downloads.hasNext()) {
                Loaded loaded;
                try {
                    loaded = downloads.next();
                } catch (CatalogException e) {
                    // On a slow way each try has to get further than the one before.
                    settle(group, position);
                    throw e;
                }
                if (group.size() == GROUP
                        || bytes + loaded.bytes() > GROUP_BYTES
                        || ids.contains(loaded.row().id())) {
                    settle(group, position);
                    group.clear();
                    ids.clear();
                    bytes = 0;
                }
                group.add(loaded);
                ids.add(loaded.row().id());
                bytes += loaded.bytes();
            }
            settle(group, after.apply(position));
        }
    }

    /** Rows with their documents, without those that are gone meanwhile: that is a change of its own. */
    private List<Row> filled(List<Row> rows) throws InterruptedException {
        List<String> wanted = new ArrayList<>();
        for (Row row : rows) {
            if (!row.deleted() && row.document().isEmpty() && row.fault().isEmpty()) {
                wanted.add(row.id());
            }
        }
        Map<String, Row> found = new ConcurrentHashMap<>();
        for (List<String> ids : groups(wanted)) {
            fetch(ids, found);
        }
        List<Row> filled = new ArrayList<>();
        for (Row row : rows) {
            Row asked = found.get(row.id());
            if (row.deleted() || row.document().isPresent() || row.fault().isPresent()) {
                filled.add(row);
            } else if (asked != null && asked.fault().isPresent()) {
                filled.add(row.with(asked.fault().get()));
            } else if (asked != null && asked.document().isPresent()) {
                filled.add(asked);
            }
        }
        return filled;
    }

    /** One document that can't be read must not keep the others from coming. */
    private void fetch(List<String> ids, Map<String, Row> into) throws InterruptedException {
        try {
            into.putAll(client.documents(remote, ids));
        } catch (CatalogException e) {
            if (e.reason() != Reason.UNREADABLE) {
                throw e;
            }
            if (ids.size() == 1) {
                String id = ids.get(0);
                into.put(
                        id,
                        new Row(id, "", false, Optional.empty(), Optional.of("it cannot be read: " + e.getMessage())));
            } else {
                fetch(ids.subList(0, ids.size() / 2), into);
                fetch(ids.subList(ids.size() / 2, ids.size()), into);
            }
        }
    }

    private void settle(List<Loaded> group, Position after) {
        List<DocumentChange> changes = new ArrayList<>();
        for (Loaded each : group) {
            if (!each.row().id().startsWith(DESIGN) && each.row().fault().isEmpty()) {
                changes.add(new DocumentChange(each.row().id(), each.document()));
            }
        }
        List<Optional<String>> answers = told(changes);
        List<Settled> settled = new ArrayList<>();
        int next = 0;
        for (Loaded each : group) {
            Row row = each.row();
            Optional<String> refusal = row.fault();
            if (!row.id().startsWith(DESIGN) && refusal.isEmpty()) {
                refusal = answers.get(next++);
            }
            // What did not come as a whole is asked for again.
            boolean lacking = row.fault().isPresent() || (refusal.isPresent() && !each.complete());
            settled.add(
                    row.deleted()
                            ? new Settled(row.id(), Optional.empty(), Optional.empty())
                            : settled(row.id(), lacking ? "" : row.rev(), refusal, each.document()));
        }
        if (settled.isEmpty() && after.equals(position)) {
            return;
        }
        store.commit(name, settled, after);
        position = after;
        settled.forEach(this::remember);
    }

    private void tellAgain(List<DocumentChange> kept, boolean wereRefused) {
        List<DocumentChange> changes = new ArrayList<>();
        for (DocumentChange change : kept) {
            if (change.document().isPresent()) {
                changes.add(new DocumentChange(change.id(), change.document().map(keeping::told)));
            } else {
                known.computeIfPresent(change.id(), (id, before) -> new Known("", before.refusal()));
            }
        }
        List<Optional<String>> answers = told(changes);
        List<Settled> settled = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            DocumentChange change = changes.get(i);
            Known before = known.get(change.id());
            boolean newer = before != null && before.refusal().isPresent() && !wereRefused;
            // An older revision is told again for what it makes; the answer to the newer one counts.
            if (before != null && !newer && !before.refusal().equals(answers.get(i))) {
                // What was taken once and is not now may have come to harm here.
                String rev = wereRefused ? before.rev() : "";
                settled.add(settled(change.id(), rev, answers.get(i), change.document()));
            }
        }
        if (!settled.isEmpty()) {
            store.commit(name, settled, position);
            settled.forEach(this::remember);
        }
    }

    private Settled settled(String id, String rev, Optional<String> refusal, Optional<CatalogDocument> document) {
        return new Settled(
                id,
                Optional.of(new Known(rev, refusal)),
                document.filter(each -> refusal.isPresent() || (keep && !id.startsWith(DESIGN)))
                        .map(each -> sink instanceof PageSink pages ? pages.opened(each) : each)
                        .map(keeping::kept));
    }

    private void remember(Settled settled) {
        String id = settled.id();
        Optional<String> refusal = settled.known().flatMap(Known::refusal);
        if (settled.known().isPresent()) {
            known.put(id, settled.known().get());
            lastTold = id;
        } else {
            known.remove(id);
        }
        if (refusal.isEmpty()) {
            if (refused.remove(id) != null) {
                LOG.atInfo().addKeyValue("database", name).addKeyValue("id", id).log("document is refused no more");
            }
        } else if (!refusal.get().equals(refused.put(id, refusal.get()))) {
            LOG.atWarn()
                    .addKeyValue("database", name)
                    .addKeyValue("id", id)
                    .addKeyValue("reason", refusal.get())
                    .log("document of the catalogue can't be applied");
        }
    }

    private List<Optional<String>> told(List<DocumentChange> changes) {
        if (changes.isEmpty()) {
            return List.of();
        }
        if (sink instanceof PageSink pages) {
            try {
                return pages.apply(changes);
            } catch (StoreException | LeanException e) {
                throw e;
            } catch (RuntimeException | StackOverflowError e) {
                LOG.atDebug().addKeyValue("error", e.toString()).log("a page failed, its documents go one by one");
            }
        }
        List<Optional<String>> answers = new ArrayList<>();
        changes.forEach(change -> answers.add(told(change)));
        return answers;
    }

    private Optional<String> told(DocumentChange change) {
        try {
            if (change.document().isPresent()) {
                return sink.put(change.id(), change.document().get());
            }
            sink.remove(change.id());
            return Optional.empty();
        } catch (StoreException | LeanException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("database", name)
                    .addKeyValue("id", change.id())
                    .log("document of the catalogue failed");
            return Optional.of("it cannot be applied: " + e);
        }
    }

    /** When a change was applied, for positions. */
    Instant now() {
        return clock.instant();
    }

    private static List<List<String>> groups(List<String> ids) {
        List<List<String>> groups = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += GROUP) {
            groups.add(ids.subList(from, Math.min(ids.size(), from + GROUP)));
        }
        return groups;
    }
}
