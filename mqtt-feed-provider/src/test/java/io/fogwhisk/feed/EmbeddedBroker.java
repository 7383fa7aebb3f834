package io.fogwhisk.feed;

import io.netty.handler.codec.mqtt.MqttMessageType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.postoffice.Binding;
import org.apache.activemq.artemis.core.postoffice.impl.LocalQueueBinding;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.jspecify.annotations.NullMarked;

/** A real MQTT broker in the test's process, which can be stopped and started again on the same port. */
@NullMarked
public final class EmbeddedBroker implements AutoCloseable {

    private final int port;
    private final Path folder;
    private final boolean durable;
    private EmbeddedActiveMQ server;

    private EmbeddedBroker(Path folder, int port, boolean durable) {
        this.folder = folder;
        this.port = port;
        this.durable = durable;
        server = new EmbeddedActiveMQ();
    }

    /** A running broker that forgets everything when it stops, or one that does not. */
    public static EmbeddedBroker start(Path folder, boolean durable) {
        EmbeddedBroker broker = prepare(folder, durable);
        broker.start();
        return broker;
    }

    /** A broker that is not there yet. */
    public static EmbeddedBroker prepare(Path folder, boolean durable) {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new EmbeddedBroker(folder, free.getLocalPort(), durable);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public void start() {
        try {
            ConfigurationImpl config = new ConfigurationImpl();
            config.setPersistenceEnabled(durable);
            config.setSecurityEnabled(false);
            config.setJournalType(JournalType.NIO);
            config.setJournalDirectory(folder.resolve("journal").toString());
            config.setBindingsDirectory(folder.resolve("bindings").toString());
            config.setLargeMessagesDirectory(folder.resolve("large").toString());
            config.setPagingDirectory(folder.resolve("paging").toString());
            config.setJMXManagementEnabled(false);
            config.addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + port + "?protocols=MQTT");
            server = new EmbeddedActiveMQ();
            server.setConfiguration(config);
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("broker did not start", e);
        }
    }

    public void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("broker did not stop", e);
        }
    }

    /** Takes every disconnect for a broken connection from now on, as when the connection closes before it is read. */
    public void missDisconnects() {
        MQTTInterceptor noDisconnect =
                (packet, connection) -> packet.fixedHeader().messageType() != MqttMessageType.DISCONNECT;
        server.getActiveMQServer().getRemotingService().addIncomingInterceptor(noDisconnect);
    }

    @Override
    public void close() {
        stop();
    }

    public int port() {
        return port;
    }

    public String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    /** How many messages wait for an acknowledgement of the provider. */
    public long unacknowledged() {
        return server.getActiveMQServer()
                .getPostOffice()
                .getAllBindings()
                .filter(EmbeddedBroker::ofProvider)
                .mapToLong(binding -> ((LocalQueueBinding) binding).getQueue().getMessageCount())
                .sum();
    }

    /** How many subscriptions the provider has. */
    public long subscriptions() {
        return server.getActiveMQServer()
                .getPostOffice()
                .getAllBindings()
                .filter(EmbeddedBroker::ofProvider)
                .count();
    }

    /** How many MQTT connections there are. */
    public int connections() {
        return server.getActiveMQServer().getConnectionCount();
    }

    private static boolean ofProvider(Binding binding) {
        String name = binding.getUniqueName().toString();
        // What the members of a share group tell each other is not what they are for.
        return binding instanceof LocalQueueBinding
                && (name.contains("fogwhisk-") || name.startsWith("group"))
                && !name.contains("fogwhisk.share.")
                && !name.contains("fogwhisk/share/");
    }
}
