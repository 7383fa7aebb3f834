package io.fogwhisk.edge.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {

    private final LatencyHistogram histogram = new LatencyHistogram();

    @Test
    void quantilesAreRightToAPercent() {
        // Given 1 to 100,000 ms
        for (int i = 1; i <= 100_000; i++) {
            histogram.add(i * 1_000_000L);
        }

        // When / Then
        assertThat(histogram.count()).isEqualTo(100_000);
        assertThat(histogram.mean()).isCloseTo(50.0005, within(1e-6));
        assertThat(histogram.quantile(0.5)).isCloseTo(50, withPercentage(1));
        assertThat(histogram.quantile(0.95)).isCloseTo(95, withPercentage(1));
        assertThat(histogram.quantile(0.99)).isCloseTo(99, withPercentage(1));
        assertThat(histogram.quantile(1)).isCloseTo(100, withPercentage(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 255, 256, 1_000_000_007, Long.MAX_VALUE})
    void everyDurationHasItsBucket(long nanos) {
        // When
        histogram.add(nanos);

        // Then
        assertThat(histogram.quantile(0.5)).isCloseTo(nanos / 1e9, withPercentage(1));
    }

    @Test
    void nothingWasMeasured() {
        // When / Then
        assertThat(histogram.mean()).isZero();
        assertThat(histogram.quantile(0.99)).isZero();
    }
}
