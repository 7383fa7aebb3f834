package io.fogwhisk.feed.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.feed.trigger.MessageProperties;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class InboxBoundsTest extends WithInbox {

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
    void isFullWhenItsMessagesAreTooLarge() {
        inbox.close();
        open(1_000, 1_000);

        add(READINGS, "x".repeat(1_000));

        assertThat(inbox.state().full()).containsExactly("guest");
    }
}
