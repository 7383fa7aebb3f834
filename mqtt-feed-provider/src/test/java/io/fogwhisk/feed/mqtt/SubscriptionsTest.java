package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.mqtt.Subscriptions.Packet;
import io.fogwhisk.feed.registry.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {

    private static final TopicFilter A = TopicFilter.parse("a");
    private static final TopicFilter B = TopicFilter.parse("b");

    private final Subscriptions subscriptions = new Subscriptions();

    @Test
    void asksForTenThousandFiltersInPacketsOfFiveHundredAndThenForWhatIsNewAlone() {
        // Given
        Map<TopicFilter, Integer> many = new HashMap<>();
        IntStream.range(0, 10_000).forEach(i -> many.put(TopicFilter.parse("t/" + i), 1));

        // When
        subscriptions.want(many, Set.of());
        List<Packet> packets = answerAll();
        many.put(A, 2);
        subscriptions.want(many, Set.of(B));

        // Then
        assertThat(packets)
                .hasSize(20)
                .allSatisfy(packet -> assertThat(packet.subscribe()).hasSize(500));
        assertThat(answerAll()).containsExactly(new Packet(Map.of(A, 2), Set.of()), new Packet(Map.of(), Set.of(B)));
        subscriptions.want(many, Set.of(B));
        assertThat(subscriptions.next()).isEmpty();
    }

    @Test
    void keepsPacketsOfLongFiltersSmall() {
        Map<TopicFilter, Integer> wide = new HashMap<>();
        IntStream.range(0, 10).forEach(i -> wide.put(TopicFilter.parse("x".repeat(60_000) + i), 1));

        subscriptions.want(wide, Set.of());

        assertThat(answerAll()).hasSize(5);
    }

    @Test
    void asksAgainForWhatWasRefusedWhenSomethingChangesAndForEverythingOnANewConnection() {
        // Given
        subscriptions.want(Map.of(A, 1), Set.of());
        subscriptions.answered(subscriptions.next().orElseThrow(), Map.of(A, "no"));
        assertThat(subscriptions.next()).isEmpty();
        assertThat(subscriptions.refused()).containsEntry(A, "no");

        // When
        subscriptions.want(Map.of(A, 1, B, 1), Set.of());

        // Then
        assertThat(subscriptions.next()).contains(new Packet(Map.of(A, 1, B, 1), Set.of()));
        answerAll();
        assertThat(subscriptions.refused()).isEmpty();
        subscriptions.askAgain();
        assertThat(subscriptions.next()).contains(new Packet(Map.of(A, 1, B, 1), Set.of()));
    }

    @Test
    void subscribesAgainWhatWasGoneAndUnsubscribesWhatIsNotWantedAnyMore() {
        subscriptions.want(Map.of(A, 1), Set.of(B));
        answerAll();
        subscriptions.want(Map.of(B, 1), Set.of(A));
        answerAll();
        subscriptions.want(Map.of(A, 1), Set.of(B));
        assertThat(answerAll()).containsExactly(new Packet(Map.of(A, 1), Set.of()), new Packet(Map.of(), Set.of(B)));
        subscriptions.wantNothing(Set.of());
        assertThat(answerAll()).containsExactly(new Packet(Map.of(), Set.of(A)));
    }

    private List<Packet> answerAll() {
        List<Packet> packets = new ArrayList<>();
        for (Optional<Packet> next = subscriptions.next(); next.isPresent(); next = subscriptions.next()) {
            packets.add(next.get());
            subscriptions.answered(next.get(), Map.of());
        }
        return packets;
    }
}
