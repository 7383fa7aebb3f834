package io.fogwhisk.lean.couch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.wsk.model.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The documents that clients keep beside a database and that are not replicated: how far they are, and the reports of the
 * sites. Each belongs to the site that wrote it; reports may be read by every site. Durable, and all in memory.
 *
 * <p>Thread-safe; changes run on the committer's thread.
 */
final class LocalDocuments {

    /** What a site's report is called, before the site's id. */
    static final String REPORT = "fogwhisk-";

    private static final int MAX_PER_SITE = 16;

    private final GroupCommitter committer;
    private final NavigableMap<LocalKey, Local> documents;

    LocalDocuments(GroupCommitter committer, NavigableMap<LocalKey, Local> documents) {
        this.committer = committer;
        this.documents = documents;
    }

    /** Where a document is: in which database, whose, and what it is called there. */
    record LocalKey(String database, String owner, String id) implements Comparable<LocalKey> {

        /** Whether it is what a site says of itself. */
        boolean isReport() {
            return id.equals(REPORT + owner);
        }

        @Override
        public int compareTo(LocalKey other) {
            int order = database.compareTo(other.database);
            order = order == 0 ? owner.compareTo(other.owner) : order;
            return order == 0 ? id.compareTo(other.id) : order;
        }
    }

    /**
     * A document.
     *
     * @param rev counts its changes
     * @param contact when it was written, in milliseconds since 1970
     * @param body its fields, without those that begin with an underscore
     */
    record Local(int rev, long contact, JsonObject body) {

        /** Its revision as clients see it. */
        String revText() {
            return "0-" + rev;
        }

        /** As clients see it. */
        ObjectNode json(String id) {
            ObjectNode json = body.copy();
            json.put("_id", "_local/" + id).put("_rev", revText());
            return id.startsWith(REPORT) ? json.put("contact", contact) : json;
        }
    }

    /** What became of a change. */
    enum Result {
        /** It is durable. */
        DONE,
        /** The document has another revision than the client named. */
        CONFLICT,
        /** The site has too many already. */
        TOO_MANY
    }

    /**
     * A change that was tried.
     *
     * @param after the document as it is now; null if it was deleted or the change refused
     */
    record Change(Result result, @Nullable Local after) {}

    /** Everything that a file holds. */
    static NavigableMap<LocalKey, Local> read(Database database) {
        NavigableMap<LocalKey, Local> found = new ConcurrentSkipListMap<>();
        try (Connection connection = database.openReader();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select db, owner, id, rev, contact, body from local")) {
            while (row.next()) {
                found.put(
                        new LocalKey(row.getString(1), row.getString(2), row.getString(3)),
                        new Local(row.getInt(4), row.getLong(5), JsonObject.trusted(row.getString(6))));
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        return found;
    }

    /** The reports among some documents, each site's last, in the order of the sites. */
    static List<SiteReport> reports(NavigableMap<LocalKey, Local> documents) {
        NavigableMap<String, SiteReport> bySite = new ConcurrentSkipListMap<>();
        documents.forEach((key, local) -> {
            if (key.isReport()) {
                SiteReport report = new SiteReport(
                        key.owner(),
                        Instant.ofEpochMilli(local.contact()),
                        local.body().copy());
                bySite.merge(key.owner(), report, (one, other) -> one.contact().isAfter(other.contact()) ? one : other);
            }
        });
        return List.copyOf(bySite.values());
    }

    List<SiteReport> reports() {
        return reports(documents);
    }

    /** What a site sees under a name: its own, or the report of another. */
    @Nullable
    Local find(String database, String site, String id) {
        Local own = documents.get(new LocalKey(database, site, id));
        return own != null || !id.startsWith(REPORT)
                ? own
                : documents.get(new LocalKey(database, id.substring(REPORT.length()), id));
    }

    /** What a site sees in a database, by name. */
    Map<String, Local> visible(String database, String site) {
        NavigableMap<String, Local> found = new ConcurrentSkipListMap<>();
        documents.forEach((key, local) -> {
            if (key.database().equals(database) && (key.owner().equals(site) || key.isReport())) {
                found.put(key.id(), local);
            }
        });
        return found;
    }

    /**
     * Writes or deletes a document, if its revision is the one that the client knows.
     *
     * @param rev that the client knows, empty if it knows of none
     * @param after what it is to be, its revision not yet set; empty to delete it
     * @return what became of it, when it is durable
     */
    CompletionStage<Change> change(LocalKey key, String rev, Optional<Local> after) {
        return committer.submit(connection -> write(connection, key, rev, after), change -> {
            if (change.result() == Result.DONE) {
                if (change.after() == null) {
                    documents.remove(key);
                } else {
                    documents.put(key, change.after());
                }
            }
            return change;
        });
    }

    private static Change write(Connection connection, LocalKey key, String rev, Optional<Local> after)
            throws SQLException {
        // From the file: what is in memory does not know yet of the writes of the same commit.
        int before = revision(connection, key);
        if (!rev.equals(before == 0 ? "" : "0-" + before)) {
            return new Change(Result.CONFLICT, null);
        }
        if (after.isEmpty()) {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from local where db=? and owner=? and id=?")) {
                bind(delete, key);
                delete.executeUpdate();
            }
            return new Change(Result.DONE, null);
        }
        if (before == 0 && count(connection, key) >= MAX_PER_SITE) {
            return new Change(Result.TOO_MANY, null);
        }
        Local written = new Local(before + 1, after.get().contact(), after.get().body());
        try (PreparedStatement put = connection.prepareStatement(
                "insert or replace into local(db, owner, id, rev, contact, body) values(?,?,?,?,?,?)")) {
            bind(put, key);
            put.setInt(4, written.rev());
            put.setLong(5, written.contact());
            put.setString(6, written.body().text());
            put.executeUpdate();
        }
        return new Change(Result.DONE, written);
    }

    private static int revision(Connection connection, LocalKey key) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select rev from local where db=? and owner=? and id=?")) {
            bind(select, key);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }

    private static int count(Connection connection, LocalKey key) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select count(*) from local where db=? and owner=?")) {
            select.setString(1, key.database());
            select.setString(2, key.owner());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }

    private static void bind(PreparedStatement statement, LocalKey key) throws SQLException {
        statement.setString(1, key.database());
        statement.setString(2, key.owner());
        statement.setString(3, key.id());
    }
}
