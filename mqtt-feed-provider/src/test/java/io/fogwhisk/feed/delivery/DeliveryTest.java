package io.fogwhisk.feed.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FakeOpenWhisk.Attempt;
import io.fogwhisk.feed.delivery.DeliveryFixture.Pending;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LATER = Duration.ofSeconds(90);
    private static final String NAME = "/guest/readings";
    private static final Outcome INVALID = new Outcome.Rejected(401, "The supplied authentication is invalid.");

    @TempDir
    Path folder;

    private DeliveryFixture delivery;
    private FakeOpenWhisk target;

    @BeforeEach
    void start() {
        delivery = new DeliveryFixture(folder);
        target = delivery.target;
    }

    @AfterEach
    void stop() {
        delivery.close();
    }

    @Test
    void firesTheMessagesOfATopicInOrderAndHoldsNoOtherTopicBack() {
        // Given
        delivery.feed(",'ordered':true");
        Map<String, Integer> attempts = new ConcurrentHashMap<>();
        target.answer(attempt -> attempt.body().equals("a1") && attempts.merge("a1", 1, Integer::sum) < 3
                ? FakeOpenWhisk.AWAY
                : FakeOpenWhisk.ACCEPTED);

        // When
        delivery.offer("a", "a1");
        delivery.offer("a", "a2");
        delivery.offer("b", "b1");
        Pending last = delivery.offer("a", "a3");

        // Then
        assertThat(target.accepted(NAME)).containsExactly("b1");
        await().atMost(SOON).until(() -> last.ends() == 1);
        assertThat(target.accepted(NAME)).containsExactly("b1", "a1", "a2", "a3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",'ordered':true | ,'ordered':true,'format':'json'",
                ",'ordered':true | ,'ordered':true,'batch':20",
                ",'ordered':true,'batch':20 | ,'ordered':true,'batch':30",
                ",'ordered':true,'batch':20,'batchLinger':60000 | ,'ordered':true"
            },
            quoteCharacter = '`')
    void whatComesAfterAnUpdateDoesNotPassWhatCameBeforeIt(String before, String after) {
        // Given
        delivery.feed(before);
        target.hold();
        delivery.offer("a", "1");
        delivery.offer("a", "2");

        // When
        delivery.feed(before);
        delivery.feed(after);
        delivery.offer("a", "3");
        delivery.feed(after);
        Pending last = delivery.offer("a", "4");

        // Then
        await().atMost(SOON).until(() -> target.attempts().size() == 1);
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        target.attempts().get(0).answer().complete(FakeOpenWhisk.ACCEPTED);
        await().atMost(SOON).until(() -> last.ends() == 1);
        assertThat(target.attempts().stream()
                        .flatMap(attempt -> attempt.payload().tree().findValuesAsText("body").stream()))
                .containsExactly("1", "2", "3", "4");
    }

    @Test
    void aKeyThatTookTheFeedsPlaceIsTriedBeforeAMessageIsSetAside() {
        // Given a rotation that the feed has not heard of
        delivery.feed("");
        delivery.kept = Optional.of(AuthKey.SYSTEM);
        target.answer(attempt -> attempt.key().equals(AuthKey.SYSTEM) ? FakeOpenWhisk.ACCEPTED : INVALID);

        // When
        Pending message = delivery.offer("a", "1");

        // Then
        await().atMost(SOON).until(() -> message.ends() == 1);
        assertThat(target.accepted(NAME)).containsExactly("1");
        assertThat(delivery.setAside.count()).isZero();
        assertThat(delivery.registry.find(DeliveryFixture.TRIGGER).orElseThrow().active())
                .isTrue();
    }

    @Test
    void aKeyThatIsRefusedThoughItIsTheOneKeptDisablesTheFeed() {
        // Given
        delivery.feed("");
        delivery.kept = Optional.of(AuthKey.SYSTEM);
        target.answer(attempt -> INVALID);

        // When
        Pending message = delivery.offer("a", "1");

        // Then
        await().atMost(SOON).until(() -> message.ends() == 1);
        assertThat(delivery.setAside.count()).isEqualTo(1);
        assertThat(target.attempts()).extracting(Attempt::key).containsExactly(AuthKey.GUEST, AuthKey.SYSTEM);
    }

    @Test
    void aKeyThatSomebodyKeepsWaitsWhereTheOpenWhiskIsAwayAndItsDoorIsClosed() {
        // Given
        delivery.feed("");
        delivery.kept = Optional.of(AuthKey.GUEST);
        target.answer(attempt -> FakeOpenWhisk.AWAY);
        target.say(NAME, Existence.FORBIDDEN);

        // When
        Pending message = delivery.offer("a", "1");
        await().atMost(SOON).until(() -> target.asked(NAME) >= 2);
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);

        // Then
        await().atMost(SOON).until(() -> message.ends() == 1);
        assertThat(target.accepted(NAME)).containsExactly("1");
        assertThat(delivery.setAside.count()).isZero();
    }

    @Test
    void aPauseKeepsTheOrderOfATopic() {
        // Given
        delivery.feed(",'ordered':true");
        target.hold();
        delivery.offer("a", "1");

        // When
        delivery.registry.pause(DeliveryFixture.TRIGGER).toCompletableFuture().join();
        delivery.registry.resume(DeliveryFixture.TRIGGER).toCompletableFuture().join();
        delivery.offer("b", "other");
        Pending last = delivery.offer("a", "2");

        // Then
        assertThat(target.attempts()).extracting(Attempt::body).containsExactly("1", "other");
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        target.attempts().get(0).answer().complete(FakeOpenWhisk.ACCEPTED);
        await().atMost(SOON).until(() -> last.ends() == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {",'ordered':true", ",'ordered':true,'batch':20"})
    void whatComesAgainBehindAMessageThatWasGivenUpIsNotFiredBeforeIt(String parameters) {
        // Given
        delivery.feed(parameters);
        target.hold();
        List<Pending> messages = List.of(delivery.offer("a", "1"), delivery.offer("a", "2"), delivery.offer("a", "3"));

        // When
        messages.forEach(Pending::withdraw);
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        target.attempts().get(0).answer().complete(FakeOpenWhisk.AWAY);
        await().atMost(SOON).until(() -> messages.get(2).ends() == 1);
        Pending again = delivery.offer("a", "1");

        // Then
        await().atMost(SOON).until(() -> again.ends() == 1);
        assertThat(target.accepted(NAME)).hasSize(1);
        assertThat(target.attempts()).hasSize(2);
        assertThat(messages).extracting(Pending::ends).containsExactly(1, 1, 1);
    }

    @Test
    void aMessageSetAsideLetsTheNextOfItsTopicGo() {
        // Given
        delivery.feed(",'ordered':true");
        target.answer(attempt ->
                attempt.body().equals("poison") ? new Outcome.Rejected(413, "too large") : FakeOpenWhisk.ACCEPTED);

        // When
        delivery.offer("a", "poison");
        delivery.offer("a", new byte[] {(byte) 0xff});
        Pending last = delivery.offer("a", "good");

        // Then
        await().atMost(SOON).until(() -> last.ends() == 1);
        assertThat(delivery.setAside.count()).isEqualTo(2);
    }

    @Test
    void aLongQueueBehindOneMessageEmptiesAtOnce() {
        // Given
        delivery.feed(",'ordered':true");
        target.hold();
        List<Pending> messages = IntStream.range(0, 20_000)
                .mapToObj(i -> delivery.offer("topic", Integer.toString(i)))
                .toList();
        assertThat(target.attempts()).hasSize(1);

        // When
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        target.attempts().get(0).answer().complete(FakeOpenWhisk.ACCEPTED);

        // Then
        assertThat(messages).allSatisfy(message -> assertThat(message.ends()).isEqualTo(1));
        assertThat(target.accepted(NAME))
                .isEqualTo(
                        IntStream.range(0, 20_000).mapToObj(Integer::toString).toList());
    }

    @Test
    void aMessageThatTheOpenWhiskFailsOnIsSetAsideAfterTenTriesAndBlocksNoOther() {
        // Given
        delivery.feed("");
        target.answer(attempt ->
                attempt.body().equals("poison") ? new Outcome.Unavailable(500, "it broke") : FakeOpenWhisk.ACCEPTED);

        // When
        Pending poison = delivery.offer("topic", "poison");
        Pending good = delivery.offer("topic", "good");

        // Then
        assertThat(good.ends()).isEqualTo(1);
        await().atMost(LATER).until(() -> poison.ends() == 1);
        assertThat(target.attempts()).hasSize(11);
        assertThat(delivery.setAside.list(10))
                .singleElement()
                .satisfies(message -> assertThat(message.reason()).isEqualTo("failed 10 times, last: it broke"));
        assertThat(delivery.registry.find(DeliveryFixture.TRIGGER).orElseThrow().active())
                .isTrue();
    }

    @Test
    void anOpenWhiskThatIsAwayOrBusyIsAskedForEver() {
        // Given
        delivery.feed("");
        target.answer(attempt ->
                target.attempts().size() < 13 ? new Outcome.Unavailable(429, "busy") : FakeOpenWhisk.ACCEPTED);

        // When
        Pending message = delivery.offer("topic", "x");

        // Then
        await().atMost(LATER).until(() -> message.ends() == 1);
        assertThat(delivery.setAside.count()).isZero();
        assertThat(delivery.status().lastErrorAt()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABSENT", "FORBIDDEN"})
    void aTriggerThatIsNotThereBehindTheEdgeDomainDisablesItsFeed(String existence) {
        // Given
        delivery.feed("");
        target.answer(attempt -> new Outcome.Unavailable("no destination"));
        target.say(NAME, Existence.valueOf(existence));

        // When
        Pending message = delivery.offer("topic", "x");

        // Then
        await().atMost(SOON).until(() -> message.ends() == 1);
        assertThat(target.attempts()).hasSize(5);
        FeedState state =
                delivery.registry.find(DeliveryFixture.TRIGGER).orElseThrow().state();
        assertThat(state)
                .isInstanceOfSatisfying(
                        FeedState.Disabled.class,
                        disabled -> assertThat(disabled.statusCode()).hasValue(existence.equals("ABSENT") ? 404 : 401));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",'ordered':true", ",'batch':20", ",'batch':20,'ordered':true"})
    void losesNothingToATargetThatFailsAtRandom(String parameters) {
        // Given
        delivery.feed(parameters);
        Random random = new Random(42);
        List<Outcome> outcomes = List.of(
                FakeOpenWhisk.AWAY,
                new Outcome.Unavailable(429, "busy"),
                new Outcome.Unavailable(500, "it broke"),
                new Outcome.Unavailable(504, "too late"));
        target.answer(attempt -> {
            synchronized (random) {
                return random.nextInt(10) < 3 ? outcomes.get(random.nextInt(4)) : FakeOpenWhisk.ACCEPTED;
            }
        });

        // When
        List<Pending> messages = IntStream.range(0, 1_000)
                .mapToObj(i -> delivery.offer("topic-" + i % 50, Integer.toString(i)))
                .toList();

        // Then
        await().atMost(LATER).until(() -> messages.stream().allMatch(message -> message.ends() == 1));
        Map<Integer, Integer> last = new HashMap<>();
        boolean batches = parameters.contains("batch");
        List<Integer> accepted = target.attempts().stream()
                .filter(attempt ->
                        FakeOpenWhisk.ACCEPTED.equals(attempt.answer().getNow(FakeOpenWhisk.AWAY)))
                .flatMap(attempt -> bodies(attempt, batches).stream())
                .map(Integer::valueOf)
                .toList();
        assertThat(accepted).containsAll(IntStream.range(0, 1_000).boxed().toList());
        if (parameters.contains("ordered")) {
            accepted.forEach(number ->
                    assertThat(last.merge(number % 50, number, Math::max)).isEqualTo(number));
        }
        assertThat(delivery.setAside.count()).isZero();
        assertThat(delivery.status().fired()).isEqualTo(1_000);
    }

    @Test
    void replaysWhatWasSetAsideInTheFormatThatTheFeedHasNow() {
        // Given
        delivery.feed("");
        Pending message = delivery.offer("dc/1", new byte[] {(byte) 0xff});
        await().atMost(SOON).until(() -> message.ends() == 1);
        assertThat(replay()).isZero();

        // When
        delivery.feed(",'format':'base64','include':'topic','batch':10");
        int accepted = replay();

        // Then
        assertThat(accepted).isEqualTo(1);
        assertThat(target.attempts().get(0).payload().text())
                .isEqualTo("{\"messages\":[{\"type\":\"message\",\"body\":\"/w==\",\"topic\":\"dc/1\"}]}");
        assertThat(delivery.setAside.count()).isZero();
    }

    @Test
    void whatIsRefusedAgainStaysWithTheNewReason() {
        // Given
        delivery.feed("");
        target.answer(attempt -> new Outcome.Rejected(400, "old"));
        List<Pending> messages =
                List.of(delivery.offer("topic", "1"), delivery.offer("topic", "2"), delivery.offer("topic", "3"));
        await().atMost(SOON).until(() -> messages.stream().allMatch(message -> message.ends() == 1));

        // When
        target.answer(attempt -> switch (attempt.body()) {
            case "1" -> new Outcome.Rejected(400, "new");
            case "2" -> FakeOpenWhisk.AWAY;
            default -> FakeOpenWhisk.ACCEPTED;
        });
        int accepted = replay();

        // Then
        assertThat(accepted).isEqualTo(1);
        assertThat(delivery.setAside.list(10))
                .extracting(message -> message.reason())
                .containsExactly("new", "the OpenWhisk is away");
        delivery.registry.pause(DeliveryFixture.TRIGGER).toCompletableFuture().join();
        long first = delivery.setAside.list(1).get(0).id();
        assertThat(delivery.replay
                        .replay(OptionalLong.of(first))
                        .toCompletableFuture()
                        .join())
                .isZero();
        assertThat(delivery.setAside.list(1).get(0).reason()).isEqualTo("its feed is paused");
        assertThat(delivery.replay.replay("/guest/other").toCompletableFuture().join())
                .isZero();
        assertThat(delivery.setAside.remove(NAME).toCompletableFuture().join()).isEqualTo(2);
    }

    private int replay() {
        return delivery.replay
                .replay(OptionalLong.empty())
                .toCompletableFuture()
                .join();
    }

    private static List<String> bodies(Attempt attempt, boolean batch) {
        return batch ? attempt.payload().tree().path("messages").findValuesAsText("body") : List.of(attempt.body());
    }
}
