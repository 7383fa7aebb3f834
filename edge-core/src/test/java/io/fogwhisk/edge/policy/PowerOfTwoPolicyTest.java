package io.fogwhisk.edge.policy;

import static io.fogwhisk.edge.policy.Known.NOW;
import static io.fogwhisk.edge.policy.Known.after;
import static io.fogwhisk.edge.policy.Known.calling;
import static io.fogwhisk.edge.policy.Known.draw;
import static io.fogwhisk.edge.policy.Known.measure;
import static io.fogwhisk.edge.policy.Known.measured;
import static io.fogwhisk.edge.policy.Known.those;
import static io.fogwhisk.edge.policy.Known.unmeasured;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PowerOfTwoPolicyTest {

    private final Random random = new Random(1);
    private final DestinationPolicy policy = new PowerOfTwoPolicy(() -> random);

    @Test
    void takesTheOneOfTwoWhoseCallsTimesLatencyIsLower() {
        // Given: 3 x 10 ms against 1 x 25 ms, and against 1 x 35 ms
        Destination busy = calling(measured("busy:1", 0.010), 2);

        // Then
        assertThat(draw(policy, those(busy, measured("idle:1", 0.025)), 100)).containsOnlyKeys("idle:1");
        assertThat(draw(policy, those(busy, measured("slow:1", 0.035)), 100)).containsOnlyKeys("busy:1");
    }

    @Test
    void neverTakesTheWorstOfThree() {
        // Given
        Candidates candidates = those(measured("a:1", 0.001), measured("b:1", 0.002), measured("c:1", 0.003));

        // Then: two of the three pairs have a in them
        assertThat(draw(policy, candidates, 3_000))
                .containsOnlyKeys("a:1", "b:1")
                .hasEntrySatisfying("a:1", count -> assertThat(count).isBetween(1_900L, 2_100L));
    }

    @Test
    void looksAtTwoOfThousands() {
        // Given
        Destinations all = new Destinations(() -> random);
        for (int i = 0; i < 5_000; i++) {
            all.add(measured("h:" + i, 0.001));
        }
        AtomicInteger looks = new AtomicInteger();
        Candidates counted = new Candidates() {
            @Override
            public int size() {
                return all.size();
            }

            @Override
            public Destination get(int index) {
                looks.incrementAndGet();
                return all.get(index);
            }

            @Override
            public @Nullable Destination awaited(long now) {
                return all.awaited(now);
            }
        };

        // When
        policy.choose(counted, NOW);

        // Then
        assertThat(looks).hasValue(2);
    }

    @Test
    void givesEachOfManyNewcomersACallAtOnceAndNoSecondOne() {
        // Given
        Destinations all = new Destinations(() -> random);
        for (int i = 0; i < 10; i++) {
            all.add(measured("known:" + i, 0.001));
        }
        for (int i = 0; i < 5; i++) {
            all.add(unmeasured("new:" + i, 1));
        }

        // When
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Destination next = policy.choose(all, NOW);
            next.started(NOW);
            chosen.add(next.endpoint());
        }

        // Then
        assertThat(chosen.stream().filter(each -> each.startsWith("new:")))
                .containsExactlyInAnyOrder("new:0", "new:1", "new:2", "new:3", "new:4");
        assertThat(chosen.subList(0, 10)).contains("new:0", "new:1", "new:2", "new:3", "new:4");
    }

    @Test
    void asksEachThatWasNotUsedForSomeSecondsAgainButSpendsFewCallsOnIt() {
        // Given: one that never wins against the other
        Destinations all = new Destinations(() -> random);
        Destination fast = measured("fast:1", 0.001);
        all.add(fast);
        all.add(measured("slow:1", 1));
        measure(fast, 0.001, after(5.1));

        // When
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Destination next = policy.choose(all, after(5.1));
            next.started(after(5.1));
            next.cancelled(after(5.1));
            chosen.add(next.endpoint());
        }

        // Then
        assertThat(chosen.stream().filter("slow:1"::equals)).hasSize(1);
        assertThat(chosen.indexOf("slow:1")).isGreaterThanOrEqualTo(9);
    }

    @Test
    void routersExploreInOrdersOfTheirOwn() {
        assertThat(order(1)).isNotEqualTo(order(2)).containsExactlyInAnyOrderElementsOf(order(2));
    }

    private static List<String> order(long seed) {
        Random own = new Random(seed);
        Destinations all = new Destinations(() -> own);
        for (int i = 0; i < 20; i++) {
            all.add(unmeasured("new:" + i, 1));
        }
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Destination next = Objects.requireNonNull(all.awaited(NOW));
            next.started(NOW);
            order.add(next.endpoint());
        }
        return order;
    }

    @Test
    void triesALostOneAgainAsSoonAsItMayBe() {
        // Given
        Destinations all = new Destinations(() -> random);
        Destination lost = measured("lost:1", 0.001);
        all.add(lost);
        for (int i = 0; i < 100; i++) {
            all.add(measured("other:" + i, 0.001));
        }
        // Until all are known not to be newcomers.
        for (int i = 0; i < 101; i++) {
            assertThat(all.awaited(NOW)).isNull();
        }
        lost.peer().start(NOW);
        lost.started(NOW);
        lost.unreachable(NOW);
        lost.peer().unreachable(false, "refused", NOW);
        all.watch(lost);

        // Then
        assertThat(policy.choose(all, after(0.01))).isNotSameAs(lost);
        assertThat(policy.choose(all, after(0.09))).isSameAs(lost);
    }

    @Test
    void aRemovedNewcomerIsNotTried() {
        // Given
        Destinations all = new Destinations(() -> random);
        all.add(measured("known:1", 0.001));
        all.add(unmeasured("new:1", 1));

        // When
        all.remove("new:1");

        // Then
        assertThat(policy.choose(all, NOW).endpoint()).isEqualTo("known:1");
    }
}
