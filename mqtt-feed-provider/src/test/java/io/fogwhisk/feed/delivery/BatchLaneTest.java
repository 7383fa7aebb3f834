package io.fogwhisk.feed.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FakeOpenWhisk.Attempt;
import io.fogwhisk.feed.delivery.DeliveryFixture.Pending;
import io.fogwhisk.wsk.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchLaneTest {

    private static final Duration SOON = Duration.ofSeconds(30);

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
    void firesTheFirstMessageAtOnceAndWhatCameMeanwhileTogether() {
        // Given
        delivery.feed(",'batch':3");
        target.hold();

        // When
        List<Pending> messages = offer(3);

        // Then
        assertThat(bodies()).containsExactly(List.of("0"));
        assertThat(target.attempts().get(0).payload().text())
                .isEqualTo("{\"messages\":[{\"type\":\"message\",\"body\":\"0\"}]}");
        accept(0);
        assertThat(bodies()).containsExactly(List.of("0"), List.of("1", "2"));
        assertThat(messages).extracting(Pending::ends).containsExactly(1, 0, 0);
        accept(1);
        assertThat(messages).extracting(Pending::ends).containsExactly(1, 1, 1);
        assertThat(delivery.status().fired()).isEqualTo(3);
    }

    @Test
    void startsMoreFiresBesideTheFirstWithFullBatchesAlone() {
        // Given
        delivery.feed(",'batch':3");
        target.hold();

        // When
        offer(1 + 3 * 3 + 3 + 2);

        // Then
        assertThat(bodies()).extracting(List::size).containsExactly(1, 3, 3, 3);
        accept(0);
        assertThat(bodies()).extracting(List::size).containsExactly(1, 3, 3, 3, 3);
        IntStream.range(1, 4).forEach(this::accept);
        assertThat(bodies()).hasSize(5);
        accept(4);
        assertThat(bodies()).extracting(List::size).containsExactly(1, 3, 3, 3, 3, 2);
    }

    @Test
    void firesOneBatchAtATimeWhenOrderIsAskedFor() {
        // Given
        delivery.feed(",'batch':3,'ordered':true");
        target.hold();

        // When
        offer(8);

        // Then
        assertThat(bodies()).hasSize(1);
        for (int i = 0; i < 4; i++) {
            accept(Math.min(i, target.attempts().size() - 1));
        }
        assertThat(bodies())
                .containsExactly(List.of("0"), List.of("1", "2", "3"), List.of("4", "5", "6"), List.of("7"));
    }

    @Test
    void aBatchIsNoLargerThanItsBytesButForASingleMessage() {
        // Given
        delivery.feed(",'batch':100,'batchBytes':200");
        target.hold();

        // When
        for (String payload : List.of("first", "x".repeat(40), "y".repeat(40), "z".repeat(40), "v".repeat(500), "w")) {
            delivery.offer("topic", payload);
        }
        for (int i = 0; i < target.attempts().size(); i++) {
            accept(i);
        }

        // Then
        assertThat(bodies())
                .containsExactly(
                        List.of("first"),
                        List.of("x".repeat(40), "y".repeat(40)),
                        List.of("z".repeat(40)),
                        List.of("v".repeat(500)),
                        List.of("w"));
        assertThat(target.attempts())
                .extracting(attempt -> attempt.payload().text().length())
                .filteredOn(length -> length > 200)
                .hasSize(1);
    }

    @Test
    void waitsForOthersAsLongAsAskedFor() {
        // Given
        delivery.feed(",'batch':3,'batchLinger':60000");

        // When
        offer(2);

        // Then
        assertThat(bodies()).isEmpty();
        offer(1);
        assertThat(bodies()).containsExactly(List.of("0", "1", "0"));
    }

    @Test
    void doesNotWaitLongerThanAskedForNorWhenThereIsNoRoomForOthers() {
        // Given
        delivery.feed(",'batch':3,'batchLinger':1");
        offer(2);
        await().atMost(SOON).until(() -> bodies().stream().mapToInt(List::size).sum() == 2);

        // When
        delivery.feed(",'batch':3,'batchLinger':60000");
        offer(2);
        delivery.hurry();

        // Then
        assertThat(bodies()).last().isEqualTo(List.of("0", "1"));
    }

    @Test
    void halvesARefusedBatchUntilThePoisonIsAloneAndSetAside() {
        // Given
        delivery.feed(",'batch':100,'ordered':true");
        target.hold();
        delivery.offer("topic", "first");

        // When
        List<Pending> messages = offer(50);
        target.answer(attempt -> texts(attempt).contains("7") || texts(attempt).contains("23")
                ? new Outcome.Rejected(400, "cannot be read")
                : FakeOpenWhisk.ACCEPTED);
        accept(0);

        // Then
        await().atMost(SOON).until(() -> messages.stream().allMatch(message -> message.ends() == 1));
        List<String> accepted = new ArrayList<>(List.of("first"));
        IntStream.range(0, 50).filter(i -> i != 7 && i != 23).forEach(i -> accepted.add(Integer.toString(i)));
        assertThat(accepted()).isEqualTo(accepted);
        assertThat(delivery.setAside.read(0, 10))
                .extracting(kept -> new String(kept.message().payload(), StandardCharsets.UTF_8))
                .containsExactly("7", "23");
        assertThat(delivery.registry.find(DeliveryFixture.TRIGGER).orElseThrow().active())
                .isTrue();
    }

    @Test
    void aMessageThatTheOpenWhiskFailsOnIsFoundInItsBatchAndSetAside() {
        // Given
        delivery.feed(",'batch':5");
        target.hold();
        delivery.offer("topic", "first");

        // When
        List<Pending> messages = offer(4);
        target.answer(attempt ->
                texts(attempt).contains("2") ? new Outcome.Unavailable(500, "it broke") : FakeOpenWhisk.ACCEPTED);
        accept(0);

        // Then
        await().atMost(Duration.ofSeconds(60)).until(() -> messages.stream().allMatch(message -> message.ends() == 1));
        assertThat(accepted()).containsExactlyInAnyOrder("first", "0", "1", "3");
        assertThat(delivery.setAside.list(10))
                .singleElement()
                .satisfies(message -> assertThat(message.reason()).contains("it broke"));
    }

    @Test
    void aMessageThatIsNotUtf8IsSetAsideAndInNoBatch() {
        delivery.feed(",'batch':4");

        Pending bad = delivery.offer("topic", new byte[] {(byte) 0xff});
        Pending good = delivery.offer("topic", "good");

        await().atMost(SOON).until(() -> bad.ends() == 1 && good.ends() == 1);
        assertThat(accepted()).containsExactly("good");
        assertThat(delivery.setAside.count()).isEqualTo(1);
    }

    private List<Pending> offer(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> delivery.offer("topic", Integer.toString(i)))
                .toList();
    }

    private void accept(int attempt) {
        target.attempts().get(attempt).answer().complete(FakeOpenWhisk.ACCEPTED);
    }

    private List<List<String>> bodies() {
        return target.attempts().stream().map(BatchLaneTest::texts).toList();
    }

    private List<String> accepted() {
        return target.attempts().stream()
                .filter(attempt ->
                        FakeOpenWhisk.ACCEPTED.equals(attempt.answer().getNow(FakeOpenWhisk.AWAY)))
                .flatMap(attempt -> texts(attempt).stream())
                .toList();
    }

    private static List<String> texts(Attempt attempt) {
        return attempt.payload().tree().path("messages").findValuesAsText("body");
    }
}
