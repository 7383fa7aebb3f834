package io.fogwhisk.launcher;

import io.fogwhisk.aggregate.outbox.Outbox;
import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A site's outbox as a process, until it is killed. */
final class OutboxChild {

    private static final int POINTS_PER_SECOND = 8_000;

    private OutboxChild() {}

    /** An outbox that delivers slowly enough to be killed at it. */
    static Outbox outbox(Path file) {
        return new Outbox(
                new OutboxConfig(
                        "child",
                        file,
                        new OutboxConfig.Bounds(1_000_000, 1 << 26, Duration.ZERO, 10),
                        Duration.ofMillis(2),
                        Duration.ofSeconds(10),
                        Backoff.between(Duration.ofMillis(10), Duration.ofMillis(100)),
                        POINTS_PER_SECOND),
                new Metrics(new SimpleMeterRegistry(), "child"),
                Clock.systemUTC());
    }

    public static void main(String[] args) throws InterruptedException {
        try (Outbox outbox = outbox(Path.of(args[0]))) {
            outbox.start();
            new CountDownLatch(1).await();
        }
    }
}
