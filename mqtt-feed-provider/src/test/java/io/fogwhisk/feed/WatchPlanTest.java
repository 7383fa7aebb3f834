package io.fogwhisk.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WatchPlanTest {

    private static final Duration CHECK = Duration.ofMinutes(10);

    private final Random random = new Random(3);
    private final WatchPlan plan = new WatchPlan(CHECK, random::nextDouble);
    private long now = 1_000;

    @Test
    void asksAgainWithGrowingPausesUntilThereIsAnAnswer() {
        // Given
        Feed feed = feed("a", Feed.Origin.CREATED);
        List<Long> asked = new ArrayList<>();

        // When: a day of silence
        long end = now + Duration.ofDays(1).toMillis();
        while (now < end) {
            ask(List.of(feed), Existence.UNKNOWN).forEach(each -> asked.add(now));
            now += plan.pause(now).toMillis();
        }

        // Then
        assertThat(asked.get(0)).isEqualTo(1_000);
        assertThat(asked.get(1) - asked.get(0)).isBetween(800L, 1_000L);
        assertThat(asked.get(2) - asked.get(1)).isBetween(1_600L, 2_000L);
        long last = asked.get(asked.size() - 1) - asked.get(asked.size() - 2);
        assertThat(last).isBetween(240_000L, 300_000L);
        assertThat(asked).hasSizeBetween(288, 375);
    }

    @Test
    void whoeverIsThereIsAskedAfterRarely() {
        // Given
        List<Feed> feeds = feeds(100);
        assertThat(ask(feeds, Existence.PRESENT)).hasSize(100);

        // When
        List<Long> asked = new ArrayList<>();
        long begin = now;
        while (now < begin + Duration.ofHours(1).toMillis()) {
            now += plan.pause(now).toMillis();
            ask(feeds, Existence.PRESENT).forEach(each -> asked.add(now - begin));
        }

        // Then
        assertThat(asked).hasSizeBetween(450, 750);
        assertThat(asked.get(0)).isGreaterThanOrEqualTo(450_000);
        assertThat(asked.stream().distinct()).as("not all at once").hasSizeGreaterThan(100);
    }

    @Test
    void anOpenWhiskThatIsSilentIsLeftAloneAndEverybodyIsAskedAfterOnceItIsBack() {
        // Given
        List<Feed> feeds = feeds(10_000);
        int silent = 0;

        // When
        long end = now + Duration.ofMinutes(10).toMillis();
        while (now < end) {
            silent += ask(feeds, Existence.UNKNOWN).size();
            now += plan.pause(now).toMillis();
        }
        now += Duration.ofMinutes(1).toMillis();
        List<Feed> answered = new ArrayList<>();
        while (answered.size() < 10_000) {
            answered.addAll(ask(feeds, Existence.PRESENT));
            now += plan.pause(now).toMillis();
        }

        // Then
        assertThat(silent).isLessThan(60);
        assertThat(answered).containsAll(feeds);
        assertThat(now - end).as("soon").isLessThan(Duration.ofMinutes(8).toMillis());
    }

    @Test
    void oneTriggerWithoutAnAnswerKeepsNobodyFromTheOthers() {
        // Given
        Feed mute = feed("mute", Feed.Origin.CREATED);
        List<Feed> all = new ArrayList<>(feeds(50));
        all.add(0, mute);

        // When
        List<Feed> first = plan.due(all, now);
        for (Feed feed : first) {
            plan.asked(feed, now);
            plan.answered(feed, feed.equals(mute) ? Existence.UNKNOWN : Existence.PRESENT, now);
        }
        now += 2_000;

        // Then
        assertThat(first).hasSize(51);
        assertThat(plan.due(all, now)).containsExactly(mute);
    }

    @Test
    void aDeclaredFeedWithoutItsTriggerIsLookedAfterEveryHalfMinute() {
        // Given
        Feed declared = feed("slim", Feed.Origin.DECLARED);
        ask(List.of(declared), Existence.ABSENT);

        // When
        now += WatchPlan.DECLARED.toMillis() - 1;
        List<Feed> early = plan.due(List.of(declared), now);
        now += 1;

        // Then
        assertThat(early).isEmpty();
        assertThat(plan.due(List.of(declared), now)).containsExactly(declared);
    }

    @Test
    void aFeedThatWasJustMadeIsNotAskedAfterAtOnce() {
        // Given
        ask(List.of(), Existence.PRESENT);
        Feed made = feed("made", Feed.Origin.CREATED);

        // When
        List<Feed> now0 = plan.due(List.of(made), now);
        now += CHECK.multipliedBy(2).toMillis();

        // Then
        assertThat(now0).isEmpty();
        assertThat(plan.due(List.of(made), now)).containsExactly(made);
    }

    @Test
    void withoutFeedsThereIsNothingToHurryForWhateverTheTime() {
        assertThat(plan.pause(-5)).isEqualTo(plan.pause(5)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aQuestionUnderWayIsNotAskedTwice() {
        // Given
        Feed feed = feed("a", Feed.Origin.CREATED);
        plan.due(List.of(feed), now);
        plan.asked(feed, now);

        // When
        now += 5_000;

        // Then
        assertThat(plan.due(List.of(feed), now)).isEmpty();
    }

    private List<Feed> ask(List<Feed> feeds, Existence answer) {
        List<Feed> asked = new ArrayList<>();
        for (Feed feed : plan.due(feeds, now)) {
            if (plan.silent(now)) {
                break;
            }
            plan.asked(feed, now);
            plan.answered(feed, answer, now);
            asked.add(feed);
        }
        return asked;
    }

    private static List<Feed> feeds(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> feed("t" + i, Feed.Origin.CREATED))
                .toList();
    }

    private static Feed feed(String name, Feed.Origin origin) {
        return new Feed(
                QualifiedName.of("guest", name),
                AuthKey.GUEST,
                MqttSpec.of(Broker.parse("mqtt://127.0.0.1:1"), TopicFilter.parse("t"), 1),
                new FeedState.Active(),
                origin,
                Instant.EPOCH,
                1);
    }
}
