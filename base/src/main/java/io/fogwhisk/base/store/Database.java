package io.fogwhisk.base.store;

import io.fogwhisk.base.file.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.SQLiteConfig;

/**
 * One SQLite file in write-ahead-log mode with {@code synchronous=FULL}: what was committed survives a crash of the
 * process and of the machine.
 *
 * <p>A connection belongs to one thread at a time. One connection per file writes ({@link GroupCommitter} owns it);
 * readers open their own with {@link #openReader()}.
 */
public final class Database {

    /** What of the log of writes is kept for the next writes; more than that SQLite writes over within one round. */
    private static final int LOG_BYTES = 16 << 20;

    private final Path file;

    private Database(Path file) {
        this.file = file;
    }

    /**
     * Creates the file and its folders if they are missing, takes every right on it from all but its owner, and brings
     * the schema up to date.
     *
     * @param migrations SQL scripts, one per schema version, oldest first; applied once each, in one transaction each.
     *     Never edit one that was released: append.
     * @throws StoreException if the file can't be opened, or was written by a newer version
     */
    public static Database open(Path file, List<String> migrations) {
        Database database = new Database(file);
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            keepPrivate(file);
            try (Connection connection = database.openWriter()) {
                database.migrate(connection, migrations);
            }
        } catch (IOException e) {
            throw new StoreException("cannot prepare the file of database " + file + ": " + e, e);
        } catch (SQLException e) {
            throw database.failure("open", e);
        }
        return database;
    }

    /** The file this database lives in. */
    public Path file() {
        return file;
    }

    /** A connection that writes; the caller closes it. Transactions are explicit: auto-commit is off. */
    public Connection openWriter() {
        return connect(false);
    }

    /** A connection that only reads; the caller closes it. */
    public Connection openReader() {
        return connect(true);
    }

    /** A failure of this database, with a message that names the file and, for the usual causes, the cure. */
    public StoreException failure(String doing, SQLException cause) {
        String text = String.valueOf(cause.getMessage());
        String cure = "";
        if (text.contains("SQLITE_FULL") || text.contains("SQLITE_IOERR_SHMSIZE")) {
            cure = ": the disk is full, make room";
        } else if (text.contains("SQLITE_READONLY") || text.contains("SQLITE_CANTOPEN")) {
            cure = ": check the owner and the permissions of the folder";
        } else if (text.contains("SQLITE_NOTADB") || text.contains("SQLITE_CORRUPT")) {
            cure = ": the file is damaged, restore it from a backup";
        }
        return new StoreException("cannot " + doing + " database " + file + cure + " (" + text + ")", cause);
    }

    /** What users upload runs on this machine under other users. SQLite gives its further files the mode of the first. */
    private static void keepPrivate(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PrivateFile.ownerOnly());
        }
        for (String suffix : List.of("", "-wal", "-shm")) {
            Path one = file.resolveSibling(file.getFileName() + suffix);
            if (Files.exists(one) && PrivateFile.isOpenToOthers(one)) {
                PrivateFile.restrict(one);
            }
        }
    }

    private Connection connect(boolean readOnly) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(10_000);
        config.setCacheSize(-8_000);
        // Or the log of writes keeps the largest size it ever had, and that counts as used.
        config.setJournalSizeLimit(LOG_BYTES);
        // Or the driver prepares and runs one more statement after each insert, for a number that nobody asks it for.
        config.setGetGeneratedKeys(false);
        // A read-only connection cannot create the -shm file of a fresh database, so readers are held to reading by
        // the query_only switch instead of the open mode.
        try {
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            if (readOnly) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("pragma query_only=true");
                }
            } else {
                connection.setAutoCommit(false);
            }
            return connection;
        } catch (SQLException e) {
            throw failure("open", e);
        }
    }

    private void migrate(Connection connection, List<String> migrations) throws SQLException {
        int version;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("pragma user_version")) {
            version = row.next() ? row.getInt(1) : 0;
        }
        if (version > migrations.size()) {
            throw new StoreException("database " + file + " has schema version " + version
                    + ", this program knows versions up to " + migrations.size()
                    + ": use the newer program, or another data folder");
        }
        for (int next = version; next < migrations.size(); next++) {
            try (Statement statement = connection.createStatement()) {
                for (String sql : migrations.get(next).split(";", -1)) {
                    if (!sql.isBlank()) {
                        statement.execute(sql);
                    }
                }
                statement.execute("pragma user_version=" + (next + 1));
            }
            connection.commit();
        }
        connection.commit();
    }
}
