package io.fogwhisk.feed.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.registry.Lag;
import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.feed.trigger.MessageProperties;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InboxTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final QualifiedName READINGS = QualifiedName.of("guest", "readings");
    private static final QualifiedName OTHER = QualifiedName.of("guest", "other");

    @TempDir
    Path folder;

    private final FakeOutlet outlet = new FakeOutlet();
    private Inbox inbox;

    /** Does with what it is given what the test says. */
    private static final class FakeOutlet implements Outlet {
        private final Map<QualifiedName, Integer> widths = new ConcurrentHashMap<>();
        private final List<InboxMessage> taken = new CopyOnWriteArrayList<>();
        private volatile Consumer<InboxMessage> behaviour = taken::add;

        @Override
        public int width(QualifiedName trigger) {
            return widths.getOrDefault(trigger, 500);
        }

        @Override
        public void take(InboxMessage message) {
            behaviour.accept(message);
        }

        List<String> payloads() {
            return taken.stream().map(FakeOutlet::text).toList();
        }

        static String text(InboxMessage message) {
            return new String(message.message().payload(), StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void start() {
        open(1_000_000, 1L << 30);
    }

    @AfterEach
    void stop() {
        outlet.taken.forEach(InboxMessage::done);
        inbox.close();
    }

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
    void messagesThatAreAllPropertiesFillItToo() {
        // Given
        inbox.close();
        open(1_000_000, 50_000);
        outlet.widths.put(READINGS, Outlet.NOT_NOW);
        MessageProperties large = new MessageProperties(
                List.of(new MessageProperties.Pair("name", "x".repeat(60_000))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());

        // When
        inbox.add(READINGS, new Message("dc/1", new byte[0], 1, false, large, 1_000))
                .toCompletableFuture()
                .join();

        // Then
        assertThat(inbox.state().full()).containsExactly("guest");
        long bytes = inbox.state().bytes();
        inbox.close();
        open(1_000_000, 50_000);
        assertThat(inbox.state().bytes()).isEqualTo(bytes);
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
    void isFullAtItsBoundsUntilSomethingIsDone() throws InterruptedException {
        // Given
        inbox.close();
        open(2, 1L << 30);
        add(READINGS, "1", "2");
        await().atMost(SOON).until(() -> outlet.taken.size() == 2);

        // Then
        assertThat(inbox.state().full()).containsExactly("guest");
        assertThat(inbox.awaitRoom("guest", Duration.ofMillis(1))).isFalse();
        outlet.taken.remove(0).done();
        assertThat(inbox.awaitRoom("guest", SOON)).isTrue();
        assertThat(inbox.state().full()).isEmpty();
    }

    @Test
    void aNamespaceThatFillsItsShareLeavesRoomForOthers() throws InterruptedException {
        // Given
        inbox.close();
        open(90, 1L << 30);
        QualifiedName theirs = QualifiedName.of("them", "readings");
        outlet.widths.put(READINGS, Outlet.NOT_NOW);
        outlet.widths.put(OTHER, Outlet.NOT_NOW);
        outlet.behaviour = InboxMessage::done;

        // When
        int taken = 0;
        while (inbox.awaitRoom("guest", Duration.ZERO)) {
            add(taken % 2 == 0 ? READINGS : OTHER, "x");
            taken++;
        }

        // Then
        assertThat(taken).isEqualTo(80);
        assertThat(inbox.state().full()).containsExactly("guest");
        for (int i = 0; i < 200; i++) {
            assertThat(inbox.awaitRoom("them", SOON)).isTrue();
            add(theirs, "y");
        }
        reopen(90);
        assertThat(inbox.awaitRoom("guest", Duration.ZERO)).isFalse();
        assertThat(inbox.awaitRoom("them", Duration.ZERO)).isTrue();
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
    void isFullWhenItsMessagesAreTooLarge() {
        inbox.close();
        open(1_000, 1_000);

        add(READINGS, "x".repeat(1_000));

        assertThat(inbox.state().full()).containsExactly("guest");
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

    private void open(long maxMessages, long maxBytes) {
        inbox = new Inbox("test-inbox", folder.resolve("inbox.db"), maxMessages, maxBytes, outlet);
        inbox.start();
    }

    private void reopen() {
        reopen(1_000_000);
    }

    private void reopen(long maxMessages) {
        inbox.close();
        open(maxMessages, 1L << 30);
    }

    private List<String> feeds() throws SQLException {
        List<String> feeds = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("inbox.db"));
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select trigger from feed")) {
            while (row.next()) {
                feeds.add(row.getString(1));
            }
        }
        return feeds;
    }

    private void finish() {
        outlet.taken.forEach(InboxMessage::done);
        outlet.taken.clear();
    }

    private void add(QualifiedName trigger, String... payloads) {
        for (String payload : payloads) {
            inbox.add(trigger, message(payload)).toCompletableFuture().join();
        }
    }

    private static Message message(String payload) {
        return message(payload, 1_000);
    }

    private static Message message(String payload, long at) {
        return new Message("topic", payload.getBytes(StandardCharsets.UTF_8), 1, false, MessageProperties.EMPTY, at);
    }
}
