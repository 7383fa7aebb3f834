package io.fogwhisk.feed.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fogwhisk.feed.FeedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {

    @Test
    void aStepBeyondTheFieldMeansItsFirstValue() {
        assertThat(Cron.parse("0 0 */2147483647 * *").day().values()).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * 32 * *",
                "* * * 0 *",
                "* * * 13 *",
                "* * * * 8",
                "*/0 * * * *",
                "5-1 * * * *",
                "a * * * *",
                "1, * * * *",
                "1- * * * *",
                "@daily"
            })
    void refusesWhatIsNoPattern(String pattern) {
        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> Cron.parse(pattern))
                .withMessage("cron pattern '" + pattern + "' is not valid");
    }
}
