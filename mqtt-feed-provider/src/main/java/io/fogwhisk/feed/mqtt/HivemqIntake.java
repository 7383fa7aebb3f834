package io.fogwhisk.feed.mqtt;

import io.reactivex.FlowableSubscriber;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages of a HiveMQ client on the thread that reads from the network. When too much is under way, that
 * thread waits a moment for each message, so that the broker's backlog stays at the broker and in the network: the
 * client looks at everything that is not acknowledged for each message that comes and goes, and Mosquitto 2.0.11 gives
 * the numbers of messages under way to others when a client holds a long backlog, which ends the connection. The moment
 * is short enough for pings and acknowledgements; what comes in spite of it waits for the dispatching thread.
 */
final class HivemqIntake<P> implements FlowableSubscriber<P> {

    private static final Logger LOG = LoggerFactory.getLogger(HivemqIntake.class);
    private static final Duration PATIENCE = Duration.ofMillis(20);
    private static final long LOOK_NANOS = 500_000;
    private static final int EASY = 64;
    private static final int TURN = 128;

    private final Executor dispatcher;
    private final Handover handover;
    private final Function<P, MqttMessage> form;
    private final BlockingQueue<MqttMessage> waiting = new LinkedBlockingQueue<>(MqttConnection.RECEIVE_MAXIMUM);
    // Those that wait, and the one that the dispatching thread hands on.
    private final AtomicInteger pending = new AtomicInteger();
    private volatile boolean cancelled;
    private volatile @Nullable Subscription messages;

    HivemqIntake(Executor dispatcher, Handover handover, Function<P, MqttMessage> form) {
        this.dispatcher = dispatcher;
        this.handover = handover;
        this.form = form;
    }

    /** Takes no more, and lets go of what waits. */
    void cancel() {
        cancelled = true;
        Subscription subscription = messages;
        if (subscription != null) {
            subscription.cancel();
        }
        pending.addAndGet(-clear());
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        messages = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(P publish) {
        MqttMessage message = form.apply(publish);
        if (pending.get() == 0 && handover.offer(message, PATIENCE)) {
            return;
        }
        slowDown();
        keep(message);
    }

    @Override
    public void onError(Throwable failure) {
        LOG.atDebug().setCause(failure).log("messages ended");
    }

    @Override
    public void onComplete() {
        LOG.atDebug().log("messages ended");
    }

    private void slowDown() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (pending.get() > EASY && !cancelled && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Only a flood of messages without guarantee of delivery finds no room: it has to wait. */
    private void keep(MqttMessage message) {
        boolean first = pending.getAndIncrement() == 0;
        try {
            while (!cancelled && !waiting.offer(message, 1, TimeUnit.SECONDS)) {
                LOG.atDebug().log("too many messages wait");
            }
        } catch (InterruptedException e) {
            // The client ends; what was not taken is not acknowledged.
            Thread.currentThread().interrupt();
        }
        if (first) {
            dispatch();
        }
    }

    private void dispatch() {
        try {
            dispatcher.execute(this::handOn);
        } catch (RejectedExecutionException e) {
            // The provider is closing: what is not handed on comes again after its next start.
            LOG.atDebug().setCause(e).log("messages ended");
        }
    }

    /** Hands on some, then lets the other connections have their turn. */
    private void handOn() {
        for (int i = 0; i < TURN; i++) {
            MqttMessage message = next();
            if (message == null) {
                return;
            }
            handover.handOn(message);
            if (pending.decrementAndGet() <= 0) {
                return;
            }
        }
        dispatch();
    }

    /** There is one, or the network's thread is about to add it; null once cancelled. */
    private @Nullable MqttMessage next() {
        try {
            MqttMessage message = null;
            while (message == null && !cancelled) {
                message = waiting.poll(1, TimeUnit.SECONDS);
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private int clear() {
        int count = 0;
        while (waiting.poll() != null) {
            count++;
        }
        return count;
    }
}
