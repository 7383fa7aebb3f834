package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.Broker;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * All that a connection to a broker takes.
 *
 * @param clientId names the session
 * @param namespace whose feeds share it
 */
record BrokerAccess(
        String clientId, String namespace, Broker broker, MqttSettings settings, BrokerTls tls, MqttThreads threads)
        implements ConnectionMaker {

    /** Hands its messages on where the network's thread must not wait. */
    Executor dispatch() {
        return threads.dispatch(namespace);
    }

    /** By the library and in the version of the settings. */
    @Override
    public MqttConnection make(MessageSink sink, Consumer<Throwable> lost) {
        Handover handover = new Handover(broker, sink);
        boolean five = settings.version() == MqttSettings.Version.MQTT_5;
        return switch (settings.client()) {
            case HIVEMQ ->
                five ? new Hivemq5Connection(this, handover, lost) : new Hivemq3Connection(this, handover, lost);
            case PAHO -> five ? new Paho5Connection(this, handover, lost) : new Paho3Connection(this, handover, lost);
        };
    }

    /** The same for another session, which publishes nothing when it is lost. */
    BrokerAccess of(String otherClientId) {
        return new BrokerAccess(otherClientId, namespace, broker, settings.withoutWill(), tls, threads);
    }

    /** The keep-alive as the libraries want it. */
    int keepAliveSeconds() {
        return Math.toIntExact(settings.keepAlive().toSeconds());
    }
}
