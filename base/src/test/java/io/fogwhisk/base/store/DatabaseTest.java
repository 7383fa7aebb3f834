package io.fogwhisk.base.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.file.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    private static final List<String> MIGRATIONS = List.of("create table t(x integer)");

    @TempDir
    private Path folder;

    @Test
    void keepsItsFilesFromOtherUsersOfTheMachine() throws Exception {
        Database database = Database.open(folder.resolve("new/some.db"), MIGRATIONS);

        try (Connection connection = database.openWriter();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into t values(1)");
            connection.commit();

            assertThat(openToOthers(folder.resolve("new"))).isEmpty();
        }
    }

    @Test
    void takesTheRightsThatOthersHadOnItsFile() throws Exception {
        Path file = folder.resolve("some.db");
        Database.open(file, MIGRATIONS);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        Database.open(file, MIGRATIONS);

        assertThat(openToOthers(folder)).isEmpty();
    }

    @Test
    void givesBackWhatALongReaderLetItsLogGrowTo() throws Exception {
        // Given
        Database database = Database.open(folder.resolve("some.db"), MIGRATIONS);
        Path log = folder.resolve("some.db-wal");
        try (Connection writer = database.openWriter();
                Statement statement = writer.createStatement()) {
            long grown;
            try (Connection reader = database.openReader()) {
                reader.setAutoCommit(false);
                try (Statement select = reader.createStatement()) {
                    select.executeQuery("select count(*) from t").close();
                    insert(statement, 24 << 20);
                    grown = Files.size(log);
                }
            }

            // When
            insert(statement, 1);
            insert(statement, 1);

            // Then
            assertThat(grown).isGreaterThan(24 << 20);
            assertThat(Files.size(log)).isLessThanOrEqualTo(16 << 20);
        }
    }

    private static void insert(Statement statement, int bytes) throws SQLException {
        statement.execute("insert into t values(zeroblob(" + bytes + "))");
        statement.getConnection().commit();
    }

    private static List<Path> openToOthers(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).isNotEmpty();
            return all.stream().filter(DatabaseTest::isOpenToOthers).toList();
        }
    }

    private static boolean isOpenToOthers(Path file) {
        try {
            return PrivateFile.isOpenToOthers(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
