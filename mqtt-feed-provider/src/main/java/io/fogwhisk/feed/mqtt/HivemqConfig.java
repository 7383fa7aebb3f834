package io.fogwhisk.feed.mqtt;

import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.fogwhisk.feed.registry.Broker;
import io.reactivex.schedulers.Schedulers;
import java.util.concurrent.TimeUnit;

/** What the HiveMQ clients of both versions are told alike. */
final class HivemqConfig {

    private HivemqConfig() {}

    static MqttClientTransportConfig transport(BrokerAccess access) {
        Broker broker = access.broker();
        MqttClientTransportConfigBuilder transport = MqttClientTransportConfig.builder()
                .serverHost(broker.host())
                .serverPort(broker.port())
                .socketConnectTimeout(MqttConnection.CONNECT_SECONDS, TimeUnit.SECONDS)
                .mqttConnectTimeout(MqttConnection.CONNECT_SECONDS, TimeUnit.SECONDS);
        if (broker.transport().secure()) {
            // Without a verifier of our own the client has the TLS engine check the host's name.
            transport = transport.sslConfig(MqttClientSslConfig.builder()
                    .keyManagerFactory(access.tls().keys())
                    .trustManagerFactory(access.tls().authorities())
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
