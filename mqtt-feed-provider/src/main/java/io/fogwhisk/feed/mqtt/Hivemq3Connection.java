package io.fogwhisk.feed.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.Mqtt3RxClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscription;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.suback.Mqtt3SubAck;
import com.hivemq.client.mqtt.mqtt3.message.unsubscribe.Mqtt3Unsubscribe;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.feed.trigger.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the HiveMQ client in MQTT 3.1.1, with a client of its own as in {@link Hivemq5Connection}. A connect
 * that makes a subscription anew brings the retained messages again: this version can't ask for anything else.
 */
final class Hivemq3Connection implements MqttConnection {

    private static final Logger LOG = LoggerFactory.getLogger(Hivemq3Connection.class);

    private final BrokerAccess access;
    private final Handover handover;
    private final HivemqIntake<Mqtt3Publish> intake;
    private final Mqtt3RxClient client;
    private final OpenQuestions questions = new OpenQuestions();
    private volatile boolean abandoned;
    // It never came about, or is over; it does not come again.
    private volatile boolean gone;

    Hivemq3Connection(BrokerAccess access, Handover handover, Consumer<Throwable> lost) {
        this.access = access;
        this.handover = handover;
        intake = new HivemqIntake<>(access, handover, Message::new, () -> {
            lost.accept(new FeedException("more messages wait than the memory has room for"));
            CompletableFuture<Void> unused = disconnect(false);
        });
        client = Mqtt3Client.builder()
                .identifier(access.clientId())
                .transportConfig(HivemqConfig.transport(access))
                .executorConfig(HivemqConfig.threads(access))
                .addDisconnectedListener(context -> {
                    gone = true;
                    lost.accept(context.getCause());
                })
                .buildRx();
    }

    @Override
    public CompletableFuture<Boolean> connect(boolean purge) {
        client.publishes(MqttGlobalPublishFilter.ALL, true).subscribe(intake);
        Mqtt3ConnectBuilder connect = Mqtt3Connect.builder()
                .cleanSession(purge)
                .keepAlive(access.keepAliveSeconds())
                .simpleAuth(auth(access.broker()));
        if (access.settings().will().isPresent()) {
            MqttSettings.Will will = access.settings().will().get();
            connect = connect.willPublish()
                    .topic(will.topic())
                    .payload(will.payload().getBytes(StandardCharsets.UTF_8))
                    .qos(HivemqConfig.qos(will.qos()))
                    .retain(will.retain())
                    .applyWillPublish();
        }
        return client.toAsync()
                .connect(connect.build())
                .whenComplete((answer, failure) -> {
                    gone = gone || failure != null;
                    if (abandoned) {
                        abandon();
                    }
                })
                .thenApply(answer -> answer.isSessionPresent());
    }

    @Override
    public CompletableFuture<Map<TopicFilter, String>> subscribe(Map<TopicFilter, Integer> filters) {
        List<TopicFilter> order = List.copyOf(filters.keySet());
        List<Mqtt3Subscription> subscriptions = order.stream()
                .map(filter -> Mqtt3Subscription.builder()
                        .topicFilter(filter.text())
                        .qos(HivemqConfig.qos(filters.getOrDefault(filter, 1)))
                        .build())
                .toList();
        Mqtt3Subscribe subscribe =
                Mqtt3Subscribe.builder().addSubscriptions(subscriptions).build();
        return questions.ask(client.subscribe(subscribe)).handle((answer, failure) -> refusals(order, answer, failure));
    }

    @Override
    public CompletableFuture<Void> unsubscribe(Collection<TopicFilter> filters) {
        Mqtt3Unsubscribe unsubscribe = Mqtt3Unsubscribe.builder()
                .addTopicFilters(filters.stream()
                        .map(filter -> MqttTopicFilter.of(filter.text()))
                        .toList())
                .build();
        return questions.ask(client.unsubscribe(unsubscribe));
    }

    @Override
    public boolean endsSessions() {
        return false;
    }

    @Override
    public CompletableFuture<Void> disconnect(boolean endSession) {
        return client.toAsync().disconnect();
    }

    @Override
    public void supersede() {
        handover.supersede();
        cancel();
    }

    @Override
    public void cancel() {
        questions.takeBack();
        intake.cancel();
    }

    @Override
    public void abandon() {
        abandoned = true;
        intake.stop();
        CompletableFuture<Void> unused = disconnect(false).whenComplete((done, failure) -> {
            // While a connect is under way it fails, and what becomes of the connect is looked at then.
            if (failure == null || gone) {
                cancel();
            }
        });
    }

    @Override
    public long handedOn() {
        return intake.handedOn();
    }

    private static Map<TopicFilter, String> refusals(
            List<TopicFilter> order, @Nullable Mqtt3SubAck answer, @Nullable Throwable failure) {
        Mqtt3SubAck codes = answer;
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Mqtt3SubAckException all) {
            codes = all.getMqttMessage();
        }
        if (codes == null || codes.getReturnCodes().size() != order.size()) {
            throw new CompletionException(cause);
        }
        return Refusals.of(
                order,
                codes.getReturnCodes().stream().map(code -> code.getCode()).toList());
    }

    static @Nullable Mqtt3SimpleAuth auth(Broker broker) {
        if (broker.user().isEmpty() && broker.password().isEmpty()) {
            return null;
        }
        // This version has no password without a user, though the user may be empty.
        return broker.password().isEmpty()
                ? Mqtt3SimpleAuth.builder().username(broker.user()).build()
                : Mqtt3SimpleAuth.builder()
                        .username(broker.user())
                        .password(broker.password().getBytes(StandardCharsets.UTF_8))
                        .build();
    }

    private final class Message implements MqttMessage {
        private final Mqtt3Publish publish;
        private final byte[] payload;

        Message(Mqtt3Publish publish) {
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
            return MessageProperties.EMPTY;
        }

        @Override
        public void acknowledge() {
            try {
                publish.acknowledge();
            } catch (RejectedExecutionException e) {
                // The client's event loop ended with its connection.
                LOG.atDebug().setCause(e).addKeyValue("broker", access.broker()).log("acknowledgement came too late");
            }
        }

        @Override
        public boolean superseded() {
            return handover.superseded(qos());
        }
    }
}
