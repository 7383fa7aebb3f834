package io.fogwhisk.feed.mqtt;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the messages of a Paho client to the dispatching thread. Paho's own thread must not wait for that one, because
 * it also takes the answers to keep-alive pings: so there is room for all that a broker sends before it waits for
 * acknowledgements, and only a flood of messages without guarantee of delivery has to wait, or of messages so large that
 * the memory does not hold them: then the pings may fail, and the broker sends again what was not taken. Thread-safe.
 */
final class PahoIntake {

    private static final Logger LOG = LoggerFactory.getLogger(PahoIntake.class);
    private static final int TURN = 128;
    private static final long LOOK_NANOS = 1_000_000;

    private final Executor dispatcher;
    private final Floods floods;
    private final AtomicLong bytes = new AtomicLong();
    private final Handover handover;
    private final AcknowledgementOrder order;
    private final BlockingQueue<PahoMessage> queue = new ArrayBlockingQueue<>(MqttConnection.RECEIVE_MAXIMUM);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean cancelled;

    /**
     * An intake without messages.
     *
     * @param acknowledge tells the library that a message is safe; must not wait
     */
    PahoIntake(Executor dispatcher, Floods floods, Handover handover, Consumer<PahoMessage> acknowledge) {
        this.dispatcher = dispatcher;
        this.floods = floods;
        this.handover = handover;
        order = new AcknowledgementOrder(acknowledge);
    }

    /** Takes a message; waits while there is no room. */
    void take(PahoMessage message) {
        long weight = Floods.weight(message);
        try {
            if (awaitMemory(weight)) {
                bytes.addAndGet(weight);
                boolean kept = false;
                while (!cancelled && !kept) {
                    kept = queue.offer(message, 1, TimeUnit.SECONDS);
                }
                if (!kept) {
                    free(weight);
                }
            }
        } catch (InterruptedException e) {
            // The library ends the connection; what was not taken is not acknowledged.
            free(weight);
            Thread.currentThread().interrupt();
        }
        if (cancelled) {
            letGo();
        }
        schedule();
    }

    private boolean awaitMemory(long weight) {
        while (!cancelled && !Thread.currentThread().isInterrupted()) {
            if (floods.reserve(bytes.get(), weight)) {
                return true;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return false;
    }

    private void free(long weight) {
        bytes.addAndGet(-weight);
        floods.free(weight);
    }

    private void letGo() {
        Queue<PahoMessage> from = queue;
        for (PahoMessage message = from.poll(); message != null; message = from.poll()) {
            free(Floods.weight(message));
        }
    }

    AcknowledgementOrder.Entry place(PahoMessage message) {
        return order.add(message);
    }

    void acknowledge(AcknowledgementOrder.Entry place) {
        order.acknowledge(place);
    }

    boolean superseded(int qos) {
        return handover.superseded(qos);
    }

    /** How many messages were handed on so far, or -1 while some wait for that. */
    long handedOn() {
        return queue.isEmpty() || cancelled ? handover.count() : -1;
    }

    /** Hands on nothing more. */
    void cancel() {
        cancelled = true;
        letGo();
    }

    private void schedule() {
        if (!queue.isEmpty() && scheduled.compareAndSet(false, true)) {
            try {
                dispatcher.execute(this::handOn);
            } catch (RejectedExecutionException e) {
                // The provider is closing: what is not handed on comes again after its next start.
                LOG.atDebug().setCause(e).log("messages ended");
            }
        }
    }

    /** Hands on some, then lets the other connections have their turn. */
    private void handOn() {
        Queue<PahoMessage> from = queue;
        for (int i = 0; i < TURN && !cancelled; i++) {
            PahoMessage message = from.poll();
            if (message == null) {
                break;
            }
            handover.handOn(message);
            free(Floods.weight(message));
        }
        scheduled.set(false);
        schedule();
    }
}
