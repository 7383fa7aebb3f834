package io.fogwhisk.feed.mqtt;

import io.reactivex.FlowableSubscriber;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
 * the numbers of messages under way to others when a client holds a long backlog, which ends the connection. {@link
 * Floods} keeps the moment short enough for pings and acknowledgements; what comes in spite of it waits for the
 * dispatching thread.
 *
 * <p>There is room for all that a broker may send before it waits for acknowledgements, as long as the memory for it is
 * there. Messages without guarantee of delivery may take as much again; beyond that they are lost, because nothing makes
 * a broker wait with them. When others find no room the connection is to end: the broker sends them again on the next.
 */
final class HivemqIntake<P> implements FlowableSubscriber<P> {

    private static final Logger LOG = LoggerFactory.getLogger(HivemqIntake.class);
    private static final int MAX_UNGUARANTEED = MqttConnection.RECEIVE_MAXIMUM;
    private static final long LOOK_NANOS = 500_000;
    private static final long TOLD_EVERY = 10_000;
    private static final int EASY = 64;
    private static final long EASY_BYTES = 4L * 1024 * 1024;
    private static final int TURN = 128;

    private final Executor dispatcher;
    private final Floods floods;
    private final int keepAliveSeconds;
    private final Handover handover;
    private final Function<P, MqttMessage> form;
    private final Runnable full;
    private final BlockingQueue<MqttMessage> waiting =
            new LinkedBlockingQueue<>(MqttConnection.RECEIVE_MAXIMUM + MAX_UNGUARANTEED);
    // Those that wait, and the one that the dispatching thread hands on: never more than that.
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicBoolean flooded = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile @Nullable Subscription messages;
    // Of the network's thread.
    private boolean overflowed;
    private long lost;

    /**
     * An intake without messages.
     *
     * @param full is told once, by the network's thread, when the connection has to end because there is no room
     */
    HivemqIntake(BrokerAccess access, Handover handover, Function<P, MqttMessage> form, Runnable full) {
        this(access.dispatch(), access.threads().floods(), access.keepAliveSeconds(), handover, form, full);
    }

    HivemqIntake(
            Executor dispatcher,
            Floods floods,
            int keepAliveSeconds,
            Handover handover,
            Function<P, MqttMessage> form,
            Runnable full) {
        this.dispatcher = dispatcher;
        this.floods = floods;
        this.keepAliveSeconds = keepAliveSeconds;
        this.handover = handover;
        this.form = form;
        this.full = full;
    }

    /**
     * Takes no more, and lets go of what waits. What the connection brings from now on is not acknowledged: the library
     * goes on believing that somebody takes it.
     */
    void stop() {
        stopped = true;
        letGo();
    }

    /**
     * Stops, and has the library let go of its messages as well. Only when the connection is gone for certain: the
     * library acknowledges by itself what comes for nobody, and such a message would be lost.
     */
    void cancel() {
        stop();
        Subscription subscription = messages;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    /** How many messages were handed on so far, or -1 while some wait for that. */
    long handedOn() {
        return pending.get() > 0 && !stopped ? -1 : handover.count();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        messages = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(P publish) {
        if (stopped || overflowed) {
            return;
        }
        MqttMessage message = form.apply(publish);
        long patience = floods.patienceNanos(message, keepAliveSeconds);
        if (pending.get() == 0 && handover.offer(message, Duration.ofNanos(patience))) {
            return;
        }
        slowDown(patience);
        keep(message);
        if (stopped) {
            letGo();
        }
    }

    @Override
    public void onError(Throwable failure) {
        LOG.atDebug().setCause(failure).log("messages ended");
    }

    @Override
    public void onComplete() {
        LOG.atDebug().log("messages ended");
    }

    private void slowDown(long patience) {
        if (easy()) {
            calm();
            return;
        }
        if (flooded.compareAndSet(false, true)) {
            floods.begin();
        }
        long end = System.nanoTime() + patience;
        long left = patience;
        while (!easy() && !stopped && left > 0) {
            LockSupport.parkNanos(Math.min(LOOK_NANOS, left));
            left = end - System.nanoTime();
        }
    }

    private void calm() {
        if (flooded.compareAndSet(true, false)) {
            floods.end();
        }
    }

    private boolean easy() {
        return pending.get() <= EASY && pendingBytes.get() <= EASY_BYTES;
    }

    private void letGo() {
        for (MqttMessage message = waiting.poll(); message != null; message = waiting.poll()) {
            free(Floods.weight(message));
        }
        calm();
    }

    private void keep(MqttMessage message) {
        boolean guaranteed = message.qos() > 0;
        long weight = Floods.weight(message);
        if ((guaranteed || pending.get() < MAX_UNGUARANTEED) && floods.reserve(pendingBytes.get(), weight)) {
            pendingBytes.addAndGet(weight);
            if (waiting.offer(message)) {
                if (pending.getAndIncrement() == 0) {
                    dispatch();
                }
                return;
            }
            free(weight);
        }
        if (guaranteed) {
            overflowed = true;
            LOG.atWarn()
                    .addKeyValue("waiting", pending.get())
                    .addKeyValue("bytes", pendingBytes.get())
                    .log("connection ends, its messages find no room and are to come again");
            full.run();
        } else {
            lost(message);
        }
    }

    private void free(long weight) {
        pendingBytes.addAndGet(-weight);
        floods.free(weight);
    }

    private void lost(MqttMessage message) {
        if (lost % TOLD_EVERY == 0) {
            LOG.atWarn()
                    .addKeyValue("topic", message.topic())
                    .addKeyValue("qos", message.qos())
                    .addKeyValue("lostBefore", lost)
                    .log("message lost, too many wait");
        }
        lost++;
    }

    private void dispatch() {
        try {
            dispatcher.execute(this::handOn);
        } catch (RejectedExecutionException e) {
            // The provider is closing: what is not handed on comes again after its next start.
            LOG.atDebug().setCause(e).log("messages ended");
            stop();
        }
    }

    /** Hands on some, then lets the other connections have their turn. */
    private void handOn() {
        for (int i = 0; i < TURN; i++) {
            MqttMessage message = waiting.poll();
            if (message == null) {
                return; // stopped
            }
            handover.handOn(message);
            free(Floods.weight(message));
            if (pending.decrementAndGet() == 0) {
                calm();
                return;
            }
        }
        dispatch();
    }
}
