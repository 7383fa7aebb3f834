package io.fogwhisk.base.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(2));

    @Test
    void doublesUntilTheCap() {
        assertThat(backoff.after(1, () -> 1)).isEqualTo(Duration.ofMillis(100));
        assertThat(backoff.after(2, () -> 1)).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.after(5, () -> 1)).isEqualTo(Duration.ofMillis(1_600));
        assertThat(backoff.after(6, () -> 1)).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff.after(10_000, () -> 1)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void jitterTakesAwayAtMostItsShare() {
        assertThat(backoff.after(1, () -> 0)).isEqualTo(Duration.ofMillis(80));
    }

    @Test
    void refusesValuesThatMakeNoSense() {
        assertThatThrownBy(() -> Backoff.between(Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessageContaining("initial");
        assertThatThrownBy(() -> Backoff.between(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("max");
        assertThatThrownBy(() -> new Backoff(Duration.ofMillis(1), Duration.ofSeconds(1), 0.5, 0))
                .hasMessageContaining("factor");
        assertThatThrownBy(() -> new Backoff(Duration.ofMillis(1), Duration.ofSeconds(1), 2, 2))
                .hasMessageContaining("jitter");
        assertThatThrownBy(() -> backoff.after(0, () -> 0)).hasMessageContaining("failures");
    }
}
