package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.trigger.MessageProperties;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;

class HivemqIntakeTest {

    private static final int KEEP_ALIVE = 30;
    // Shares the time so widely that nothing waits.
    private static final int MANY = 1_000_000;

    private final Queue<Runnable> dispatched = new ArrayDeque<>();
    private final Sink sink = new Sink();
    private final Floods floods = new Floods(64L * 1024 * 1024);
    private final AtomicInteger full = new AtomicInteger();
    private final Handover handover = new Handover(Broker.tcp("host", 1883), sink);
    private final HivemqIntake<MqttMessage> intake = new HivemqIntake<>(
            dispatched::add, floods, KEEP_ALIVE, handover, Function.identity(), full::incrementAndGet);

    /** Takes what it is given, and offers only while there is room. */
    private static final class Sink implements MessageSink {
        private final List<Integer> taken = new ArrayList<>();
        private boolean room = true;

        @Override
        public void take(MqttMessage message) {
            taken.add(Integer.parseInt(message.topic()));
        }

        @Override
        public boolean offer(MqttMessage message, Duration patience) {
            if (room) {
                take(message);
            }
            return room;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Sent(String topic, int qos, byte[] payload) implements MqttMessage {
        @Override
        public boolean retained() {
            return false;
        }

        @Override
        public MessageProperties properties() {
            return MessageProperties.EMPTY;
        }

        @Override
        public void acknowledge() {}

        @Override
        public boolean superseded() {
            return false;
        }
    }

    @Test
    void handsOnAtOnceWhatThereIsRoomFor() {
        send(1, 3, 1);

        assertThat(sink.taken).containsExactly(1, 2, 3);
        assertThat(dispatched).isEmpty();
        assertThat(intake.handedOn()).isEqualTo(3);
    }

    @Test
    void nothingOvertakesWhatWaits() {
        // Given
        sink.room = false;
        send(1, 300, 1);
        sink.room = true;

        // When
        send(301, 302, 1);
        assertThat(sink.taken).isEmpty();
        runDispatched();
        send(303, 303, 1);

        // Then
        assertThat(sink.taken)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 303).boxed().toList());
        assertThat(dispatched).isEmpty();
    }

    @Test
    void othersHaveTheirTurnBetweenTheMessagesOfABacklog() {
        // Given
        sink.room = false;
        send(1, 300, 1);

        // When
        dispatched.remove().run();

        // Then
        assertThat(sink.taken).hasSizeLessThan(300);
        assertThat(dispatched).hasSize(1);
    }

    @Test
    void isNotDoneWhileMessagesWait() {
        // Given
        sink.room = false;

        // When
        send(1, 2, 1);

        // Then
        assertThat(intake.handedOn()).isEqualTo(-1);
        runDispatched();
        assertThat(intake.handedOn()).isEqualTo(2);
    }

    @Test
    void aFloodWithoutGuaranteeNeitherStopsTheNetworkNorTakesTheRoomOfTheRest() {
        // Given
        shareTime();
        sink.room = false;
        int flood = MqttConnection.RECEIVE_MAXIMUM + 10;

        // When
        send(1, flood, 0);
        send(flood + 1, flood + MqttConnection.RECEIVE_MAXIMUM, 1);
        runDispatched();

        // Then
        assertThat(sink.taken).hasSize(2 * MqttConnection.RECEIVE_MAXIMUM);
        assertThat(sink.taken.subList(MqttConnection.RECEIVE_MAXIMUM, 2 * MqttConnection.RECEIVE_MAXIMUM))
                .containsExactlyElementsOf(IntStream.rangeClosed(flood + 1, flood + MqttConnection.RECEIVE_MAXIMUM)
                        .boxed()
                        .toList());
    }

