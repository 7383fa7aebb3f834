package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.Broker;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the messages of one connection on, and knows when they are of no use any more. One thread hands on. */
final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private final Broker broker;
    private final Consumer<MqttMessage> sink;
    private volatile boolean superseded;
    private volatile boolean busy;
    private volatile long count;

    Handover(Broker broker, Consumer<MqttMessage> sink) {
        this.broker = broker;
        this.sink = sink;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the dispatching thread writes
    void handOn(MqttMessage message) {
        busy = true;
        count++;
        try {
            sink.accept(message);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("broker", broker).log("message not handed on");
        }
        busy = false;
    }

    /** The broker sends again on another connection what is not acknowledged. */
    void supersede() {
        superseded = true;
    }

    /** Whether a message comes again. Without a guarantee of delivery the broker keeps nothing to send again. */
    boolean superseded(int qos) {
        return superseded && qos != 0;
    }

    /** How many were handed on so far, or -1 while one is being handed on. */
    long count() {
        return busy ? -1 : count;
    }
}
