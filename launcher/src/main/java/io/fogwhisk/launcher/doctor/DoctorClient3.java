package io.fogwhisk.launcher.doctor;

import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAck;
import io.fogwhisk.feed.registry.Broker;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Speaks MQTT 3.1.1, where a session is kept for ever or not at all and a broker announces no limits. */
final class DoctorClient3 implements DoctorClient {

    private final Broker broker;
    private final Mqtt3AsyncClient client;
    /** Fails at the end of the connection. The library lets a subscription wait for the next one if there is a session. */
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    /** Whether the broker keeps the session of the last connect. Used by one caller at a time. */
    private boolean kept;

    DoctorClient3(Broker broker, MqttClientTransportConfig transport, String clientId) {
        this.broker = broker;
        client = Mqtt3Client.builder()
                .identifier(clientId)
                .transportConfig(transport)
                .addDisconnectedListener(context -> ended.completeExceptionally(context.getCause()))
                .buildAsync();
    }

    @Override
    public CompletableFuture<Welcome> connect(boolean fresh, long keepSeconds) {
        kept = keepSeconds > 0;
        return connect(!kept).thenApply(answer -> new Welcome(answer.isSessionPresent(), Optional.empty()));
    }

    private CompletableFuture<Mqtt3ConnAck> connect(boolean clean) {
        Mqtt3ConnectBuilder connect = Mqtt3Connect.builder().cleanSession(clean);
        byte[] password = broker.password().getBytes(StandardCharsets.UTF_8);
        if (!broker.password().isEmpty()) {
            // This version has no password without a user, though the user may be empty.
            connect = connect.simpleAuth(Mqtt3SimpleAuth.builder()
                    .username(broker.user())
                    .password(password)
                    .build());
        } else if (!broker.user().isEmpty()) {
            connect = connect.simpleAuth(
                    Mqtt3SimpleAuth.builder().username(broker.user()).build());
        }
        return client.connect(connect.build());
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
                .thenApply(answer -> answer.getReturnCodes().stream().noneMatch(code -> code.isError()))
                .applyToEither(ended, Function.identity());
    }

    /** A broker of this version cannot refuse a message openly. */
    @Override
    public CompletableFuture<Boolean> publish(String topic, byte[] payload) {
        return client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send()
                .thenApply(sent -> true);
    }

    @Override
    public CompletableFuture<Void> disconnect(long keepSeconds) {
        boolean purge = kept && keepSeconds == 0;
        kept = kept && !purge;
        CompletableFuture<Void> gone = client.disconnect();
        return purge ? gone.thenCompose(left -> connect(true)).thenCompose(answer -> client.disconnect()) : gone;
    }
}
