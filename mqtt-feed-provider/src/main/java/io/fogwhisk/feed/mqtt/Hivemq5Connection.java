package io.fogwhisk.feed.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAck;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
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
 * A connection of the HiveMQ client in MQTT 5, with a client of its own. A new client per connection lets go of what the
 * lost one had not acknowledged, which the broker sends again; with one client for all connections such messages would
 * pile up with every reconnect.
 */
final class Hivemq5Connection implements MqttConnection {

    private static final Logger LOG = LoggerFactory.getLogger(Hivemq5Connection.class);

    private final BrokerAccess access;
    private final Handover handover;
    private final HivemqIntake<Mqtt5Publish> intake;
    private final Mqtt5RxClient client;
    private final OpenQuestions questions = new OpenQuestions();
    private volatile boolean abandoned;
    // It never came about, or is over; it does not come again.
    private volatile boolean gone;

    Hivemq5Connection(BrokerAccess access, Handover handover, Consumer<Throwable> lost) {
        this.access = access;
        this.handover = handover;
        intake = new HivemqIntake<>(access, handover, Message::new, () -> {
            lost.accept(new FeedException("more messages wait than the memory has room for"));
            CompletableFuture<Void> unused = disconnect(false);
        });
        client = Mqtt5Client.builder()
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
        MqttSettings settings = access.settings();
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .cleanStart(purge)
                .sessionExpiryInterval(purge ? 0 : settings.sessionExpiry().toSeconds())
                .keepAlive(access.keepAliveSeconds())
                .restrictions()
                .receiveMaximum(RECEIVE_MAXIMUM)
                .topicAliasMaximum(settings.topicAliases())
                .applyRestrictions()
                .simpleAuth(auth(access.broker()));
        if (settings.will().isPresent()) {
            MqttSettings.Will will = settings.will().get();
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
        List<Mqtt5Subscription> subscriptions = order.stream()
                .map(filter -> Mqtt5Subscription.builder()
                        .topicFilter(filter.text())
                        .qos(HivemqConfig.qos(filters.getOrDefault(filter, 1)))
                        // Or every reconnect would bring every retained message again.
                        .retainHandling(Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST)
                        .build())
                .toList();
        Mqtt5Subscribe subscribe =
                Mqtt5Subscribe.builder().addSubscriptions(subscriptions).build();
        return questions.ask(client.subscribe(subscribe)).handle((answer, failure) -> refusals(order, answer, failure));
    }

    @Override
    public CompletableFuture<Void> unsubscribe(Collection<TopicFilter> filters) {
        Mqtt5Unsubscribe unsubscribe = Mqtt5Unsubscribe.builder()
                .addTopicFilters(filters.stream()
                        .map(filter -> MqttTopicFilter.of(filter.text()))
                        .toList())
                .build();
        return questions.ask(client.unsubscribe(unsubscribe)).thenAccept(answer -> {});
    }

    @Override
    public boolean endsSessions() {
        return true;
    }

    @Override
    public CompletableFuture<Void> disconnect(boolean endSession) {
        long expiry = endSession ? 0 : access.settings().sessionExpiry().toSeconds();
        return client.toAsync()
                .disconnect(
                        Mqtt5Disconnect.builder().sessionExpiryInterval(expiry).build());
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
            List<TopicFilter> order, @Nullable Mqtt5SubAck answer, @Nullable Throwable failure) {
        Mqtt5SubAck codes = answer;
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Mqtt5SubAckException all) {
            codes = all.getMqttMessage();
        }
        if (codes == null || codes.getReasonCodes().size() != order.size()) {
            throw new CompletionException(cause);
        }
        return Refusals.of(
                order,
                codes.getReasonCodes().stream().map(code -> code.getCode()).toList());
    }

    private static @Nullable Mqtt5SimpleAuth auth(Broker broker) {
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
                LOG.atDebug().setCause(e).addKeyValue("broker", access.broker()).log("acknowledgement came too late");
            }
        }

        @Override
        public boolean superseded() {
            return handover.superseded(qos());
        }
    }
}
