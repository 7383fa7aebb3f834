package io.fogwhisk.feed.mqtt;

import io.reactivex.FlowableSubscriber;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the messages of a HiveMQ client, as fast as they are handed on. */
final class HivemqIntake<P> implements FlowableSubscriber<P> {

    /** How many messages may wait for the dispatching thread outside the client. */
    static final int PREFETCH = 128;

    private static final Logger LOG = LoggerFactory.getLogger(HivemqIntake.class);

    private final Handover handover;
    private final Function<P, MqttMessage> form;
    private volatile @Nullable Subscription messages;

    HivemqIntake(Handover handover, Function<P, MqttMessage> form) {
        this.handover = handover;
        this.form = form;
    }

    /** Takes no more. */
    void cancel() {
        Subscription subscription = messages;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        messages = subscription;
        // The switch of threads before us asks the client for no more than its prefetch; we take one at a time.
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(P publish) {
        handover.handOn(form.apply(publish));
    }

    @Override
    public void onError(Throwable failure) {
        LOG.atDebug().setCause(failure).log("messages ended");
    }

    @Override
    public void onComplete() {
        LOG.atDebug().log("messages ended");
    }
}
