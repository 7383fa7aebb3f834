package io.fogwhisk.edge.policy;

import static io.fogwhisk.edge.policy.Known.NOW;
import static io.fogwhisk.edge.policy.Known.after;
import static io.fogwhisk.edge.policy.Known.draw;
import static io.fogwhisk.edge.policy.Known.measure;
import static io.fogwhisk.edge.policy.Known.measured;
import static io.fogwhisk.edge.policy.Known.take;
import static io.fogwhisk.edge.policy.Known.those;
import static io.fogwhisk.edge.policy.Known.unmeasured;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.base.config.ConfigException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationPolicyTest {

    @Test
    void randomDrawsInProportionToSpeed() {
        // Given
        Candidates candidates = those(measured("fast:1", 0.001), measured("slow:1", 0.003));

        // When
        Map<String, Long> counts = draw(policy("random"), candidates, 10_000);

        // Then
        assertThat(counts.get("fast:1")).isBetween(7_300L, 7_700L);
    }

    @Test
    void randomFollowsConfiguredWeightsWhileNothingIsMeasured() {
        // Given
        Candidates candidates = those(fixed("a:1", 1), fixed("b:1", 3));

        // When
        Map<String, Long> counts = draw(policy("random"), candidates, 10_000);

        // Then
        assertThat(counts.get("a:1")).isBetween(7_300L, 7_700L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "random",
                "least-impedance",
                "round-robin",
                "power-of-two",
                "proportional-fairness,alpha=1,beta=0",
                "proportional-fairness,alpha=1,beta=1"
            })
    void neverStarvesANewDestination(String name) {
        // Given: a known one that is a thousand times faster than the weight a newcomer starts with
        Destination known = measured("known:1", 0.001);
        Destination fresh = unmeasured("new:1", 1);

        // When
        Map<String, Long> counts = answering(policy(name), those(known, fresh), 0.0009);

        // Then
        assertThat(counts.get("new:1")).isGreaterThan(40);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "random",
                "least-impedance",
                "round-robin",
                "power-of-two",
                "proportional-fairness,alpha=1,beta=0",
                "proportional-fairness,alpha=1,beta=1"
            })
    void aNewDestinationTakesNoMoreThanItsShareFromTheOthers(String name) {
        // Given: one that has served for long
        DestinationPolicy policy = policy(name);
        Destination known = measured("known:1", 0.001);
        for (int i = 0; i < 1_000; i++) {
            measure(take(policy, those(known), NOW + i * 1_000L), 0.001, NOW + i * 1_000L);
        }

        // When
        Map<String, Long> counts = answering(policy, those(known, unmeasured("new:1", 1)), 0.0011);

        // Then
        assertThat(counts.get("known:1")).isGreaterThan(40);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "random",
                "least-impedance",
                "round-robin",
                "power-of-two",
                "proportional-fairness,alpha=1,beta=0",
                "proportional-fairness,alpha=1,beta=1"
            })
    void aDestinationWhereTheFunctionAlwaysFailsDoesNotDrawEveryCall(String name) {
        // Given
        DestinationPolicy policy = policy(name);
        Destination good = measured("good:1", 0.001);
        Destination bad = unmeasured("bad:1", 1);

        // When
        long goods = IntStream.range(0, 200)
                .mapToObj(i -> {
                    long now = NOW + TimeUnit.MILLISECONDS.toNanos(i);
                    Destination chosen = take(policy, those(bad, good), now);
                    chosen.started(now);
                    if (chosen == bad) {
                        chosen.failed(now);
                    } else {
                        chosen.succeeded(0.001, now, Known.LATEST);
                    }
                    return chosen;
                })
                .filter(each -> each == good)
                .count();

        // Then
        assertThat(goods).isGreaterThan(60);
    }

    @Test
    void leastImpedanceTakesTheFastest() {
        // Given
        Candidates candidates = those(measured("a:1", 0.003), measured("b:1", 0.001), measured("c:1", 0.002));

        // Then
        assertThat(draw(policy("least-impedance"), candidates, 100)).containsOnlyKeys("b:1");
    }

    @Test
    void leastImpedanceTakesTheFirstOfEquals() {
        assertThat(draw(policy("least-impedance"), those(fixed("a:1", 1), fixed("b:1", 1)), 100))
                .containsOnlyKeys("a:1");
    }

    @Test
    void leastImpedanceTriesANewcomerWithOneCallAtATime() {
        // Given
        Destination known = measured("known:1", 0.001);
        Destination fresh = unmeasured("new:1", 1);
        fresh.started(NOW);

        // Then
        assertThat(policy("least-impedance").choose(those(known, fresh), NOW)).isSameAs(known);
    }

    @Test
    void leastImpedanceAsksASlowOneAgainAfterSomeSeconds() {
        // Given
        Destination slow = measured("slow:1", 1);
        Destination fast = measured("fast:1", 0.001);
        measure(fast, 0.001, after(6));

        // Then
        assertThat(policy("least-impedance").choose(those(fast, slow), after(6)))
                .isSameAs(slow);
    }

    @Test
    void roundRobinTakesTurnsInProportionToSpeed() {
        // Given
        Candidates candidates = those(measured("fast:1", 0.002), measured("slow:1", 0.004));

        // Then
        assertThat(draw(policy("round-robin"), candidates, 300))
                .containsEntry("fast:1", 200L)
                .containsEntry("slow:1", 100L);
    }

    @Test
    void roundRobinLeavesASlowOneOutAndProbesItLaterAndLater() {
        // Given
        DestinationPolicy policy = policy("round-robin");
        Destination fast = measured("fast:1", 0.001);
        Destination slow = measured("slow:1", 1);
        Candidates candidates = those(fast, slow);

        // When
        Map<String, Long> atOnce = draw(policy, candidates, 100);
        Destination afterOneSecond = take(policy, candidates, after(1.001));
        Destination afterTwoSeconds = take(policy, candidates, after(2.002));
        Destination afterThreeSeconds = take(policy, candidates, after(3.003));

        // Then
        assertThat(atOnce).containsOnlyKeys("fast:1");
        assertThat(afterOneSecond).isSameAs(slow);
        assertThat(afterTwoSeconds).isSameAs(fast);
        assertThat(afterThreeSeconds).isSameAs(slow);
    }

    @Test
    void roundRobinCountsNoTurnThatWasNotTaken() {
        // Given
        DestinationPolicy policy = policy("round-robin");
        Candidates candidates = those(measured("a:1", 0.002), measured("b:1", 0.002));

        // When
        Destination first = policy.choose(candidates, NOW);
        Destination second = policy.choose(candidates, NOW);

        // Then
        assertThat(second).isSameAs(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpha=0,beta=1", "alpha=3,beta=1"})
    void proportionalFairnessPrefersWhoWaitedLonger(String exponents) {
        assertThat(fairly(exponents)).isEqualTo("b:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpha=1,beta=0", "alpha=4,beta=1"})
    void proportionalFairnessPrefersTheFasterWhenAlphaSaysSo(String exponents) {
        assertThat(fairly(exponents)).isEqualTo("a:1");
    }

    /** For a (1/0.001)^alpha / (3/0.2)^beta, for b (1/0.002)^alpha / (2/2)^beta: they are even at alpha 3.9, beta 1. */
    private static String fairly(String exponents) {
        DestinationPolicy policy = policy("proportional-fairness," + exponents);
        Destination fast = measured("a:1", 0.001);
        Destination slow = measured("b:1", 0.002);
        policy.choose(those(fast, slow), NOW);
        policy.taken(fast, after(1));
        policy.taken(fast, after(3.8));
        policy.taken(slow, after(2));
        return policy.choose(those(fast, slow), after(4)).endpoint();
    }

    @Test
    void refusesAnUnknownPolicy() {
        assertThatThrownBy(() -> policy("fastest"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--table-conf: type must be power-of-two")
                .hasMessageContaining("'fastest'");
    }

    @Test
    void namesWhatProportionalFairnessMisses() {
        assertThatThrownBy(() -> policy("proportional-fairness,alpha=x,gama=1"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--table-conf: alpha must be a number")
                .hasMessageContaining("--table-conf: beta is missing")
                .hasMessageContaining("unknown key 'gama'");
    }

    private static DestinationPolicy policy(String name) {
        Random random = new Random(1);
        return DestinationPolicy.parse("--table-conf", "type=" + name, () -> random);
    }

    /** A destination whose weight nothing will change. */
    private static Destination fixed(String endpoint, double weight) {
        return new Destination(new Peer(endpoint, 0, Known.ZERO), weight, true, false);
    }

    private static Map<String, Long> answering(DestinationPolicy policy, Candidates candidates, double seconds) {
        return IntStream.range(0, 200)
                .mapToObj(i -> {
                    long now = after(0.002) + TimeUnit.MILLISECONDS.toNanos(i);
                    Destination chosen = take(policy, candidates, now);
                    measure(chosen, seconds, now);
                    return chosen.endpoint();
                })
                .collect(Collectors.groupingBy(each -> each, Collectors.counting()));
    }
}
