package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AlarmThreadsTest {

    @Test
    void whoWaitsForRoomGoesOnWhenAllIsToEndThoughNoFireIsAnswered() {
        // Given
        AtomicInteger asked = new AtomicInteger();
        AlarmThreads threads = new AlarmThreads("test", () -> {
            asked.incrementAndGet();
            return AlarmThreads.BATCH;
        });
        Thread scheduler = new Thread(threads::blockForAvailableThreads, "test-scheduler");
        scheduler.setDaemon(true);
        scheduler.start();
        await().until(() -> asked.get() >= 2);
        assertThat(scheduler.isAlive()).isTrue();

        // When
        threads.release();

        // Then
        await().atMost(Duration.ofSeconds(10)).until(() -> !scheduler.isAlive());
        threads.shutdown(true);
    }
}
