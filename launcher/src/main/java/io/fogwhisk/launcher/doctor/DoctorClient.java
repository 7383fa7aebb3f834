package io.fogwhisk.launcher.doctor;

import com.hivemq.client.mqtt.MqttClientTransportConfig;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.mqtt.HivemqConfig;
import io.fogwhisk.feed.mqtt.MqttSettings;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.launcher.LauncherException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** A plain MQTT client of one connection, for examinations. Every future of its methods fails if the broker does. */
interface DoctorClient {

    /**
     * What a broker says to who connects.
     *
     * @param limits empty where the protocol has no words for them (MQTT 3.1.1)
     */
    record Welcome(boolean sessionPresent, Optional<Announced> limits) {}

    /**
     * A client that is not connected.
     *
     * @throws LauncherException if a file for TLS is not what it should be
     */
    static DoctorClient of(MqttSettings.Version version, Broker broker, MqttSettings.TlsFiles tls, String clientId) {
        MqttClientTransportConfig transport;
        try {
            transport = HivemqConfig.transport(broker, tls);
        } catch (FeedException e) {
            throw new LauncherException("mqtt.tls: " + e.getMessage(), e);
        }
        return version == MqttSettings.Version.MQTT_5
                ? new DoctorClient5(broker, transport, clientId)
                : new DoctorClient3(broker, transport, clientId);
    }

    /**
     * Connects.
     *
     * @param fresh whether a session of this client id is thrown away (MQTT 5; before, one is if nothing is to be kept)
     * @param keepSeconds for how long the broker is asked to keep the session of a client that is away; zero for not
     */
    CompletableFuture<Welcome> connect(boolean fresh, long keepSeconds);

    /** Hands every message on, those of the session included; to be called before the connect. */
    void onMessage(BiConsumer<String, byte[]> sink);

    /** Subscribes with QoS 1; false if the broker refuses. Fails if the broker ends the connection instead. */
    CompletableFuture<Boolean> subscribe(String filter);

    /** Publishes with QoS 1; false if the broker refuses the message. */
    CompletableFuture<Boolean> publish(String topic, byte[] payload);

    /**
     * Disconnects.
     *
     * @param keepSeconds for how long the broker keeps the session; zero ends it
     */
    CompletableFuture<Void> disconnect(long keepSeconds);

    /**
     * Disconnects; false if there was no connection any more, which is no fault of who leaves. A session that is not to be
     * kept ends all the same.
     */
    default CompletableFuture<Boolean> leave(long keepSeconds) {
        return disconnect(keepSeconds)
                .handle((done, failure) -> failure == null)
                .thenCompose(done -> done || keepSeconds > 0
                        ? CompletableFuture.completedFuture(done)
                        : connect(true, 0).thenCompose(answer -> disconnect(0)).handle((gone, failure) -> false));
    }
}
