package io.fogwhisk.edge.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationPolicyTest {

    private static final long NOW = TimeUnit.HOURS.toNanos(1);

    @Test
    void randomDrawsInProportionToSpeed() {
        // Given
        DestinationPolicy policy = new RandomPolicy(new Random(1)::nextDouble);
        List<Destination> candidates = List.of(measured("fast:1", 0.001), measured("slow:1", 0.003));

        // When
        Map<String, Long> counts = draw(policy, candidates, 10_000);

        // Then
        assertThat(counts.get("fast:1")).isBetween(7_300L, 7_700L);
    }

    @Test
    void randomFollowsConfiguredWeightsWhileNothingIsMeasured() {
        // Given
        DestinationPolicy policy = new RandomPolicy(new Random(1)::nextDouble);
        List<Destination> candidates = List.of(new Destination("a:1", 1, true), new Destination("b:1", 3, true));

        // When
        Map<String, Long> counts = draw(policy, candidates, 10_000);

        // Then
        assertThat(counts.get("a:1")).isBetween(7_300L, 7_700L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "least-impedance", "round-robin"})
    void neverStarvesANewDestination(String name) {
        // Given: a known one that is a thousand times faster than the weight a newcomer starts with
        DestinationPolicy policy = DestinationPolicy.named(name);
        Destination known = measured("known:1", 0.001);
        Destination fresh = new Destination("new:1", 1, true);

        // When
        Map<String, Long> counts = IntStream.range(0, 200)
                .mapToObj(i -> {
                    Destination chosen = policy.choose(List.of(known, fresh), NOW);
                    chosen.started();
                    chosen.ended(0.0009, NOW);
                    return chosen.endpoint();
                })
                .collect(Collectors.groupingBy(each -> each, Collectors.counting()));

        // Then
        assertThat(counts.get("new:1")).isGreaterThan(40);
    }

    @Test
    void leastImpedanceTakesTheFastest() {
        // Given
        DestinationPolicy policy = DestinationPolicy.named("least-impedance");
        List<Destination> candidates = List.of(measured("a:1", 0.003), measured("b:1", 0.001), measured("c:1", 0.002));

        // Then
        assertThat(draw(policy, candidates, 100)).containsOnlyKeys("b:1");
    }

    @Test
    void leastImpedanceTriesANewcomerWithOneCallAtATime() {
        // Given
        DestinationPolicy policy = DestinationPolicy.named("least-impedance");
        Destination known = measured("known:1", 0.001);
        Destination fresh = new Destination("new:1", 1, true);
        fresh.started();

        // Then
        assertThat(policy.choose(List.of(known, fresh), NOW)).isSameAs(known);
    }

    @Test
    void leastImpedanceAsksASlowOneAgainAfterSomeSeconds() {
        // Given
        DestinationPolicy policy = DestinationPolicy.named("least-impedance");
        Destination slow = measured("slow:1", 1);
        Destination fast = measured("fast:1", 0.001);
        long later = NOW + TimeUnit.SECONDS.toNanos(6);
        fast.started();
        fast.ended(0.001, later);

        // Then
        assertThat(policy.choose(List.of(fast, slow), later)).isSameAs(slow);
    }

    @Test
    void roundRobinTakesTurnsInProportionToSpeed() {
        // Given
        DestinationPolicy policy = DestinationPolicy.named("round-robin");
        List<Destination> candidates = List.of(measured("fast:1", 0.002), measured("slow:1", 0.004));

        // Then
        assertThat(draw(policy, candidates, 300)).containsEntry("fast:1", 200L).containsEntry("slow:1", 100L);
    }

    @Test
    void roundRobinLeavesASlowOneOutAndProbesItLaterAndLater() {
        // Given
        DestinationPolicy policy = DestinationPolicy.named("round-robin");
        Destination fast = measured("fast:1", 0.001);
        Destination slow = measured("slow:1", 1);
        List<Destination> candidates = List.of(fast, slow);

        // When
        Map<String, Long> atOnce = draw(policy, candidates, 100);
        Destination afterOneSecond = policy.choose(candidates, NOW + TimeUnit.MILLISECONDS.toNanos(1_001));
        Destination afterTwoSeconds = policy.choose(candidates, NOW + TimeUnit.MILLISECONDS.toNanos(2_002));
        Destination afterThreeSeconds = policy.choose(candidates, NOW + TimeUnit.MILLISECONDS.toNanos(3_003));

        // Then
        assertThat(atOnce).containsOnlyKeys("fast:1");
        assertThat(afterOneSecond).isSameAs(slow);
        assertThat(afterTwoSeconds).isSameAs(fast);
        assertThat(afterThreeSeconds).isSameAs(slow);
    }

    @Test
    void weightFollowsAsAnAverageAndJumpsWhenTheLastSampleIsOld() {
        // Given
        Destination destination = measured("a:1", 0.1);

        // When
        destination.started();
        destination.ended(0.2, NOW);
        double averaged = destination.weight();
        destination.started();
        destination.ended(0.3, NOW + TimeUnit.SECONDS.toNanos(6));

        // Then
        assertThat(averaged).isEqualTo(0.05 * 0.2 + 0.95 * 0.1);
        assertThat(destination.weight()).isEqualTo(0.3);
    }

    @Test
    void refusesAnUnknownPolicy() {
        assertThatThrownBy(() -> DestinationPolicy.named("fastest"))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("least-impedance")
                .hasMessageContaining("'fastest'");
    }

    private static Destination measured(String endpoint, double seconds) {
        Destination destination = new Destination(endpoint, 1, true);
        destination.started();
        destination.ended(seconds, NOW);
        return destination;
    }

    private static Map<String, Long> draw(DestinationPolicy policy, List<Destination> candidates, int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> policy.choose(candidates, NOW).endpoint())
                .collect(Collectors.groupingBy(each -> each, Collectors.counting()));
    }
}
