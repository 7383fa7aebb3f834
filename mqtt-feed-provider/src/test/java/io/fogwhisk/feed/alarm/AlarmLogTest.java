package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlarmLogTest {

    private static final QualifiedName TRIGGER = QualifiedName.of("guest", "tick");

    @TempDir
    Path folder;

    @Test
    void aWriteOfSomebodyElseThatFailsTakesNoTickWithIt() throws InterruptedException {
        // Given: the disk is busy
        FeedDatabase database = open();
        AlarmLog log = new AlarmLog(database);
        log.start();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        CompletableFuture<Boolean> before = database.committer()
                .submit(connection -> {
                    busy.countDown();
                    return waited(free);
                })
                .toCompletableFuture();
        assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();

        // When: both go in one transaction
        log.add(TRIGGER, new AlarmLog.Entry(Instant.EPOCH, Instant.EPOCH, AlarmLog.Ending.FIRED, ""));
        CompletableFuture<Boolean> other = database.committer()
                .<Boolean>submit(connection -> {
                    throw new SQLException("not this one");
                })
                .toCompletableFuture();
        free.countDown();

        // Then
        assertThat(before.join()).isTrue();
        assertThat(other).failsWithin(30, TimeUnit.SECONDS);
        database.close();
        try (FeedDatabase again = open()) {
            AlarmLog after = new AlarmLog(again);
            after.start();
            assertThat(after.count(TRIGGER)).isEqualTo(1);
        }
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private FeedDatabase open() {
        FeedDatabase database = new FeedDatabase("test-feeds-db", folder.resolve("feeds.db"), 10);
        database.start();
        return database;
    }
}
