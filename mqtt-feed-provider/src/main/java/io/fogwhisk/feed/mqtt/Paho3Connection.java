package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.feed.trigger.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.ScheduledExecutorPingSender;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of Eclipse Paho in MQTT 3.1.1, with a client of its own. What lasts is the session at the broker; Paho
 * keeps nothing.
 *
 * <p>Paho confirms the receipt of a QoS 2 message before anybody could have stored it, and the broker then forgets the
 * message. So subscriptions are made with at most QoS 1: a message may come twice and none is lost, which is what feeds
 * promise anyway.
 */
final class Paho3Connection implements MqttConnection, MqttCallback {

    private static final Logger LOG = LoggerFactory.getLogger(Paho3Connection.class);
    private static final long FLUSH_MILLIS = 500;

    private final BrokerAccess access;
    private final Handover handover;
    private final PahoThreads threads;
    private final PahoIntake intake;
    private final Consumer<Throwable> lost;
    private final MqttAsyncClient client;
    private volatile boolean abandoned;

    Paho3Connection(BrokerAccess access, Handover handover, Consumer<Throwable> lost) {
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
                    new ScheduledExecutorPingSender(threads.pool()),
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
        int[] qos = order.stream()
                .mapToInt(filter -> Math.min(1, filters.getOrDefault(filter, 1)))
                .toArray();
        return ask(
                listener -> client.subscribe(PahoWords.texts(order), qos, null, listener),
                token -> Refusals.of(
                        order, Arrays.stream(token.getGrantedQos()).boxed().toList()));
    }

    @Override
    public CompletableFuture<Void> unsubscribe(Collection<TopicFilter> filters) {
        return ask(listener -> client.unsubscribe(PahoWords.texts(filters), null, listener), token -> true)
                .thenAccept(done -> {});
    }

    @Override
    public boolean endsSessions() {
        return false;
    }

    @Override
    public CompletableFuture<Void> disconnect(boolean endSession) {
        return ask(listener -> client.disconnect(FLUSH_MILLIS, null, listener), token -> true)
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
    public void connectionLost(Throwable cause) {
        lost.accept(cause);
    }

    @Override
    public void messageArrived(String topic, org.eclipse.paho.client.mqttv3.MqttMessage message) {
        intake.take(new PahoMessage(
                intake,
                message.getId(),
                topic,
                message.getPayload(),
                message.getQos(),
                message.isRetained(),
                () -> MessageProperties.EMPTY));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
        // Of messages that were published; nothing is.
    }

    private void confirm(PahoMessage message) {
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

    private MqttConnectOptions options(boolean purge) {
        Broker broker = access.broker();
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(purge);
        options.setConnectionTimeout(CONNECT_SECONDS);
        options.setKeepAliveInterval(access.keepAliveSeconds());
        options.setExecutorServiceTimeout(0);
        if (!broker.user().isEmpty() || !broker.password().isEmpty()) {
            options.setUserName(broker.user());
        }
        if (!broker.password().isEmpty()) {
            options.setPassword(broker.password().toCharArray());
        }
        access.settings()
                .will()
                .ifPresent(will -> options.setWill(
                        will.topic(), will.payload().getBytes(StandardCharsets.UTF_8), will.qos(), will.retain()));
        if (broker.transport().secure()) {
            options.setSocketFactory(access.tls().sockets());
            options.setHttpsHostnameVerificationEnabled(true);
        }
        return options;
    }

    /** What Paho is asked. */
    @FunctionalInterface
    private interface Question {
        IMqttToken put(IMqttActionListener listener) throws MqttException;
    }

    private <T> CompletableFuture<T> ask(Question question, Function<IMqttToken, T> reading) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            question.put(new IMqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    answer.complete(reading.apply(token));
                }

                @Override
                public void onFailure(IMqttToken token, Throwable failure) {
                    answer.completeExceptionally(PahoWords.plain(failure));
                }
            });
        } catch (MqttException | IllegalArgumentException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }
}
