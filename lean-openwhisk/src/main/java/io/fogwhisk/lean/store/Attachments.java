package io.fogwhisk.lean.store;

import io.fogwhisk.base.store.Database;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import java.io.IOException;
import java.io.Reader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Long code in {@code whisk.db}, in pieces under its digest: the same code of several actions is there once. */
final class Attachments {

    /** The table, for the list of migrations. */
    static final String MIGRATION = """
            create table attachment(digest text not null, part integer not null, piece text not null);
            create unique index attachment_part on attachment(digest, part)
            """;

    private Attachments() {}

    static void put(Connection connection, Collection<CodeText> texts) throws SQLException {
        try (PreparedStatement put =
                connection.prepareStatement("insert or ignore into attachment(digest, part, piece) values(?,?,?)")) {
            for (CodeText text : texts) {
                int part = 0;
                for (String piece : text.pieces()) {
                    put.setString(1, text.attachment().digest());
                    put.setInt(2, part++);
                    put.setString(3, piece);
                    put.executeUpdate();
                }
            }
        }
    }

    static void delete(Connection connection, Set<String> digests) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from attachment where digest=?")) {
            for (String digest : digests) {
                delete.setString(1, digest);
                delete.executeUpdate();
            }
        }
    }

    /** The digests that a change leaves without an action. */
    static Set<String> unused(EntityStore before, EntityChange change) {
        Set<String> unused = new HashSet<>();
        Set<Object> touched = new HashSet<>(change.deleted());
        change.put().forEach(entity -> touched.add(entity.name()));
        change.deleted()
                .forEach(
                        name -> of(before.action(name.path(), name.name())).ifPresent(old -> unused.add(old.digest())));
        change.put()
                .forEach(entity -> of(before.action(
                                entity.name().path(), entity.name().name()))
                        .ifPresent(old -> unused.add(old.digest())));
        if (!unused.isEmpty()) {
            for (WhiskAction action : before.all(WhiskAction.class)) {
                if (!touched.contains(action.name())) {
                    of(action).ifPresent(used -> unused.remove(used.digest()));
                }
            }
            change.put().forEach(entity -> of(entity).ifPresent(used -> unused.remove(used.digest())));
        }
        return unused;
    }

    /** Where an action's code is, if it is kept here. */
    static Optional<ActionCode.Attachment> of(@Nullable WhiskEntity entity) {
        Optional<ActionCode> code = Optional.empty();
        if (entity instanceof WhiskAction action) {
            if (action.exec() instanceof Exec.Code exec) {
                code = Optional.of(exec.code());
            } else if (action.exec() instanceof Exec.Blackbox exec) {
                code = exec.code();
            }
        }
        return code.filter(ActionCode.Attachment.class::isInstance).map(ActionCode.Attachment.class::cast);
    }

    /** The code of an action that is kept with it; empty if it has none. */
    static String inline(WhiskAction action) {
        Optional<ActionCode> code = action.exec() instanceof Exec.Code exec
                ? Optional.of(exec.code())
                : action.exec() instanceof Exec.Blackbox blackbox ? blackbox.code() : Optional.empty();
        return code.isPresent() && code.get() instanceof ActionCode.Inline inline ? inline.text() : "";
    }

    /** The text of an attachment as it is now, also if it is deleted while it is read. The caller closes it. */
    static Reader open(Database database, ActionCode.Attachment attachment) {
        Connection connection = database.openReader();
        try {
            PreparedStatement select =
                    connection.prepareStatement("select piece from attachment where digest=? order by part");
            select.setString(1, attachment.digest());
            return new Pieces(connection, select.executeQuery());
        } catch (SQLException e) {
            try {
                connection.close();
            } catch (SQLException second) {
                e.addSuppressed(second);
            }
            throw database.failure("read", e);
        }
    }

    /** Reads piece by piece. */
    private static final class Pieces extends Reader {
        private final Connection connection;
        private final ResultSet rows;
        private String piece = "";
        private int at;

        Pieces(Connection connection, ResultSet rows) {
            this.connection = connection;
            this.rows = rows;
        }

        @Override
        public int read(char[] into, int offset, int count) throws IOException {
            if (at == piece.length() && !next()) {
                return -1;
            }
            int taken = Math.min(count, piece.length() - at);
            piece.getChars(at, at + taken, into, offset);
            at += taken;
            return taken;
        }

        private boolean next() throws IOException {
            try {
                if (!rows.next()) {
                    return false;
                }
                piece = rows.getString(1);
                at = 0;
                return true;
            } catch (SQLException e) {
                throw new IOException("an attachment cannot be read: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IOException("an attachment cannot be closed: " + e.getMessage(), e);
            }
        }
    }
}
