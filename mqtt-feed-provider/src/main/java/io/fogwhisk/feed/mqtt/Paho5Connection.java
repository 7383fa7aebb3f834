package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.TimerPingSender;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of Eclipse Paho in MQTT 5, with a client of its own; subscribes with at most QoS 1, for the reason that
 * {@link Paho3Connection} gives.
 */
final class Paho5Connection implements MqttConnection, MqttCallback {

    private static final Logger LOG = LoggerFactory.getLogger(Paho5Connection.class);
    private static final long FLUSH_MILLIS = 500;
    private static final int SEND_RETAINED_IF_NEW = 1;

    private final BrokerAccess access;
    private final Handover handover;
    private final PahoThreads threads;
    private final PahoIntake intake;
    private final Consumer<Throwable> lost;
    private final MqttAsyncClient client;
    private volatile boolean abandoned;

    Paho5Connection(BrokerAccess access, Handover handover, Consumer<Throwable> lost) {
        this.access = access;
        this.handover = handover;
        this.lost = lost;
        threads = new PahoThreads(access.clientId());
        intake = new PahoIntake(access.dispatch(), access.threads().floods(), handover, this::confirm);
        try {
            client = new MqttAsyncClient(
                    PahoWords.of(access.broker()),
                    access.clientId(),
                    new MemoryPersistence(),
                    new TimerPingSender(threads.pool()),
                    threads.pool());
        } catch (MqttException | IllegalArgumentException e) {
            throw new FeedException("the broker's address cannot be used: " + e.getMessage(), e);
        }
        client.setManualAcks(true);
        client.setCallback(this);
    }

    @Override
    public CompletableFuture<Boolean> connect(boolean purge) {
        return this.<Boolean>ask(
                        listener -> client.connect(options(purge), null, listener), IMqttToken::getSessionPresent)
                .whenComplete((answer, failure) -> {
                    if (failure == null && abandoned) {
                        abandon();
                    }
                });
    }

    @Override
    public CompletableFuture<Map<TopicFilter, String>> subscribe(Map<TopicFilter, Integer> filters) {
        List<TopicFilter> order = List.copyOf(filters.keySet());
        MqttSubscription[] subscriptions = order.stream()
                .map(filter -> {
                    MqttSubscription subscription =
                            new MqttSubscription(filter.text(), Math.min(1, filters.getOrDefault(filter, 1)));
                    subscription.setRetainHandling(SEND_RETAINED_IF_NEW);
                    return subscription;
                })
                .toArray(MqttSubscription[]::new);
        return ask(
                listener -> client.subscribe(subscriptions, null, listener, new MqttProperties()),
                token -> Refusals.of(
                        order, Arrays.stream(token.getReasonCodes()).boxed().toList()));
    }

    @Override
    public CompletableFuture<Void> unsubscribe(Collection<TopicFilter> filters) {
        return ask(
                        listener -> client.unsubscribe(PahoWords.texts(filters), null, listener, new MqttProperties()),
                        token -> true)
                .thenAccept(done -> {});
    }

    @Override
    public boolean endsSessions() {
        return true;
    }

    @Override
    public CompletableFuture<Void> disconnect(boolean endSession) {
        MqttProperties properties = new MqttProperties();
        properties.setSessionExpiryInterval(
                endSession ? 0L : access.settings().sessionExpiry().toSeconds());
        return ask(listener -> client.disconnect(FLUSH_MILLIS, null, listener, 0, properties), token -> true)
                .thenAccept(done -> {});
    }

    @Override
    public void supersede() {
        handover.supersede();
        cancel();
    }

    @Override
    public void cancel() {
        intake.cancel();
        threads.end(this::release);
    }

    @Override
    public void abandon() {
        abandoned = true;
        cancel();
    }

    @Override
    public long handedOn() {
        return intake.handedOn();
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        MqttException cause = response.getException();
        lost.accept(cause == null ? new FeedException("the broker disconnected: " + response) : PahoWords.plain(cause));
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        LOG.atDebug().setCause(exception).addKeyValue("broker", access.broker()).log("fault of the protocol");
    }

    @Override
    public void messageArrived(String topic, org.eclipse.paho.mqttv5.common.MqttMessage message) {
        MqttProperties properties = message.getProperties();
        intake.take(new PahoMessage(
                intake,
                message.getId(),
                topic,
                message.getPayload(),
                message.getQos(),
                message.isRetained(),
                () -> PahoProperties.of(properties)));
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // Of messages that were published; nothing is.
    }

    @Override
    public void connectComplete(boolean reconnect, String uri) {
        // The answer to the connect tells of it.
    }

    @Override
    public void authPacketArrived(int code, MqttProperties properties) {
        // Only for enhanced authentication, which is not asked for.
    }

    private void confirm(PahoMessage message) {
        if (message.qos() != 1) {
            // Of a session that another library left behind: here Paho completes the handshake by itself.
            return;
        }
        try {
            client.messageArrivedComplete(message.id(), message.qos());
        } catch (MqttException e) {
            LOG.atDebug().setCause(e).addKeyValue("broker", access.broker()).log("acknowledgement came too late");
        }
    }

    private void release() {
        try {
            client.disconnectForcibly(0, 0, false);
            client.close(true);
        } catch (MqttException e) {
            LOG.atDebug().setCause(e).addKeyValue("broker", access.broker()).log("client was closed already");
        }
    }

    private MqttConnectionOptions options(boolean purge) {
        Broker broker = access.broker();
        MqttSettings settings = access.settings();
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(purge);
        options.setSessionExpiryInterval(purge ? 0L : settings.sessionExpiry().toSeconds());
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        // No topic aliases whatever the settings say: version 1.2.5 looks them up wrongly and drops the messages.
        options.setTopicAliasMaximum(0);
        options.setConnectionTimeout(CONNECT_SECONDS);
        options.setKeepAliveInterval(access.keepAliveSeconds());
        options.setExecutorServiceTimeout(0);
        if (!broker.user().isEmpty()) {
            options.setUserName(broker.user());
        }
        if (!broker.password().isEmpty()) {
            options.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        }
        settings.will()
                .ifPresent(will -> options.setWill(
                        will.topic(),
                        new org.eclipse.paho.mqttv5.common.MqttMessage(
                                will.payload().getBytes(StandardCharsets.UTF_8),
                                will.qos(),
                                will.retain(),
                                new MqttProperties())));
        if (broker.transport().secure()) {
            options.setSocketFactory(access.tls().sockets());
            options.setHttpsHostnameVerificationEnabled(true);
        }
        return options;
    }

    /** What Paho is asked. */
    @FunctionalInterface
    private interface Question {
        IMqttToken put(MqttActionListener listener) throws MqttException;
    }

    private <T> CompletableFuture<T> ask(Question question, Function<IMqttToken, T> reading) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            question.put(new MqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    answer.complete(reading.apply(token));
                }

                @Override
                public void onFailure(@Nullable IMqttToken token, Throwable failure) {
                    if (token != null && token.getReasonCodes() != null && token.getResponse() != null) {
                        complete(token, failure);
                    } else {
                        answer.completeExceptionally(PahoWords.plain(failure));
                    }
                }

                private void complete(IMqttToken token, Throwable failure) {
                    try {
                        answer.complete(reading.apply(token));
                    } catch (IndexOutOfBoundsException e) {
                        // Codes of something else than what was asked.
                        answer.completeExceptionally(PahoWords.plain(failure));
                    }
                }
            });
        } catch (MqttException | IllegalArgumentException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }
}
