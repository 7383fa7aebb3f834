package io.fogwhisk.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.base.retry.Backoff;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AggregatorConfigTest {

    private static final Backoff RETRY = Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(10));

    @Test
    void hasDefaultsForASmallSite() {
        assertThat(AggregatorConfig.defaults("dc-1", Path.of("data")))
                .isEqualTo(config(50_000, Duration.ofSeconds(10), Duration.ofSeconds(2), 20_000_000));
    }

    @Test
    void namesTheValueThatIsOutOfRange() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> config(0, second, second, 1)).hasMessageContaining("maxPointsInFlight");
        assertThatThrownBy(() -> config(1, Duration.ZERO, second, 1)).hasMessageContaining("writeTimeout");
        assertThatThrownBy(() -> config(1, second, second.negated(), 1)).hasMessageContaining("localPatience");
        assertThatThrownBy(() -> config(1, second, second, 0)).hasMessageContaining("entries must be at least 1");
    }

    private static AggregatorConfig config(int inFlight, Duration writeTimeout, Duration patience, int maxEntries) {
        return new AggregatorConfig(
                "dc-1",
                Path.of("data"),
                inFlight,
                writeTimeout,
                Duration.ofSeconds(60),
                patience,
                new OutboxConfig.Bounds(maxEntries, 1L << 30, Duration.ZERO, 10_000),
                Duration.ofMillis(2),
                RETRY);
    }
}
