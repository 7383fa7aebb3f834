package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.trigger.MessageProperties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A message of a Paho client. */
final class PahoMessage implements MqttMessage {

    private final PahoIntake intake;
    private final int id;
    private final String topic;
    private final byte[] payload;
    private final int qos;
    private final boolean retained;
    private final Supplier<MessageProperties> properties;
    private final AcknowledgementOrder.@Nullable Entry place;

    PahoMessage(
            PahoIntake intake,
            int id,
            String topic,
            byte[] payload,
            int qos,
            boolean retained,
            Supplier<MessageProperties> properties) {
        this.intake = intake;
        this.id = id;
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retained = retained;
        this.properties = properties;
        place = qos == 0 ? null : intake.place(this);
    }

    /** Its number on the connection. */
    int id() {
        return id;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public byte[] payload() {
        return payload;
    }

    @Override
    public int qos() {
        return qos;
    }

    @Override
    public boolean retained() {
        return retained;
    }

    @Override
    public MessageProperties properties() {
        return properties.get();
    }

    @Override
    public void acknowledge() {
        if (place != null) {
            intake.acknowledge(place);
        }
    }

    @Override
    public boolean superseded() {
        return intake.superseded(qos);
    }
}
