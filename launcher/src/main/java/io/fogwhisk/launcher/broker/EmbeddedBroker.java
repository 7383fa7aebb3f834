package io.fogwhisk.launcher.broker;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.ConfigurationUtils;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * An MQTT 3.1.1 and 5 broker on TCP (Apache ActiveMQ Artemis) with a durable journal: a QoS 1 or 2 message is
 * acknowledged once it is on the disk. Anonymous and any credentials are accepted, so bind it to a loopback address.
 */
public final class EmbeddedBroker implements Service {

    /** How long the journal collects writes for one sync; the library's default of 3.3 ms makes every publish wait. */
    private static final int JOURNAL_BUFFER_NANOS = 200_000;

    /** Above this much message data in memory the broker pages to disk. */
    private static final long MAX_MEMORY_BYTES = 64L * 1024 * 1024;

    private static final long MIN_DISK_FREE_BYTES = 64L * 1024 * 1024;

    private final String name;
    private final String host;
    private final int port;
    private final Path folder;
    private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
    private boolean started;

    /**
     * A broker that is not started.
     *
     * @param name unique in the process, such as the site's id
     * @param port 1 to 65535
     * @param folder for the journal
     */
    public EmbeddedBroker(String name, String host, int port, Path folder) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.host = Objects.requireNonNull(host, "host is null");
        this.port = port;
        this.folder = Objects.requireNonNull(folder, "folder is null");
    }

    @Override
    public void start() {
        failIfTaken();
        try {
            broker.setConfiguration(configuration());
            started = true;
            broker.start();
            broker.getActiveMQServer().getRemotingService().addIncomingInterceptor(new TopicGuard());
        } catch (Exception e) {
            throw new LauncherException("cannot start the MQTT broker on " + host + ":" + port + ": " + e, e);
        }
        if (!broker.getActiveMQServer().isActive()) {
            throw new LauncherException("the MQTT broker of " + name + " did not become active; is another process"
                    + " using the folder " + folder + "?");
        }
    }

    @Override
    public void close() {
        if (started) {
            started = false;
            try {
                broker.stop();
            } catch (Exception e) {
                throw new LauncherException("the MQTT broker of " + name + " did not stop cleanly: " + e, e);
            }
        }
    }

    /** Why nothing can be published now; empty if it can. */
    public Optional<String> fault() {
        ActiveMQServer server = broker.getActiveMQServer();
        if (server == null || !server.isActive() || !server.getRemotingService().isStarted()) {
            return Optional.of("the MQTT broker of " + name + " is not running");
        }
        return server.getPagingManager().isDiskFull()
                ? Optional.of("the MQTT broker of " + name + " takes no messages: less than " + MIN_DISK_FREE_BYTES
                        + " bytes are free on the disk of " + folder + ", make room")
                : Optional.empty();
    }

    /** The broker itself only logs a taken port and goes on without it. */
    private void failIfTaken() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new LauncherException(
                    "cannot listen on " + host + ":" + port + " for the MQTT broker (mqtt.port): " + e.getMessage()
                            + "; stop what uses the port or configure another",
                    e);
        }
    }

    private Configuration configuration() throws Exception {
        AddressSettings settings = new AddressSettings()
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                // The default of 10 would drop a message that was redelivered that often, for instance across restarts.
                .setMaxDeliveryAttempts(-1)
                // Without these names the broker warns once per subscription; nothing is ever sent to the first.
                .setDeadLetterAddress(SimpleString.of("fogwhisk.undelivered"))
                .setExpiryAddress(SimpleString.of("fogwhisk.expired"));
        ConfigurationImpl configuration = new ConfigurationImpl();
        String address = "tcp://" + host + ":" + port + "?protocols=MQTT;useEpoll=false;useKQueue=false;"
                + "remotingThreads=2;tcpNoDelay=true;maximumPacketSize=" + GuardedProtocol.MAX_PACKET_BYTES;
        for (TransportConfiguration acceptor : ConfigurationUtils.parseAcceptorURI("mqtt", address)) {
            configuration.addAcceptorConfiguration(new TransportConfiguration(
                    GuardedAcceptorFactory.class.getName(),
                    acceptor.getParams(),
                    acceptor.getName(),
                    acceptor.getExtraParams()));
        }
        return configuration
                .setName(name)
                .setPersistenceEnabled(true)
                .setJournalType(JournalType.NIO)
                .setJournalDatasync(true)
                .setJournalBufferTimeout_NIO(JOURNAL_BUFFER_NANOS)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setGlobalMaxSize(MAX_MEMORY_BYTES)
                // A share of the disk is a poor measure on a large disk that others fill too.
                .setMinDiskFree(MIN_DISK_FREE_BYTES)
                .setScheduledThreadPoolMaxSize(2)
                .setThreadPoolMaxSize(16)
                .setMqttSessionScanInterval(5_000)
                .addAddressSetting("#", settings);
    }
}
