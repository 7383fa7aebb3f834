package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.CatalogDocument.Attachment;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a site knows of its catalogue, in {@code follow.db}: how far each database was followed, the revision of every
 * document, and the documents themselves where somebody must be told again.
 *
 * <p>Threads: any. A write returns when it is on the disk.
 */
final class FollowStore implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(FollowStore.class);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(40);
    private static final int GROUP = 100;
    private static final long GROUP_BYTES = 16L << 20;
    private static final List<String> MIGRATIONS = List.of("""
            create table followed(
                db text not null primary key, revision text not null, signature text not null, applied_at integer,
                contact_at integer, error text, behind integer not null) without rowid;
            create table document(
                db text not null, id text not null, rev text not null, refusal text, body text, pending text,
                primary key(db, id)) without rowid;
            create table attachment(
                db text not null, id text not null, name text not null, type text not null, bytes blob not null,
                primary key(db, id, name))
            """);

    private final String name;
    private final Path file;
    private @Nullable Database database;
    private @Nullable GroupCommitter committer;

    /**
     * A store; {@link #start} opens the file.
     *
     * @param name of its thread
     */
    FollowStore(String name, Path file) {
        this.name = name;
        this.file = file;
    }

    /**
     * What became of a document.
     *
     * @param id of the document
     * @param known what is known from now on; empty if it is gone
     * @param kept the document, if it must be told again: one that was refused beside the last one that was not
     */
    record Settled(String id, Optional<Known> known, Optional<CatalogDocument> kept) {}

    @Override
    public void start() {
        Database opened = Database.open(file, MIGRATIONS);
        GroupCommitter started = new GroupCommitter(name, opened, Duration.ZERO, 100);
        started.start();
        database = opened;
        committer = started;
    }

    @Override
    public void close() {
        if (committer != null) {
            committer.close();
        }
    }

    /** How far each database of a file was followed. */
    static Map<String, Position> positions(Path file) {
        Database opened = Database.open(file, MIGRATIONS);
        Map<String, Position> positions = new HashMap<>();
        try (Connection connection = opened.openReader();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select db, revision, signature, applied_at, contact_at, error, behind from followed")) {
            while (rows.next()) {
                positions.put(
                        rows.getString(1),
                        new Position(
                                rows.getString(2),
                                rows.getString(3),
                                instant(rows, 4),
                                instant(rows, 5),
                                Optional.ofNullable(rows.getString(6)),
                                rows.getLong(7)));
            }
        } catch (SQLException e) {
            throw opened.failure("read", e);
        }
        return positions;
    }

    /** What is known of the documents of a database, by id, those that were refused first. */
    static Map<String, Known> known(Path file, String db) {
        Database opened = Database.open(file, MIGRATIONS);
        Map<String, Known> known = new LinkedHashMap<>();
        try (Connection connection = opened.openReader();
                PreparedStatement select = connection.prepareStatement(
                        "select id, rev, refusal from document where db=? order by refusal is null, id")) {
            select.setString(1, db);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    known.put(rows.getString(1), new Known(rows.getString(2), Optional.ofNullable(rows.getString(3))));
                }
            }
        } catch (SQLException e) {
            throw opened.failure("read", e);
        }
        return known;
    }

    /** How far a database was followed. */
    Position position(String db) {
        return positions(file).getOrDefault(db, Position.START);
    }

    /** What is known of the documents of a database, by id. */
    Map<String, Known> known(String db) {
        return known(file, db);
    }

    /**
     * Hands on the documents that were kept, some at a time, in the order of their ids.
     *
     * @param refused whether those that were refused are wanted, with their attachments, or those that were taken
     * @param taking is given one that can't be read any more without its document
     */
    void eachKept(String db, boolean refused, Consumer<List<DocumentChange>> taking) {
        List<DocumentChange> group = kept(db, refused, "");
        while (!group.isEmpty()) {
            taking.accept(group);
            group = kept(db, refused, group.get(group.size() - 1).id());
        }
    }

    private List<DocumentChange> kept(String db, boolean refused, String after) {
        List<DocumentChange> found = new ArrayList<>();
        String column = refused ? "pending" : "body";
        Database opened = opened();
        try (Connection connection = opened.openReader();
                PreparedStatement select = connection.prepareStatement("select id, " + column
                        + " from document where db=? and id>? and " + column + " is not null order by id")) {
            select.setString(1, db);
            select.setString(2, after);
            try (ResultSet rows = select.executeQuery()) {
                long bytes = 0;
                while (found.size() < GROUP && bytes < GROUP_BYTES && rows.next()) {
                    String id = rows.getString(1);
                    String body = rows.getString(2);
                    Map<String, Attachment> attachments = refused ? attachments(connection, db, id) : Map.of();
                    found.add(new DocumentChange(
                            id, read(db, id, body).map(json -> new CatalogDocument(json, attachments))));
                    bytes += body.length();
                    bytes += attachments.values().stream()
                            .mapToLong(each -> each.bytes().length)
                            .sum();
                }
            }
        } catch (SQLException e) {
            throw opened.failure("read", e);
        }
        return found;
    }

    private static Optional<ObjectNode> read(String db, String id, String body) {
        try {
            if (DocumentJson.read(body) instanceof ObjectNode json) {
                return Optional.of(json);
            }
        } catch (IOException | RuntimeException e) {
            // Without its text, which may have a key.
            LOG.atDebug().addKeyValue("error", e.getClass().getSimpleName()).log("not JSON");
        }
        LOG.atWarn()
                .addKeyValue("database", db)
                .addKeyValue("id", id)
                .log("what follow.db has of a document is broken");
        return Optional.empty();
    }

    /**
     * Writes what became of documents, and how far the database was followed with that, at once.
     *
     * @throws StoreException if the disk does not take it
     */
    void commit(String db, List<Settled> settled, Position position) {
        write(connection -> {
            for (Settled each : settled) {
                write(connection, db, each);
            }
            write(connection, db, position);
            return true;
        });
    }

    /** Has every document told again, by forgetting its revision. */
    void forgetRevisions(String db) {
        write(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update document set rev='' where db=?")) {
                update.setString(1, db);
                return update.executeUpdate();
            }
        });
    }

    private <T> void write(GroupCommitter.Write<T> write) {
        GroupCommitter writer = committer;
        if (writer == null) {
            throw new StoreException("database " + file + " is not open");
        }
        try {
            writer.submit(write).toCompletableFuture().get(COMMIT_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new StoreException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new StoreException(
                    "the disk took more than " + COMMIT_LIMIT.toSeconds() + " s to write to " + file, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while writing to database " + file, e);
        }
    }

    private static void write(Connection connection, String db, Settled settled) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from attachment where db=? and id=?")) {
            delete.setString(1, db);
            delete.setString(2, settled.id());
            delete.executeUpdate();
        }
        if (settled.known().isEmpty()) {
            try (PreparedStatement delete = connection.prepareStatement("delete from document where db=? and id=?")) {
                delete.setString(1, db);
                delete.setString(2, settled.id());
                delete.executeUpdate();
            }
            return;
        }
        Known known = settled.known().get();
        boolean refused = known.refusal().isPresent();
        String body = settled.kept().map(kept -> kept.body().toString()).orElse(null);
        try (PreparedStatement put = connection.prepareStatement("""
                insert into document(db, id, rev, refusal, body, pending) values(?,?,?,?,?,?)
                on conflict(db, id) do update set rev=excluded.rev, refusal=excluded.refusal,
                    body=case when excluded.refusal is null then excluded.body else body end, pending=excluded.pending
                """)) {
            put.setString(1, db);
            put.setString(2, settled.id());
            put.setString(3, known.rev());
            put.setString(4, known.refusal().orElse(null));
            put.setString(5, refused ? null : body);
            put.setString(6, refused ? body : null);
            put.executeUpdate();
        }
        if (refused && settled.kept().isPresent()) {
            attach(connection, db, settled.id(), settled.kept().get().attachments());
        }
    }

    private static void attach(Connection connection, String db, String id, Map<String, Attachment> attachments)
            throws SQLException {
        try (PreparedStatement put =
                connection.prepareStatement("insert into attachment(db, id, name, type, bytes) values(?,?,?,?,?)")) {
            for (Map.Entry<String, Attachment> each : attachments.entrySet()) {
                put.setString(1, db);
                put.setString(2, id);
                put.setString(3, each.getKey());
                put.setString(4, each.getValue().contentType());
                put.setBytes(5, each.getValue().bytes());
                put.executeUpdate();
            }
        }
    }

    private static void write(Connection connection, String db, Position position) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement(
                "insert or replace into followed(db, revision, signature, applied_at, contact_at, error, behind)"
                        + " values(?,?,?,?,?,?,?)")) {
            put.setString(1, db);
            put.setString(2, position.revision());
            put.setString(3, position.signature());
            put.setObject(4, position.appliedAt().map(Instant::toEpochMilli).orElse(null));
            put.setObject(5, position.contact().map(Instant::toEpochMilli).orElse(null));
            put.setString(6, position.error().orElse(null));
            put.setLong(7, position.behind());
            put.executeUpdate();
        }
    }

    private static Map<String, Attachment> attachments(Connection connection, String db, String id)
            throws SQLException {
        Map<String, Attachment> attachments = new HashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement("select name, type, bytes from attachment where db=? and id=?")) {
            select.setString(1, db);
            select.setString(2, id);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    attachments.put(rows.getString(1), new Attachment(rows.getString(2), rows.getBytes(3)));
                }
            }
        }
        return attachments;
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private Database opened() {
        Database opened = database;
        if (opened == null) {
            throw new StoreException("database " + file + " is not open");
        }
        return opened;
    }
}
