package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.feed.trigger.MessageProperties;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An heir at a broker that is slow in a way that no real one is when a test wants it. */
class HeirTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final TopicFilter FILTER = TopicFilter.parse("$share/group/dc/#");

    private final MqttThreads threads = new MqttThreads("test");
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Lost session = new Lost();

    @AfterEach
    void stop() {
        threads.close();
    }

    /** A connection with the session of a lost member, and what the broker and the library do with it. */
    private final class Lost implements MqttConnection {
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger unsubscribes = new AtomicInteger();
        private volatile MessageSink sink = message -> {};
        // Looks for which a message waits in the library, after the session was unsubscribed.
        private volatile int stuck;
        private volatile boolean late;

        @Override
        public CompletionStage<Boolean> connect(boolean purge) {
            return CompletableFuture.completedStage(true);
        }

        @Override
        public CompletionStage<Map<TopicFilter, String>> subscribe(Map<TopicFilter, Integer> filters) {
            return CompletableFuture.completedStage(Map.of());
        }

        @Override
        public CompletionStage<Void> unsubscribe(Collection<TopicFilter> filters) {
            events.add("asks");
            if (unsubscribes.incrementAndGet() == 2 && late) {
                sink.take(new Waiting());
            }
            return CompletableFuture.completedStage(null);
        }

        @Override
        public boolean endsSessions() {
            return true;
        }

        @Override
        public CompletionStage<Void> disconnect(boolean endSession) {
            events.add(endSession ? "ends" : "leaves");
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void supersede() {
            // Nothing is held.
        }

        @Override
        public void cancel() {
            // Nothing is held.
        }

        @Override
        public void abandon() {
            // There is no network.
        }

        @Override
        public long handedOn() {
            if (asked.incrementAndGet() < stuck) {
                return -1;
            }
            if (asked.get() == stuck) {
                sink.take(new Waiting());
            }
            return 0;
        }
    }

    private record Waiting() implements MqttMessage {
        @Override
        public String topic() {
            return "dc/1";
        }

        @Override
        public byte[] payload() {
            return new byte[0];
        }

        @Override
        public int qos() {
            return 1;
        }

        @Override
        public boolean retained() {
            return false;
        }

        @Override
        public MessageProperties properties() {
            return MessageProperties.EMPTY;
        }

        @Override
        public void acknowledge() {
            // Nobody waits for it.
        }

        @Override
        public boolean superseded() {
            return false;
        }
    }

    @Test
    void endsAnEmptySessionOnceTheBrokerAnsweredThatNothingMoreComes() {
        // When
        take();

        // Then
        assertThat(events).containsExactly("asks", "asks", "ends");
    }

    @Test
    void keepsTheSessionWhenMessagesComeBeforeTheAnswer() {
        // Given
        session.late = true;

        // When
        take();

        // Then
        assertThat(events).containsExactly("asks", "asks", "message", "asks", "ends");
    }

    @Test
    void keepsTheSessionWhileMessagesOfItWaitToBeHandedOn() {
        // Given
        session.stuck = 25;

        // When
        take();

        // Then
        assertThat(events).containsExactly("asks", "message", "asks", "ends");
    }

    private void take() {
        Heir heir = new Heir(
                counted -> {
                    session.sink = counted;
                    return new SessionKeeper(Broker.tcp("host", 1883), (sink, lost) -> session, threads, counted);
                },
                message -> {
                    events.add("message");
                    message.acknowledge();
                },
                FILTER,
                threads,
                over::set);
        threads.control().execute(heir::start);
        await().atMost(SOON).untilTrue(over);
    }
}
