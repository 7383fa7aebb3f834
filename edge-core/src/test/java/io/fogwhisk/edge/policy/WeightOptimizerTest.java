package io.fogwhisk.edge.policy;

import static io.fogwhisk.edge.policy.Known.NOW;
import static io.fogwhisk.edge.policy.Known.after;
import static io.fogwhisk.edge.policy.Known.unmeasured;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fogwhisk.base.config.ConfigException;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightOptimizerTest {

    private static final Offset<Double> EXACTLY = within(1e-12);

    private final Destination destination = unmeasured("a:1", 1);

    @Test
    void noneLeavesTheWeight() {
        // Given
        WeightOptimizer none = optimizer("type=none");

        // When
        answer(none, 0.2, NOW);

        // Then
        assertThat(destination.weight()).isEqualTo(1);
        assertThat(none.learns()).isFalse();
        assertThat(none.period()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"mean, 0.2", "min, 0.1", "max, 0.3"})
    void trivialSetsTheStatisticOfThePeriodAtItsEnd(String statistic, double expected) {
        // Given
        WeightOptimizer trivial = optimizer("type=trivial,period=2.5,stat=" + statistic);
        answer(trivial, 0.2, NOW);
        answer(trivial, 0.1, NOW);
        answer(trivial, 0.3, NOW);
        double during = destination.weight();

        // When
        trivial.periodEnded(destination);

        // Then
        assertThat(trivial.period()).isEqualTo(Duration.ofMillis(2_500));
        assertThat(during).as("the first answer counts at once").isEqualTo(0.2);
        assertThat(destination.weight()).isCloseTo(expected, EXACTLY);
    }

    @Test
    void trivialKeepsTheWeightOfWhoWasNotUsedInThePeriod() {
        // Given
        WeightOptimizer trivial = optimizer("");
        answer(trivial, 0.2, NOW);
        answer(trivial, 0.4, NOW);
        trivial.periodEnded(destination);

        // When
        trivial.periodEnded(destination);

        // Then
        assertThat(destination.weight()).isCloseTo(0.3, EXACTLY);
        assertThat(trivial.period()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void trivialBeginsEachPeriodAnew() {
        // Given
        WeightOptimizer trivial = optimizer("type=trivial,stat=min");
        answer(trivial, 0.2, NOW);
        trivial.periodEnded(destination);

        // When
        answer(trivial, 0.5, NOW);
        trivial.periodEnded(destination);

        // Then
        assertThat(destination.weight()).isEqualTo(0.5);
    }

    @Test
    void asyncAveragesAndJumpsWhenTheLastSampleIsOld() {
        // Given
        WeightOptimizer async = optimizer("type=async,alpha=0.75");

        // Then
        answer(async, 0.1, NOW);
        assertThat(destination.weight()).isEqualTo(0.1);
        answer(async, 0.2, after(5));
        assertThat(destination.weight()).isCloseTo(0.25 * 0.2 + 0.75 * 0.1, EXACTLY);
        answer(async, 0.3, after(10.1));
        assertThat(destination.weight()).isEqualTo(0.3);
    }

    @Test
    void asyncPfTakesTheLatest() {
        // Given
        WeightOptimizer latest = optimizer("type=asyncPF");

        // When
        answer(latest, 0.1, NOW);
        answer(latest, 0.4, NOW);

        // Then
        assertThat(destination.weight()).isEqualTo(0.4);
    }

    @Test
    void theMovingLatencyDoesNotDependOnTheOptimizer() {
        // Given
        WeightOptimizer none = optimizer("type=none");

        // Then
        answer(none, 0.1, NOW);
        answer(none, 0.2, NOW);
        assertThat(destination.latency()).isCloseTo(0.05 * 0.2 + 0.95 * 0.1, EXACTLY);
        answer(none, 0.3, after(6));
        assertThat(destination.latency()).isEqualTo(0.3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type=async",
                "type=async,alpha=1.5",
                "type=trivial,stat=median",
                "type=trivial,period=0",
                "type=best",
                "type=none,alpha=1"
            })
    void namesTheOptionInAFault(String text) {
        assertThatThrownBy(() -> optimizer(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--optimizer-conf: ");
    }

    private void answer(WeightOptimizer optimizer, double seconds, long now) {
        destination.started(now);
        destination.succeeded(seconds, now, optimizer);
    }

    private static WeightOptimizer optimizer(String text) {
        return WeightOptimizer.parse("--optimizer-conf", text);
    }
}
