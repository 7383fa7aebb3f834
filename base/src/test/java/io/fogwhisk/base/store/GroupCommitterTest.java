package io.fogwhisk.base.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitterTest {

    private static final List<String> SCHEMA = List.of("create table item (id integer primary key, name text)");

    @TempDir
    Path folder;

    @Test
    void aCommittedWriteIsThereAfterReopening() throws Exception {
        Database database = Database.open(folder.resolve("deep/er/test.db"), SCHEMA);
        try (GroupCommitter committer = started(database)) {
            insert(committer, 1, "one").get(10, SECONDS);
        }

        assertThat(names(Database.open(database.file(), SCHEMA))).containsExactly("one");
    }

    @Test
    void manyThreadsWritesAllArriveInTheOrderOfEachThread() throws Exception {
        Database database = Database.open(folder.resolve("test.db"), SCHEMA);
        List<CompletableFuture<Integer>> writes = new ArrayList<>();
        try (GroupCommitter committer = started(database)) {
            for (int i = 0; i < 5_000; i++) {
                writes.add(insert(committer, i, "n" + i));
            }
            CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).get(30, SECONDS);
        }

        assertThat(names(database)).hasSize(5_000).startsWith("n0", "n1").endsWith("n4999");
    }

    @Test
    void oneBadWriteFailsAlone() throws Exception {
        Database database = Database.open(folder.resolve("test.db"), SCHEMA);
        try (GroupCommitter committer = new GroupCommitter("test", database, Duration.ofMillis(50), 100)) {
            CompletableFuture<Integer> first = insert(committer, 1, "one");
            CompletableFuture<Integer> same = insert(committer, 1, "again");
            CompletableFuture<Integer> other = insert(committer, 2, "two");

            committer.start();

            first.get(10, SECONDS);
            other.get(10, SECONDS);
            assertThatThrownBy(() -> same.get(10, SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(StoreException.class)
                    .hasMessageContaining("test.db");
        }
        assertThat(names(database)).containsExactly("one", "two");
    }

    @Test
    void whatWasHandedOverBeforeCloseIsCommitted() throws Exception {
        Database database = Database.open(folder.resolve("test.db"), SCHEMA);
        GroupCommitter committer = new GroupCommitter("test", database, Duration.ofMillis(100), 1_000);
        committer.start();
        List<CompletableFuture<Integer>> writes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            writes.add(insert(committer, i, "n" + i));
        }

        committer.close();

        assertThat(writes).allSatisfy(write -> assertThat(write).isCompleted());
        assertThat(names(database)).hasSize(100);
    }

    @Test
    void whatFollowsACommitComesInTheOrderOfTheCommits() throws Exception {
        // Given
        Database database = Database.open(folder.resolve("test.db"), SCHEMA);
        List<Integer> applied = new ArrayList<>();
        List<Integer> followed = new ArrayList<>();
        Set<String> threads = ConcurrentHashMap.newKeySet();
        try (GroupCommitter committer = new GroupCommitter("test", database, Duration.ZERO, 1_000)) {
            committer.start();

            // When: the lists are the committer's own
            Thread[] callers = new Thread[4];
            for (int i = 0; i < callers.length; i++) {
                int first = i * 1_000;
                callers[i] = new Thread(() -> {
                    for (int number = first; number < first + 500; number++) {
                        int own = number;
                        var unused = committer.submit(connection -> applied.add(own), added -> {
                            threads.add(Thread.currentThread().getName());
                            return followed.add(own);
                        });
                    }
                });
                callers[i].start();
            }
            for (Thread caller : callers) {
                caller.join(30_000);
            }
        }

        // Then
        assertThat(applied).hasSize(2_000);
        assertThat(threads).containsExactly("test");
        assertThat(followed).isEqualTo(applied);
    }

    @Test
    void commitsAtOnceWhatSomebodyHurries() throws Exception {
        Database database = Database.open(folder.resolve("test.db"), SCHEMA);
        try (GroupCommitter committer = new GroupCommitter("test", database, Duration.ofHours(1), 100)) {
            committer.start();
            insert(committer, 1, "first, with no pace to wait for").get(10, SECONDS);
            CompletableFuture<Integer> waits = insert(committer, 2, "two");
            CompletableFuture<Integer> urgent = insert(committer, 3, "three");

            committer.hurry();

            urgent.get(10, SECONDS);
            waits.get(10, SECONDS);
        }
    }

    @Test
    void anErrorInOneWriteFailsThatWriteAlone() throws Exception {
        Database database = Database.open(folder.resolve("test.db"), SCHEMA);
        try (GroupCommitter committer = started(database)) {
            CompletableFuture<Object> failing = committer
                    .<Object>submit(connection -> {
                        throw new StackOverflowError("planned");
                    })
                    .toCompletableFuture();

            assertThatThrownBy(() -> failing.get(10, SECONDS)).hasMessageContaining("planned");
            insert(committer, 1, "one").get(10, SECONDS);
        }
        assertThat(names(database)).containsExactly("one");
    }

    @Test
    void noWriteIsLeftWithoutAnAnswerWhenItRacesTheClose() throws Exception {
        for (int round = 0; round < 10; round++) {
            Database database = Database.open(folder.resolve("race" + round + ".db"), SCHEMA);
            GroupCommitter committer = started(database);
            List<CompletableFuture<Integer>> writes = new ArrayList<>();
            Thread writer = new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    writes.add(insert(committer, i, "n" + i));
                }
            });

            writer.start();
            committer.close();
            writer.join();

            for (CompletableFuture<Integer> write : writes) {
                assertThat(write.handle((done, failure) -> true).get(10, SECONDS))
                        .isTrue();
            }
        }
    }

    @Test
    void aWriteAfterCloseFailsAtOnce() {
        Database database = Database.open(folder.resolve("test.db"), SCHEMA);
        GroupCommitter committer = started(database);
        committer.close();

        assertThatThrownBy(() -> insert(committer, 1, "late").get(1, SECONDS)).hasMessageContaining("is closed");
    }

    @Test
    void aPartialWriteOfAFailedCallerIsNotKept() throws Exception {
        Database database = Database.open(folder.resolve("test.db"), SCHEMA);
        try (GroupCommitter committer = started(database)) {
            CompletableFuture<Object> failing = committer
                    .<Object>submit(connection -> {
                        insert(connection, 7, "half");
                        throw new SQLException("planned");
                    })
                    .toCompletableFuture();

            assertThatThrownBy(() -> failing.get(10, SECONDS)).hasMessageContaining("planned");
        }
        assertThat(names(database)).isEmpty();
    }

    @Test
    void goesOnWhenTheDiskHasRoomAgain() throws Exception {
        Database database = Database.open(folder.resolve("test.db"), SCHEMA);
        try (GroupCommitter committer = started(database)) {
            // SQLite's own limit of a file fails as a full disk does, and ends the transaction by itself.
            limitPages(committer, 4);
            CompletableFuture<Integer> tooMuch = insert(committer, 1, "x".repeat(100_000));
            assertThatThrownBy(() -> tooMuch.get(10, SECONDS)).hasMessageContaining("the disk is full");

            limitPages(committer, 1_000);
            insert(committer, 2, "two").get(10, SECONDS);
        }
        assertThat(names(database)).containsExactly("two");
    }

    @Test
    void migrationsRunOnceAndInOrder() throws Exception {
        Path file = folder.resolve("test.db");
        Database.open(file, SCHEMA);
        List<String> next =
                List.of(SCHEMA.get(0), "insert into item values (1, 'seed'); insert into item values (2, 'x')");

        Database.open(file, next);
        Database again = Database.open(file, next);

        assertThat(names(again)).containsExactly("seed", "x");
    }

    @Test
    void aFileOfANewerProgramIsRefused() {
        Path file = folder.resolve("test.db");
        Database.open(file, List.of(SCHEMA.get(0), "create table more (id integer)"));

        assertThatThrownBy(() -> Database.open(file, SCHEMA))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("schema version 2")
                .hasMessageContaining("test.db");
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedWithItsName() throws Exception {
        Path file =
                Files.writeString(folder.resolve("test.db"), "this is no database, whatever its name says".repeat(50));

        assertThatThrownBy(() -> Database.open(file, SCHEMA))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("test.db")
                .hasMessageContaining("damaged");
    }

    @Test
    void aReaderCannotWrite() throws Exception {
        Database database = Database.open(folder.resolve("test.db"), SCHEMA);
        try (Connection reader = database.openReader()) {
            assertThatThrownBy(() -> insert(reader, 1, "no")).isInstanceOf(SQLException.class);
        }
    }

    private static void limitPages(GroupCommitter committer, int pages) throws Exception {
        committer
                .submit(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.execute("pragma max_page_count=" + pages);
                    }
                })
                .toCompletableFuture()
                .get(10, SECONDS);
    }

    private static GroupCommitter started(Database database) {
        GroupCommitter committer = new GroupCommitter("test", database, Duration.ofMillis(1), 10_000);
        committer.start();
        return committer;
    }

    private static CompletableFuture<Integer> insert(GroupCommitter committer, int id, String name) {
        return committer.submit(connection -> insert(connection, id, name)).toCompletableFuture();
    }

    private static Integer insert(Connection connection, int id, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("insert into item values (?, ?)")) {
            statement.setInt(1, id);
            statement.setString(2, name);
            return statement.executeUpdate();
        }
    }

    private static List<String> names(Database database) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = database.openReader();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select name from item order by id")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
