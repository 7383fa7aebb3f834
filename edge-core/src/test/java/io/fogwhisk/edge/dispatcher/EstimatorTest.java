package io.fogwhisk.edge.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fogwhisk.base.config.ConfigException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EstimatorTest {

    private static final Offset<Double> EXACTLY = within(1e-9);
    private static final long NOW = TimeUnit.HOURS.toNanos(1);

    @Test
    void aLineGoesThroughTheSamplesByLeastSquares() {
        // Given
        SampleWindow window = new SampleWindow(50, 0);
        window.add(1, 2, NOW);
        window.add(2, 3, NOW);
        window.add(3, 7, NOW);

        // Then: means 2 and 4, slope 5 / 2
        assertThat(window.at(2, NOW)).isCloseTo(4, EXACTLY);
        assertThat(window.at(4, NOW)).isCloseTo(9, EXACTLY);
    }

    @Test
    void samplesAtOneAbscissaGiveTheirMean() {
        SampleWindow window = new SampleWindow(50, 0);
        window.add(7, 1, NOW);
        window.add(7, 2, NOW);

        assertThat(window.at(1_000, NOW)).isCloseTo(1.5, EXACTLY);
    }

    @Test
    void noSampleGivesZero() {
        assertThat(new SampleWindow(50, 0).at(1, NOW)).isZero();
    }

    @Test
    void aFullWindowDropsTheOldestSample() {
        // Given: as many as force it to grow and then to turn
        SampleWindow window = new SampleWindow(20, 0);
        for (int i = 0; i < 55; i++) {
            window.add(1, i < 35 ? 1_000 : 4, NOW);
        }

        // Then
        assertThat(window.at(1, NOW)).isCloseTo(4, EXACTLY);
    }

    @Test
    void oldSamplesAreDropped() {
        // Given
        SampleWindow window = new SampleWindow(50, TimeUnit.SECONDS.toNanos(10));
        window.add(1, 1, NOW);
        window.add(1, 3, later(6));

        // Then
        assertThat(window.at(1, later(10))).isCloseTo(2, EXACTLY);
        assertThat(window.at(1, later(11))).isCloseTo(3, EXACTLY);
        assertThat(window.isEmpty(later(17))).isTrue();
    }

    @Test
    void rttIsTheTimeLessTheProcessingTimeBySize() {
        // Given
        Estimator rtt = estimator("type=rtt");
        rtt.learn(measured(100, 0.030, 0.010, 0));
        rtt.learn(measured(200, 0.090, 0.060, 0));

        // Then
        assertThat(rtt.seconds(300, 0, NOW)).isCloseTo(0.040, EXACTLY);
        assertThat(rtt.seconds(150, 99, NOW)).isCloseTo(0.025, EXACTLY);
    }

    @Test
    void rttIsNeverNegative() {
        Estimator rtt = estimator("type=rtt");
        rtt.learn(measured(100, 0.001, 0, 0));
        rtt.learn(measured(200, 0.010, 0, 0));

        assertThat(rtt.seconds(0, 0, NOW)).isZero();
    }

    @Test
    void rttForgetsAfterItsPeriod() {
        Estimator rtt = estimator("type=rtt,stale-period=2");
        rtt.learn(measured(100, 0.001, 0, 0));

        assertThat(rtt.seconds(100, 0, later(2))).isCloseTo(0.001, EXACTLY);
        assertThat(rtt.seconds(100, 0, later(2.1))).isNaN();
    }

    @Test
    void utilAddsTheProcessingTimeAtTheLoadToTheRtt() {
        // Given
        Estimator util = estimator("type=util");
        util.learn(measured(100, 0.030, 0.010, 0));
        util.learn(measured(100, 0.050, 0.030, 50));

        // Then: 20 ms there and back, 10 ms idle and 0.4 ms more for each percent
        assertThat(util.seconds(100, 0, NOW)).isCloseTo(0.030, EXACTLY);
        assertThat(util.seconds(100, 75, NOW)).isCloseTo(0.060, EXACTLY);
        assertThat(util.seconds(777, 75, NOW)).as("no fit for that size yet").isCloseTo(0.020, EXACTLY);
    }

    @Test
    void utilKeepsProcessingTimesWhenTheRttIsStale() {
        Estimator util = estimator("type=util,rtt-stale-period=1");
        util.learn(measured(100, 0.030, 0.010, 0));

        assertThat(util.seconds(100, 0, later(3_600))).isCloseTo(0.010, EXACTLY);
    }

    @Test
    void delayIsTheWholeTimeAtTheLoadForThatVerySize() {
        // Given
        Estimator delay = estimator("type=delay");
        delay.learn(measured(100, 0.030, 0.010, 0));
        delay.learn(measured(100, 0.050, 0.010, 50));

        // Then
        assertThat(delay.seconds(100, 25, later(3_600))).isCloseTo(0.040, EXACTLY);
        assertThat(delay.seconds(101, 25, NOW)).isNaN();
    }

    @Test
    void rememberedSizesAreBounded() {
        Estimator delay = estimator("type=delay");
        for (int size = 0; size < 65; size++) {
            delay.learn(measured(size, 0.030, 0.010, 0));
        }

        assertThat(delay.seconds(0, 0, NOW)).isNaN();
        assertThat(delay.seconds(1, 0, NOW)).isCloseTo(0.030, EXACTLY);
    }

    @Test
    void everyKeyHasTheReferencesDefault() {
        Duration ten = Duration.ofSeconds(10);
        assertThat(config("")).isEqualTo(new EstimatorConfig.Rtt(50, ten));
        assertThat(config("type=util")).isEqualTo(new EstimatorConfig.Utilization(50, ten, ten, 50, "out.dat"));
        assertThat(config("type=delay")).isEqualTo(new EstimatorConfig.Delay(ten, 50, "out.dat"));
        assertThat(config("type=probe")).isEqualTo(new EstimatorConfig.Probe(10, "out.dat"));
    }

    @Test
    void everyKeyCanBeSet() {
        assertThat(config("type=rtt,window-size=7,stale-period=0.5"))
                .isEqualTo(new EstimatorConfig.Rtt(7, Duration.ofMillis(500)));
        assertThat(config("type=util,rtt-window-size=1,rtt-stale-period=2,util-load-timeout=3,util-window-size=4,"
                        + "output=x"))
                .isEqualTo(new EstimatorConfig.Utilization(1, Duration.ofSeconds(2), Duration.ofSeconds(3), 4, "x"));
        assertThat(config("type=delay,util-load-timeout=3,util-window-size=4,output="))
                .isEqualTo(new EstimatorConfig.Delay(Duration.ofSeconds(3), 4, ""));
        assertThat(config("type=probe,max-clients=3,output=x")).isEqualTo(new EstimatorConfig.Probe(3, "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"type=guess", "type=rtt,window-size=0", "type=rtt,max-clients=1", "type=probe,max-clients=x"})
    void namesTheOptionInAFault(String text) {
        assertThatThrownBy(() -> config(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--ptimeest-conf: ");
    }

    private static Estimator estimator(String text) {
        return Estimator.of(config(text)).orElseThrow();
    }

    private static EstimatorConfig config(String text) {
        return EstimatorConfig.parse("--ptimeest-conf", text);
    }

    private static Estimator.Measurement measured(int size, double seconds, double processing, int load) {
        return new Estimator.Measurement(size, seconds, processing, load, NOW);
    }

    private static long later(double seconds) {
        return NOW + (long) (seconds * 1e9);
    }
}
