package io.fogwhisk.feed.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.feed.trigger.MessageProperties;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetAsideTest {

    private static final QualifiedName TRIGGER = QualifiedName.of("guest", "readings");

    @TempDir
    Path folder;

    private FeedDatabase database;
    private SetAside setAside;

    @BeforeEach
    void start() {
        open(3, 10);
    }

    @AfterEach
    void stop() {
        database.close();
    }

    @Test
    void listsWhatWasSetAsideAlsoAfterARestart() {
        // Given
        add("abc");

        // When
        database.close();
        open(3, 10);

        // Then
        assertThat(setAside.count()).isEqualTo(1);
        assertThat(setAside.list(10)).singleElement().satisfies(message -> {
            assertThat(message.trigger()).isEqualTo("/guest/readings");
            assertThat(message.topic()).isEqualTo("topic");
            assertThat(message.bytes()).isEqualTo(3);
            assertThat(message.reason()).isEqualTo("because");
        });
    }

    @Test
    void takesNothingMoreWhenThereAreTooManyUntilSomeAreRemoved() {
        // Given
        assertThat(add("1")).isTrue();
        assertThat(add("2")).isTrue();
        assertThat(add("3")).isTrue();

        // Then
        assertThat(add("4")).isFalse();
        assertThat(setAside.full()).isTrue();
        long oldest = setAside.list(1).get(0).id();
        assertThat(setAside.remove(OptionalLong.of(oldest))
                        .toCompletableFuture()
                        .join())
                .isEqualTo(1);
        assertThat(add("4")).isTrue();
        assertThat(setAside.remove(OptionalLong.empty()).toCompletableFuture().join())
                .isEqualTo(3);
        assertThat(setAside.count()).isZero();
    }

    @Test
    void takesNothingThatIsTooLargeForTheRoomLeft() {
        assertThat(add("12345678")).isTrue();
        assertThat(add("123")).isFalse();
        assertThat(add("12")).isTrue();
        assertThat(setAside.full()).isTrue();
    }

    private void open(int maxCount, long maxBytes) {
        database = new FeedDatabase("test-db", folder.resolve("feeds.db"), 10);
        database.start();
        setAside = new SetAside(database, Clock.systemUTC(), maxCount, maxBytes);
        setAside.start();
    }

    private boolean add(String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        Message message = new Message("topic", bytes, 1, true, MessageProperties.EMPTY, 7);
        return setAside.add(TRIGGER, List.of(message), "because")
                .toCompletableFuture()
                .join();
    }
}
