package io.fogwhisk.lean.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {

    private final HandCrankedClock clock = new HandCrankedClock();
    private final FailedLogins logins = new FailedLogins(clock);

    @Test
    void theTwentyFirstFailureOfAMinuteIsTooMany() {
        failTimes("10.0.0.1", 20);
        clock.advance(Duration.ofSeconds(20));

        assertThat(logins.failed("10.0.0.1")).isEqualTo(40);
    }

    @Test
    void aMinuteLaterAllIsForgotten() {
        failTimes("10.0.0.1", 20);
        clock.advance(Duration.ofMinutes(1));

        failTimes("10.0.0.1", 20);
        assertThat(logins.failed("10.0.0.1")).isEqualTo(60);
    }

    @Test
    void otherAddressesAreNotConcerned() {
        failTimes("10.0.0.1", 20);

        assertThat(logins.failed("10.0.0.2")).isZero();
        assertThat(logins.failed("10.0.0.1")).isPositive();
    }

    @Test
    void theAddressesOfOneIpv6NetworkCountTogether() {
        failTimes("2001:db8::1", 10);
        failTimes("[2001:db8::2]", 10);

        assertThat(logins.failed("2001:db8::3")).isPositive();
        assertThat(logins.failed("2001:db8:0:1::3")).isZero();
    }

    @Test
    void manyAddressesPushOutTheOldest() {
        failTimes("10.0.0.1", 20);
        for (int i = 0; i < 10_000; i++) {
            assertThat(logins.failed("11.0." + i / 256 + "." + i % 256)).isZero();
        }

        assertThat(logins.failed("10.0.0.1")).isZero();
    }

    private void failTimes(String address, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(logins.failed(address)).isZero();
        }
    }

    private static final class HandCrankedClock extends Clock {
        private Instant now = Instant.EPOCH;

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