    @Test
    void letsGoOfWhatWaitsAndOfTheNetworkWhenCancelled() throws Exception {
        // Given a keep-alive that lets each message wait for a long time
        HivemqIntake<MqttMessage> patient = new HivemqIntake<>(
                dispatched::add, floods, 65_535, handover, Function.identity(), full::incrementAndGet);
        sink.room = false;
        for (int i = 1; i <= 65; i++) {
            patient.onNext(new Sent(Integer.toString(i), 1, new byte[0]));
        }
        Thread network = new Thread(() -> patient.onNext(new Sent("66", 1, new byte[2 * 1024 * 1024])));
        network.start();
        await().until(() -> network.getState() == Thread.State.TIMED_WAITING);

        // When
        patient.cancel();

        // Then
        network.join(20_000);
        assertThat(network.isAlive()).isFalse();
        runDispatched();
        assertThat(sink.taken).isEmpty();
        assertThat(patient.handedOn()).isZero();
        Sent large = new Sent("1", 1, new byte[1_000]);
        assertThat(floods.patienceNanos(large, KEEP_ALIVE))
                .as("the cancelled connection takes no share")
                .isEqualTo(new Floods(1).patienceNanos(large, KEEP_ALIVE));
    }

    @Test
    void keepsNothingWhenTheProviderCloses() {
        // Given
        HivemqIntake<MqttMessage> closing = new HivemqIntake<>(
                task -> {
                    throw new RejectedExecutionException("closed");
                },
                floods,
                KEEP_ALIVE,
                handover,
                Function.identity(),
                full::incrementAndGet);
        Subscribed library = new Subscribed();
        closing.onSubscribe(library);
        sink.room = false;

        // When
        for (int i = 1; i <= 1_000; i++) {
            closing.onNext(new Sent("1", 1, new byte[1_000]));
        }

        // Then
        assertThat(closing.handedOn()).isZero();
        assertThat(sink.taken).isEmpty();
        assertThat(library.cancelled)
                .as("the library would acknowledge what nobody takes any more")
                .isFalse();
        closing.cancel();
        assertThat(library.cancelled).isTrue();
    }

    @Test
    void endsTheConnectionWhenTheMemoryIsFullAndGoesOnWithWhatItHas() {
        // Given
        shareTime();
        sink.room = false;
        byte[] mebibyte = new byte[1024 * 1024];

        // When
        for (int i = 1; i <= 1_000; i++) {
            intake.onNext(new Sent(Integer.toString(i), 1, mebibyte));
        }

        // Then
        assertThat(full).hasValue(1);
        runDispatched();
        assertThat(sink.taken)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, sink.taken.size()).boxed().toList())
                .hasSizeBetween(32, 64);
        assertThat(intake.handedOn()).isEqualTo(sink.taken.size());
        assertThat(floods.reserve(1, 64L * 1024 * 1024))
                .as("nothing is held any more")
                .isTrue();
    }

    @Test
    void whatHasNoGuaranteeIsLostAloneWhenTheMemoryIsFull() {
        // Given
        shareTime();
        sink.room = false;
        byte[] mebibyte = new byte[1024 * 1024];

        // When
        for (int i = 1; i <= 100; i++) {
            intake.onNext(new Sent(Integer.toString(i), 0, mebibyte));
        }
        runDispatched();
        send(101, 101, 1);
        runDispatched();

        // Then
        assertThat(full).hasValue(0);
        assertThat(sink.taken).hasSizeBetween(32, 65).endsWith(101);
    }

    private static final class Subscribed implements Subscription {
        private boolean cancelled;

        @Override
        public void request(long count) {}

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Test
    void theTimeThatFloodsTakeIsWithinTheKeepAliveHoweverSmallTheMessagesAndManyTheConnections() {
        for (int connections = 1; connections <= 100; connections++) {
            floods.begin();
            for (int size : List.of(0, 10, 100, 100_000, 50_000_000)) {
                Sent message = new Sent("t", 1, new byte[size]);
                long inOneTurn = Math.max(1, 1024 * 1024 / (size + 5));

                assertThat(Duration.ofNanos(floods.patienceNanos(message, KEEP_ALIVE) * inOneTurn * connections))
                        .isLessThan(Duration.ofSeconds(KEEP_ALIVE / 2));
            }
        }
    }

    private void shareTime() {
        for (int i = 0; i < MANY; i++) {
            floods.begin();
        }
    }

    private void send(int from, int to, int qos) {
        for (int i = from; i <= to; i++) {
            intake.onNext(new Sent(Integer.toString(i), qos, new byte[10]));
        }
    }

    private void runDispatched() {
        for (Runnable task = dispatched.poll(); task != null; task = dispatched.poll()) {
            task.run();
        }
    }
}
