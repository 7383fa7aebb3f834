package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.base.retry.Backoff;
import java.nio.file.Path;
import java.time.Duration;

/** The limits of an outbox that tries again within milliseconds and delivers without restraint. */
public final class PromptOutbox {

    private PromptOutbox() {}

    /** In a folder, within bounds. */
    public static OutboxConfig config(Path folder, OutboxConfig.Bounds bounds) {
        return new OutboxConfig(
                "test",
                folder.resolve("outbox.db"),
                bounds,
                Duration.ZERO,
                Duration.ofSeconds(5),
                Backoff.between(Duration.ofMillis(10), Duration.ofMillis(50)),
                1_000_000);
    }
}
