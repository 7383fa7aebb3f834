package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.trigger.MessageProperties;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PahoIntakeTest {

    private final List<MqttMessage> handedOn = new ArrayList<>();
    private final List<Integer> acknowledged = new ArrayList<>();
    private final Handover handover = new Handover(Broker.tcp("host", 1883), handedOn::add);
    private final PahoIntake intake =
            new PahoIntake(Runnable::run, handover, message -> acknowledged.add(message.id()));

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
        PahoIntake busy = new PahoIntake(dispatched::add, handover, message -> acknowledged.add(message.id()));

        // When
        busy.take(message(1, 1));

        // Then
        assertThat(busy.handedOn()).isEqualTo(-1);
        dispatched.get(0).run();
        assertThat(busy.handedOn()).isEqualTo(1);
    }

    private PahoMessage message(int id, int qos) {
        return new PahoMessage(intake, id, "topic", new byte[0], qos, false, () -> MessageProperties.EMPTY);
    }
}
