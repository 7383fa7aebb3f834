package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.influx.InfluxException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a client takes an answer too slowly. */
class AnswerPaceTest {

    private final AnswerPace pace = new AnswerPace();

    @Test
    void letsASlowLineTakeALongAnswer() {
        assertThatCode(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        pace.check();
                        pace.taken(20_000, Duration.ofSeconds(1).toNanos());
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void endsAnAnswerThatDripsAndLetsTheReasonPass() {
        // Given
        pace.taken(100, Duration.ofSeconds(30).toNanos());
        pace.check();

        // When
        pace.taken(100, Duration.ofSeconds(2).toNanos());

        // Then
        assertThatThrownBy(pace::check)
                .isInstanceOf(InfluxException.class)
                .hasMessage("the answer was taken too slowly: 200 bytes in 32 s");
        assertThatCode(pace::check).doesNotThrowAnyException();
    }
}
