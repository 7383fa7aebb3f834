package io.fogwhisk.feed.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAck;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.unsuback.Mqtt5UnsubAck;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.feed.trigger.MessageProperties;
import io.reactivex.FlowableSubscriber;
import io.reactivex.schedulers.Schedulers;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a broker, from connect to loss, with a client of its own. A new client per connection lets go of
 * what the lost one had not acknowledged, which the broker sends again; with one client for all connections such
 * messages would pile up with every reconnect.
 *
 * <p>The consumer of messages is registered before the connect, because the broker may send what the session holds right
 * behind its answer. Acknowledgements may be given in any order: the client puts them in the order that MQTT asks for.
 */
final class HivemqConnection implements FlowableSubscriber<Mqtt5Publish> {

    private static final Logger LOG = LoggerFactory.getLogger(HivemqConnection.class);
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int CONNECT_SECONDS = 10;
    // Some brokers send more than a smaller maximum allows when a backlog builds up, and are then cut off for ever.
    private static final int RECEIVE_MAXIMUM = 65_535;
    private static final int PREFETCH = 128;

    private final Mqtt5RxClient client;
    private final Broker broker;
    private final MqttThreads threads;
    private final Consumer<MqttMessage> sink;
    private volatile @Nullable Subscription messages;
    private volatile boolean superseded;
    private volatile boolean abandoned;
    private volatile boolean busy;
    private volatile long received;

    HivemqConnection(
            String clientId,
            Broker broker,
            MqttThreads threads,
            Consumer<MqttMessage> sink,
            Consumer<Throwable> disconnected) {
        this.broker = broker;
        this.threads = threads;
        this.sink = sink;
        Mqtt5ClientBuilder builder = Mqtt5Client.builder()
                .identifier(clientId)
                .transportConfig()
                .serverHost(broker.host())
                .serverPort(broker.port())
                .socketConnectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                .mqttConnectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                .applyTransportConfig()
                .executorConfig()
                .nettyExecutor(threads.network())
                .nettyThreads(1)
                // Answers come on the network thread: the dispatching thread may be waiting.
                .applicationScheduler(Schedulers.trampoline())
                .applyExecutorConfig()
                .addDisconnectedListener(context -> disconnected.accept(context.getCause()));
        client = builder.buildRx();
    }

    /** Connects; with {@code purge} only to remove the session. */
    CompletableFuture<Mqtt5ConnAck> connect(boolean purge) {
        client.publishes(MqttGlobalPublishFilter.ALL, true)
                .observeOn(threads.dispatcher(), false, PREFETCH)
                .subscribe(this);
        Mqtt5Connect connect = Mqtt5Connect.builder()
                .cleanStart(purge)
                .sessionExpiryInterval(purge ? 0 : Mqtt5Connect.NO_SESSION_EXPIRY)
                .keepAlive(KEEP_ALIVE_SECONDS)
                .restrictions()
                .receiveMaximum(RECEIVE_MAXIMUM)
                .applyRestrictions()
                .simpleAuth(auth())
                .build();
        return client.toAsync().connect(connect).whenComplete((answer, failure) -> {
            if (failure == null && abandoned) {
                abandon();
            }
        });
    }

    CompletableFuture<Mqtt5SubAck> subscribe(Map<TopicFilter, Integer> wanted, List<TopicFilter> order) {
        List<Mqtt5Subscription> subscriptions = order.stream()
                .map(filter -> Mqtt5Subscription.builder()
                        .topicFilter(filter.text())
                        .qos(qos(wanted.getOrDefault(filter, 1)))
                        // Or every reconnect would bring every retained message again.
                        .retainHandling(Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST)
                        .build())
                .toList();
        return client.toAsync()
                .subscribe(
                        Mqtt5Subscribe.builder().addSubscriptions(subscriptions).build());
    }

    CompletableFuture<Mqtt5UnsubAck> unsubscribe(Collection<TopicFilter> filters) {
        Mqtt5Unsubscribe unsubscribe = Mqtt5Unsubscribe.builder()
                .addTopicFilters(filters.stream()
                        .map(filter -> MqttTopicFilter.of(filter.text()))
                        .toList())
                .build();
        return client.toAsync().unsubscribe(unsubscribe);
    }

    /** Disconnects and keeps the session, or removes it. */
    CompletableFuture<Void> disconnect(boolean endSession) {
        return client.toAsync()
                .disconnect(Mqtt5Disconnect.builder()
                        .sessionExpiryInterval(endSession ? 0 : Mqtt5Connect.NO_SESSION_EXPIRY)
                        .build());
    }

    /** The broker kept the session, so whatever is not acknowledged comes again on the next connection. */
    void supersede() {
        superseded = true;
        cancel();
    }

    /** Lets go of the messages not handed on yet. Only after the connection ended: before, it would lose them. */
    void cancel() {
        Subscription subscription = messages;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    /** Ends the connection, also one that is only being made. */
    void abandon() {
        abandoned = true;
        CompletableFuture<Void> unused = disconnect(false).whenComplete((done, failure) -> cancel());
    }

    /** How many messages were handed on so far, or -1 while one is being handed on. */
    long handedOn() {
        return busy ? -1 : received;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        messages = subscription;
        // The switch of threads before us asks the client for no more than its prefetch; we take one at a time.
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the dispatching thread writes
    public void onNext(Mqtt5Publish publish) {
        busy = true;
        received++;
        try {
            sink.accept(new Message(publish));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("broker", broker).log("message not handed on");
        }
        busy = false;
    }

    @Override
    public void onError(Throwable failure) {
        LOG.atDebug().setCause(failure).addKeyValue("broker", broker).log("messages ended");
    }

    @Override
    public void onComplete() {
        LOG.atDebug().addKeyValue("broker", broker).log("messages ended");
    }

    private @Nullable Mqtt5SimpleAuth auth() {
        if (broker.user().isEmpty() && broker.password().isEmpty()) {
            return null;
        }
        byte[] password = broker.password().getBytes(StandardCharsets.UTF_8);
        if (broker.user().isEmpty()) {
            return Mqtt5SimpleAuth.builder().password(password).build();
        }
        return broker.password().isEmpty()
                ? Mqtt5SimpleAuth.builder().username(broker.user()).build()
                : Mqtt5SimpleAuth.builder()
                        .username(broker.user())
                        .password(password)
                        .build();
    }

    private static MqttQos qos(int code) {
        MqttQos qos = MqttQos.fromCode(code);
        return qos == null ? MqttQos.AT_LEAST_ONCE : qos;
    }

    private final class Message implements MqttMessage {
        private final Mqtt5Publish publish;
        private final byte[] payload;

        Message(Mqtt5Publish publish) {
            this.publish = publish;
            payload = publish.getPayloadAsBytes();
        }

        @Override
        public String topic() {
            return publish.getTopic().toString();
        }

        @Override
        public byte[] payload() {
            return payload;
        }

        @Override
        public int qos() {
            return publish.getQos().getCode();
        }

        @Override
        public boolean retained() {
            return publish.isRetain();
        }

        @Override
        public MessageProperties properties() {
            return HivemqProperties.of(publish);
        }

        @Override
        public void acknowledge() {
            try {
                publish.acknowledge();
            } catch (RejectedExecutionException e) {
                // The client's event loop ended with its connection.
                LOG.atDebug().setCause(e).addKeyValue("broker", broker).log("acknowledgement came too late");
            }
        }

        @Override
        public boolean superseded() {
            // Without a guarantee of delivery the broker keeps nothing to send again.
            return superseded && publish.getQos() != MqttQos.AT_MOST_ONCE;
        }
    }
}
