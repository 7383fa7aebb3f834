package io.fogwhisk.feed.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.registry.Lag;
import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.feed.trigger.MessageProperties;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InboxTest extends WithInbox {

    @Test
    void handsOutWhatItKeepsInOrderAndForgetsWhatIsDone() {
        // When
        add(READINGS, "1", "2", "3");

        // Then
        await().atMost(SOON).until(() -> outlet.payloads().equals(List.of("1", "2", "3")));
        assertThat(inbox.state().messages()).isEqualTo(3);
        assertThat(inbox.lag(READINGS)).isEqualTo(new Lag(3, Optional.of(Instant.ofEpochMilli(1_000))));
        finish();
        assertThat(inbox.state().messages()).isZero();
        assertThat(inbox.lag(READINGS)).isEqualTo(Lag.NONE);
        reopen();
        assertThat(inbox.state().messages()).isZero();
    }

    @Test
    void aDamagedRowOfOneFeedKeepsNoOtherFeedWaiting() throws SQLException {
        // Given
        outlet.widths.put(READINGS, Outlet.NOT_NOW);
        add(READINGS, "1");
        inbox.close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("inbox.db"));
                Statement damage = connection.createStatement()) {
            damage.executeUpdate("update message set properties = 'damaged'");
        }
        outlet.widths.clear();

        // When
        open(1_000_000, 1L << 30);
        add(OTHER, "2");

        // Then
        await().atMost(SOON).until(() -> outlet.payloads().equals(List.of("2")));
        add(OTHER, "3");
        await().atMost(SOON).until(() -> outlet.payloads().equals(List.of("2", "3")));
    }

    @Test
    void handsOutAgainAfterAnEndWhatWasNotDoneWithAllThatWasToldOfIt() {
        // Given
        MessageProperties properties = new MessageProperties(
                List.of(new MessageProperties.Pair("a", "b")),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new byte[] {7}),
                OptionalLong.of(60));
        Message message = new Message("dc/1", new byte[] {(byte) 0xff, 0}, 2, true, properties, 1_234);
        Message empty = new Message("dc/1", new byte[0], 0, false, MessageProperties.EMPTY, 1_235);
        outlet.widths.put(READINGS, Outlet.NOT_NOW);
        inbox.add(READINGS, message).toCompletableFuture().join();
        inbox.add(READINGS, empty).toCompletableFuture().join();

        // When
        outlet.widths.clear();
        reopen();

        // Then
        await().atMost(SOON).until(() -> outlet.taken.size() == 2);
        Message again = outlet.taken.get(0).message();
        assertThat(again).usingRecursiveComparison().isEqualTo(message);
        assertThat(outlet.taken.get(1).message()).usingRecursiveComparison().isEqualTo(empty);
        assertThat(outlet.taken.get(0).trigger()).isEqualTo(READINGS);
    }

    @Test
    void doesNotHandOutAgainWhatWasDoneOutOfOrder() {
        // Given
        add(READINGS, "1", "2", "3", "4", "5");
        await().atMost(SOON).until(() -> outlet.taken.size() == 5);
        List<InboxMessage> taken = List.copyOf(outlet.taken);
        outlet.taken.clear();

        // When
        for (int done : new int[] {4, 1, 2}) {
            taken.get(done).done();
        }
        reopen();

        // Then
        await().atMost(SOON).until(() -> outlet.payloads().equals(List.of("1", "4")));
    }

    @Test
    void knowsSinceWhenTheOldestMessageWaitsWhereverThatIs() {
        // Given
        outlet.widths.put(READINGS, Outlet.NOT_NOW);
        for (long at : new long[] {10, 20, 30}) {
            inbox.add(READINGS, message("x", at)).toCompletableFuture().join();
        }

        // Then
        assertThat(inbox.lag(READINGS).oldest()).hasValue(Instant.ofEpochMilli(10));
        reopen();
        assertThat(inbox.lag(READINGS).oldest()).hasValue(Instant.ofEpochMilli(10));
        outlet.widths.clear();
        inbox.wake();
        await().atMost(SOON).until(() -> outlet.taken.size() == 3);
        outlet.taken.get(1).done();
        assertThat(inbox.lag(READINGS).oldest()).hasValue(Instant.ofEpochMilli(10));
        outlet.taken.get(0).done();
        assertThat(inbox.lag(READINGS).oldest()).hasValue(Instant.ofEpochMilli(30));
        outlet.widths.put(READINGS, Outlet.NOT_NOW);
        outlet.taken.get(2).back();
        outlet.taken.clear();
        assertThat(inbox.lag(READINGS)).isEqualTo(new Lag(1, Optional.of(Instant.ofEpochMilli(30))));
    }

    @Test
    void keepsABurstOnDiskAndDrainsItInOrderWhileNewOnesCome() {
        // Given
        outlet.widths.put(READINGS, Outlet.NOT_NOW);
        List<CompletableFuture<Void>> stored = IntStream.range(0, 100_000)
                .mapToObj(i -> inbox.add(READINGS, message(Integer.toString(i))).toCompletableFuture())
                .toList();
        stored.forEach(CompletableFuture::join);
        AtomicLong next = new AtomicLong();
        AtomicLong mostInMemory = new AtomicLong();
        outlet.behaviour = message -> {
            if (next.get() == Long.parseLong(FakeOutlet.text(message))) {
                next.incrementAndGet();
            }
            mostInMemory.accumulateAndGet(inbox.state().inMemory(), Math::max);
            message.done();
        };

        // When
        outlet.widths.clear();
        inbox.wake();
        IntStream.range(100_000, 101_000)
                .forEach(i -> inbox.add(READINGS, message(Integer.toString(i)))
                        .toCompletableFuture()
                        .join());

        // Then
        await().atMost(SOON).until(() -> next.get() == 101_000);
        await().atMost(SOON).until(() -> inbox.state().messages() == 0);
        assertThat(mostInMemory).hasValueLessThanOrEqualTo(10_000);
    }

    @Test
    void feedsThatCannotGoOnHoldNoOtherUp() {
        // Given
        for (int feed = 0; feed < 10; feed++) {
            QualifiedName stuck = QualifiedName.of("guest", "stuck-" + feed);
            outlet.widths.put(stuck, 2_500);
            for (int i = 0; i < 2_000; i++) {
                inbox.add(stuck, message("x"));
            }
        }

        // When
        add(OTHER, "1", "2");

        // Then
        await().atMost(SOON)
                .until(() -> outlet.taken.stream()
                                .filter(message -> message.trigger().equals(OTHER))
                                .count()
                        == 2);
        assertThat(inbox.state().inMemory()).isLessThan(11_000);
    }

    @Test
    void forgetsAFeedThatIsGoneOnceNothingOfItIsLeft() throws SQLException {
        // Given
        add(READINGS, "1", "2");
        add(OTHER, "3");
        await().atMost(SOON).until(() -> outlet.taken.size() == 3);

        // When
        outlet.widths.put(READINGS, Outlet.GONE);
        inbox.drop(READINGS);
        assertThat(feeds()).containsExactlyInAnyOrder("/guest/readings", "/guest/other");
        finish();

        // Then
        await().atMost(SOON).untilAsserted(() -> assertThat(feeds()).containsExactly("/guest/other"));
        outlet.widths.clear();
        add(READINGS, "4");
        await().atMost(SOON).until(() -> outlet.payloads().equals(List.of("4")));
        outlet.taken.clear();
        outlet.widths.put(READINGS, Outlet.GONE);
        reopen();
        await().atMost(SOON).untilAsserted(() -> assertThat(feeds()).containsExactly("/guest/other"));
    }

    @Test
    void givesTheSpaceOfABurstBack() throws IOException {
        // Given
        outlet.widths.put(READINGS, Outlet.NOT_NOW);
        String large = "x".repeat(100_000);
        List<CompletableFuture<Void>> stored = IntStream.range(0, 400)
                .mapToObj(i -> inbox.add(READINGS, message(large)).toCompletableFuture())
                .toList();
        stored.forEach(CompletableFuture::join);
        outlet.behaviour = InboxMessage::done;

        // When
        outlet.widths.clear();
        inbox.wake();
        await().atMost(SOON).until(() -> inbox.state().messages() == 0);

        // Then: a write moves what was written to the file itself
        Path file = folder.resolve("inbox.db");
        await().atMost(SOON).until(() -> {
            add(OTHER, large);
            return Files.size(file) < 20_000_000;
        });
    }

    @Test
    void dropsAndCountsWhatWasKeptForAFeedThatIsGone() {
        // Given
        outlet.widths.put(READINGS, Outlet.NOT_NOW);
        add(READINGS, "1", "2", "3");
        add(OTHER, "4");

        // When
        inbox.drop(READINGS);
        outlet.widths.clear();
        add(READINGS, "new");

        // Then
        await().atMost(SOON).until(() -> outlet.taken.size() == 2);
        assertThat(outlet.payloads()).containsExactlyInAnyOrder("4", "new");
        assertThat(inbox.state().dropped()).isEqualTo(3);
        finish();
        reopen();
        assertThat(inbox.state().messages()).isZero();
    }

    @Test
    void dropsAtStartWhatItsFeedLeftBehind() {
        outlet.widths.put(READINGS, Outlet.NOT_NOW);
        add(READINGS, "1", "2");
        inbox.close();
        outlet.widths.put(READINGS, Outlet.GONE);

        open(1_000_000, 1L << 30);

        await().atMost(SOON).until(() -> inbox.state().messages() == 0);
        assertThat(inbox.state().dropped()).isEqualTo(2);
    }

    @Test
    void whatIsBehindAMessageThatCameBackIsNotWantedUntilItIsHandedOutAgain() {
        // Given
        add(READINGS, "1", "2", "3");
        await().atMost(SOON).until(() -> outlet.taken.size() == 3);
        List<InboxMessage> taken = List.copyOf(outlet.taken);
        outlet.taken.clear();

        // When
        taken.get(1).back();

        // Then
        assertThat(taken.get(0).wanted()).isTrue();
        assertThat(taken.get(2).wanted()).isFalse();
        taken.get(2).back();
        taken.get(0).done();
        await().atMost(SOON).until(() -> outlet.payloads().equals(List.of("2", "3")));
        assertThat(outlet.taken).allMatch(InboxMessage::wanted);
    }

    @Test
    void handsOutAgainInOrderWhatCameBackOnceItsFeedIsActive() {
        // Given
        add(READINGS, "1", "2", "3", "4");
        await().atMost(SOON).until(() -> outlet.taken.size() == 4);
        List<InboxMessage> taken = List.copyOf(outlet.taken);
        outlet.taken.clear();
        outlet.widths.put(READINGS, Outlet.NOT_NOW);

        // When
        taken.get(2).done();
        taken.get(3).back();
        taken.get(0).back();
        taken.get(1).back();
        add(READINGS, "5");

        // Then
        assertThat(inbox.state().messages()).isEqualTo(4);
        outlet.widths.clear();
        inbox.wake();
        await().atMost(SOON).until(() -> outlet.payloads().equals(List.of("1", "2", "4", "5")));
    }
}
