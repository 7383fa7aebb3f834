package io.fogwhisk.launcher.doctor;

import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import io.fogwhisk.feed.registry.Broker;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Speaks MQTT 5. */
final class DoctorClient5 implements DoctorClient {

    private static final int RECEIVE_MAXIMUM = 65_535;

    private final Broker broker;
    private final Mqtt5AsyncClient client;
    /** Fails at the end of the connection. The library lets a subscription wait for the next one if there is a session. */
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    DoctorClient5(Broker broker, MqttClientTransportConfig transport, String clientId) {
        this.broker = broker;
        client = Mqtt5Client.builder()
                .identifier(clientId)
                .transportConfig(transport)
                .addDisconnectedListener(context -> ended.completeExceptionally(context.getCause()))
                .buildAsync();
    }

    @Override
    public CompletableFuture<Welcome> connect(boolean fresh, long keepSeconds) {
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .cleanStart(fresh)
                .sessionExpiryInterval(keepSeconds)
                .restrictions()
                .receiveMaximum(RECEIVE_MAXIMUM)
                .applyRestrictions();
        Mqtt5SimpleAuthBuilder auth = Mqtt5SimpleAuth.builder();
        byte[] password = broker.password().getBytes(StandardCharsets.UTF_8);
        if (!broker.user().isEmpty()) {
            connect = connect.simpleAuth(
                    broker.password().isEmpty()
                            ? auth.username(broker.user()).build()
                            : auth.username(broker.user()).password(password).build());
        } else if (!broker.password().isEmpty()) {
            connect = connect.simpleAuth(auth.password(password).build());
        }
        return client.connect(connect.build())
                .thenApply(answer ->
                        new Welcome(answer.isSessionPresent(), Optional.of(Announced.by(answer, keepSeconds))));
    }

    @Override
    public void onMessage(BiConsumer<String, byte[]> sink) {
        client.publishes(
                MqttGlobalPublishFilter.ALL,
                publish -> sink.accept(publish.getTopic().toString(), publish.getPayloadAsBytes()));
    }

    @Override
    public CompletableFuture<Boolean> subscribe(String filter) {
        return client.subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.AT_LEAST_ONCE)
                .send()
                .thenApply(answer -> answer.getReasonCodes().stream().noneMatch(code -> code.isError()))
                .applyToEither(ended, Function.identity());
    }

    @Override
    public CompletableFuture<Boolean> publish(String topic, byte[] payload) {
        return client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send()
                .thenApply(answer -> answer.getError().isEmpty());
    }

    @Override
    public CompletableFuture<Void> disconnect(long keepSeconds) {
        return client.disconnect(
                Mqtt5Disconnect.builder().sessionExpiryInterval(keepSeconds).build());
    }
}
