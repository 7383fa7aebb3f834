package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.Broker;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the messages of one connection on, and knows when they are of no use any more. One thread at a time hands on. */
final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private final Broker broker;
    private final MessageSink sink;
    private volatile boolean superseded;
    private volatile boolean busy;
    private volatile long count;

    Handover(Broker broker, MessageSink sink) {
        this.broker = broker;
        this.sink = sink;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // never while another thread hands on
    void handOn(MqttMessage message) {
        busy = true;
        count++;
        try {
            sink.take(message);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("broker", broker).log("message not handed on");
        }
        busy = false;
    }

    /** Hands a message on if that need not wait for long; false if nothing happened. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // never while another thread hands on
    boolean offer(MqttMessage message, Duration patience) {
        busy = true;
        boolean taken = true;
        try {
            taken = sink.offer(message, patience);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("broker", broker).log("message not handed on");
        }
        if (taken) {
            count++;
        }
        busy = false;
        return taken;
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
