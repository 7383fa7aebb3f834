package io.fogwhisk.edge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Arrival processes on virtual time. */
class ArrivalsTest {

    private static final int MANY = 200_000;

    @ParameterizedTest
    @EnumSource
    void thinkTimesKeepTheirMeanWhateverTheirSpread(ThinkTimes.Spread spread) {
        Arrivals arrivals = new ThinkTimes(spread, 0.5, new SplittableRandom(1));

        assertThat(arrivals.next(3)).as("the first is due at once").isEqualTo(3);
        assertThat(meanGap(arrivals)).isCloseTo(0.5, within(0.01));
    }

    @Test
    void constantTimesAreConstantAndUniformOnesEndAtTwiceTheMean() {
        Arrivals constant = new ThinkTimes(ThinkTimes.Spread.CONSTANT, 0.5, new SplittableRandom(1));
        Arrivals uniform = new ThinkTimes(ThinkTimes.Spread.UNIFORM, 0.5, new SplittableRandom(1));
        Arrivals poisson = new ThinkTimes(ThinkTimes.Spread.POISSON, 0.5, new SplittableRandom(1));
        constant.next(0);
        uniform.next(0);
        poisson.next(0);
        double longestUniform = 0;
        double longestPoisson = 0;
        for (int i = 0; i < 10_000; i++) {
            assertThat(constant.next(7)).isEqualTo(7.5);
            longestUniform = Math.max(longestUniform, uniform.next(0));
            longestPoisson = Math.max(longestPoisson, poisson.next(0));
        }

        assertThat(longestUniform).isBetween(0.99, 1.0);
        assertThat(longestPoisson).isGreaterThan(2);
    }

    @Test
    void requestsOfOnPeriodsAreDueOnePauseAfterTheOther() {
        // Given: pauses that do not differ, so that a longer gap is an OFF period
        Arrivals arrivals = new OnOffPeriods(2, 3, new Pauses(0.01, 0.01), new SplittableRandom(5));

        // When
        List<Double> offs = new ArrayList<>();
        double former = arrivals.next(0);
        double first = former;
        for (int i = 0; i < MANY; i++) {
            double at = arrivals.next(former);
            if (at - former > 0.010_001) {
                offs.add(at - former);
            }
            former = at;
        }

        // Then: a share of 2/5 of the time is ON
        double rate = MANY / (former - first);
        assertThat(rate).isCloseTo(100 * 2 / 5.0, within(2.0));
        assertThat(offs.stream().mapToDouble(each -> each).average().orElse(0)).isCloseTo(3, within(0.25));
    }

    @Test
    void aLateOnPeriodDropsTheRestOfItsBatch() {
        // Given
        SplittableRandom random = new SplittableRandom(5);
        Arrivals arrivals = new OnOffPeriods(1, 1, new Pauses(0.1, 0.1), random);
        double first = arrivals.next(0);

        // When: the answer takes longer than any ON period
        double late = first + 1_000;
        double next = arrivals.next(late);

        // Then: an OFF period comes first, and the batch after it is whole
        assertThat(next).isGreaterThan(late);
        assertThat(arrivals.next(next)).isGreaterThan(next);
    }

    @Test
    void aRequestThatIsLateWithinItsOnPeriodIsDueAtOnce() {
        // Given
        Arrivals arrivals = new OnOffPeriods(1e6, 1, new Pauses(0.1, 0.1), new SplittableRandom(5));
        double first = arrivals.next(0);

        // When
        double second = arrivals.next(first + 5);
        double third = arrivals.next(first + 5);

        // Then: the schedule stands, so that they are sent one right after the other
        assertThat(second).isCloseTo(first + 0.1, within(1e-9));
        assertThat(third).isCloseTo(first + 0.2, within(1e-9));
    }

    @Test
    void burstsKeepTheirMeanPeriodAndSize() {
        // Given
        Arrivals arrivals = new Bursts(5, 4, new Pauses(0, 1e-9), new SplittableRandom(9));

        // When
        long requests = Arrivals.count(arrivals, 500_000);

        // Then
        assertThat(requests / 500_000.0).isCloseTo(4 / 5.0, within(0.02));
    }

    @Test
    void theNextRequestOfABurstIsDueAPauseAfterTheAnswer() {
        Arrivals arrivals = new Bursts(1e6, 1e5, new Pauses(0.2, 0.2), new SplittableRandom(9));
        double first = arrivals.next(0);

        assertThat(arrivals.next(first + 100)).isCloseTo(first + 100.2, within(1e-9));
    }

    @Test
    void aBurstThatTookTooLongDelaysTheNextOne() {
        // Given: bursts of about one request
        Arrivals arrivals = new Bursts(1, 0.01, new Pauses(0, 1e-9), new SplittableRandom(9));
        double first = arrivals.next(0);

        assertThat(arrivals.next(first + 1e6)).isGreaterThanOrEqualTo(first + 1e6);
    }

    @Test
    void theSameSeedGivesTheSameTimes() {
        assertThat(times(7)).isEqualTo(times(7)).isNotEqualTo(times(8));
    }

    @Test
    void countsWhatThereWouldBeIfEveryAnswerCameAtOnce() {
        assertThat(Arrivals.count(new ThinkTimes(ThinkTimes.Spread.CONSTANT, 0.25, new SplittableRandom(1)), 10))
                .isEqualTo(40);
    }

    @Test
    void refusesWhatCannotBe() {
        SplittableRandom random = new SplittableRandom(1);
        Pauses pauses = new Pauses(0, 1);

        assertThatThrownBy(() -> new ThinkTimes(ThinkTimes.Spread.UNIFORM, -1, random))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("-1.0");
        assertThatThrownBy(() -> new Pauses(0, 0)).hasMessageContaining("max-sleep");
        assertThatThrownBy(() -> new Pauses(2, 1)).hasMessageContaining("max-sleep");
        assertThatThrownBy(() -> new OnOffPeriods(0, 1, pauses, random)).hasMessageContaining("on-mean");
        assertThatThrownBy(() -> new OnOffPeriods(1, -1, pauses, random)).hasMessageContaining("off-mean");
        assertThatThrownBy(() -> new Bursts(0, 1, pauses, random)).hasMessageContaining("period-mean");
        assertThatThrownBy(() -> new Bursts(1, 0, pauses, random)).hasMessageContaining("burst-size-mean");
    }

    private static List<Double> times(long seed) {
        Arrivals arrivals = new OnOffPeriods(1, 1, new Pauses(0, 0.1), new SplittableRandom(seed));
        List<Double> times = new ArrayList<>();
        double now = 0;
        for (int i = 0; i < 100; i++) {
            now = arrivals.next(now);
            times.add(now);
        }
        return times;
    }

    private static double meanGap(Arrivals arrivals) {
        double start = arrivals.next(0);
        double now = start;
        for (int i = 0; i < MANY; i++) {
            now = arrivals.next(now);
        }
        return (now - start) / MANY;
    }
}
