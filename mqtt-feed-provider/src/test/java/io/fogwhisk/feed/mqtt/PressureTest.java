package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PressureTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final Pressure pressure = new Pressure(now::get);

    @Test
    void lastsWhenItIsFeltAgainAndAgainForAWhile() {
        assertThat(pressure.lasting()).isFalse();

        feel(0, 49, 49, 49, 49, 49);
        assertThat(pressure.lasting()).isFalse();

        feel(5);
        assertThat(pressure.lasting()).isTrue();
    }

    @Test
    void endsWithABreakAndBeginsAnewAfterIt() {
        feel(0, 49, 49, 49, 49, 49, 49);
        pass(49);
        assertThat(pressure.lasting()).isTrue();
        pass(1);
        assertThat(pressure.lasting()).isFalse();

        feel(0, 49, 49);
        assertThat(pressure.lasting()).isFalse();
    }

    private void feel(int... afterMillis) {
        for (int millis : afterMillis) {
            pass(millis);
            pressure.felt();
        }
    }

    private void pass(long millis) {
        now.addAndGet(Duration.ofMillis(millis).toNanos());
    }
}
