package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.trigger.MessageProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PahoIntakeTest {

    private final List<MqttMessage> handedOn = new CopyOnWriteArrayList<>();
    private final List<Integer> acknowledged = new ArrayList<>();
    private final Floods floods = new Floods(10_000);
    private final Handover handover = new Handover(Broker.tcp("host", 1883), handedOn::add);
    private final PahoIntake intake =
            new PahoIntake(Runnable::run, floods, handover, message -> acknowledged.add(message.id()));

    @Test
    void acknowledgesInTheOrderOfArrivalWhateverIsReadyFirst() {
        // Given
        for (int id = 1; id <= 4; id++) {
            intake.take(message(id, id == 3 ? 0 : 1));
        }
        assertThat(handedOn).hasSize(4);

        // When
        handedOn.get(1).acknowledge();
        handedOn.get(2).acknowledge();
        assertThat(acknowledged).isEmpty();
        handedOn.get(0).acknowledge();

        // Then
        assertThat(acknowledged).containsExactly(1, 2);
        handedOn.get(3).acknowledge();
        assertThat(acknowledged).containsExactly(1, 2, 4);
    }

    @Test
    void whatABrokerSendsAgainIsSupersededButNotWhatItGaveNoGuaranteeFor() {
        intake.take(message(1, 1));
        intake.take(message(2, 0));

        handover.supersede();

        assertThat(handedOn).extracting(MqttMessage::superseded).containsExactly(true, false);
    }

    @Test
    void isNotDoneWhileMessagesWait() {
        // Given
        List<Runnable> dispatched = new ArrayList<>();
        PahoIntake busy = new PahoIntake(dispatched::add, floods, handover, message -> acknowledged.add(message.id()));

        // When
        busy.take(message(1, 1));

        // Then
        assertThat(busy.handedOn()).isEqualTo(-1);
        dispatched.get(0).run();
        assertThat(busy.handedOn()).isEqualTo(1);
    }

    @Test
    void holdsNoMoreThanTheMemoryIsThereFor() throws Exception {
        // Given
        Queue<Runnable> dispatched = new ConcurrentLinkedQueue<>();
        PahoIntake slow = new PahoIntake(dispatched::add, floods, handover, message -> acknowledged.add(message.id()));
        AtomicInteger taken = new AtomicInteger();
        Thread library = new Thread(() -> {
            for (int id = 1; id <= 10; id++) {
                slow.take(message(id, 1, 4_000));
                taken.incrementAndGet();
            }
        });

        // When
        library.start();
        await().until(() -> library.getState() == Thread.State.TIMED_WAITING);

        // Then
        assertThat(taken).hasValue(2);
        await().until(() -> {
            Runnable task = dispatched.poll();
            if (task != null) {
                task.run();
            }
            return handedOn.size() == 10;
        });
        library.join(20_000);
        assertThat(taken).hasValue(10);
    }

    private PahoMessage message(int id, int qos) {
        return message(id, qos, 0);
    }

    private PahoMessage message(int id, int qos, int bytes) {
        return new PahoMessage(intake, id, "topic", new byte[bytes], qos, false, () -> MessageProperties.EMPTY);
    }
}
