package io.fogwhisk.feed.mqtt;

import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.fogwhisk.feed.registry.Broker;
import io.reactivex.schedulers.Schedulers;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What the HiveMQ clients of both versions are told alike. Stateless. */
public final class HivemqConfig {

    private HivemqConfig() {}

    /**
     * The way to a broker, for who wants to see what the feeds would.
     *
     * @throws io.fogwhisk.feed.FeedException if the broker wants TLS and one of the files is missing or is not what it
     *     should be; the message names it
     */
    public static MqttClientTransportConfig transport(Broker broker, MqttSettings.TlsFiles files) {
        return transport(broker, broker.transport().secure() ? Optional.of(BrokerTls.load(files)) : Optional.empty());
    }

    static MqttClientTransportConfig transport(BrokerAccess access) {
        return transport(access.broker(), Optional.of(access.tls()));
    }

    private static MqttClientTransportConfig transport(Broker broker, Optional<BrokerTls> tls) {
        MqttClientTransportConfigBuilder transport = MqttClientTransportConfig.builder()
                .serverHost(broker.host())
                .serverPort(broker.port())
                .socketConnectTimeout(MqttConnection.CONNECT_SECONDS, TimeUnit.SECONDS)
                .mqttConnectTimeout(MqttConnection.CONNECT_SECONDS, TimeUnit.SECONDS);
        if (broker.transport().secure()) {
            // Without a verifier of our own the client has the TLS engine check the host's name.
            BrokerTls known = tls.orElseThrow();
            transport = transport.sslConfig(MqttClientSslConfig.builder()
                    .keyManagerFactory(known.keys())
                    .trustManagerFactory(known.authorities())
                    .build());
        }
        if (broker.transport().webSocket()) {
            // The client puts the slash before the path.
            transport = transport.webSocketConfig(MqttWebSocketConfig.builder()
                    .serverPath(broker.path().substring(1))
                    .build());
        }
        return transport.build();
    }

    static MqttClientExecutorConfig threads(BrokerAccess access) {
        return MqttClientExecutorConfig.builder()
                .nettyExecutor(access.threads().network())
                .nettyThreads(1)
                // Answers come on the network thread: the dispatching thread may be waiting.
                .applicationScheduler(Schedulers.trampoline())
                .build();
    }

    static MqttQos qos(int code) {
        MqttQos qos = MqttQos.fromCode(code);
        return qos == null ? MqttQos.AT_LEAST_ONCE : qos;
    }
}
