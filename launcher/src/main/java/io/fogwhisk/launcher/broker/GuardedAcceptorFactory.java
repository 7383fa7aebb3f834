package io.fogwhisk.launcher.broker;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.server.cluster.ClusterConnection;
import org.apache.activemq.artemis.core.server.metrics.MetricsManager;
import org.apache.activemq.artemis.spi.core.protocol.ProtocolManager;
import org.apache.activemq.artemis.spi.core.remoting.Acceptor;
import org.apache.activemq.artemis.spi.core.remoting.BufferHandler;
import org.apache.activemq.artemis.spi.core.remoting.ServerConnectionLifeCycleListener;

/** Makes acceptors whose connections a {@link PacketGuard} watches. The broker's library makes one by its name. */
public final class GuardedAcceptorFactory extends NettyAcceptorFactory {

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // the library's own
    public Acceptor createAcceptor(
            String name,
            ClusterConnection cluster,
            Map<String, Object> configuration,
            BufferHandler handler,
            ServerConnectionLifeCycleListener listener,
            Executor threads,
            ScheduledExecutorService clock,
            Map<String, ProtocolManager> protocols,
            String threadNames,
            MetricsManager metrics) {
        Map<String, ProtocolManager> guarded = new HashMap<>();
        protocols.forEach((protocol, manager) -> guarded.put(protocol, GuardedProtocol.around(manager)));
        return super.createAcceptor(
                name, cluster, configuration, handler, listener, threads, clock, guarded, threadNames, metrics);
    }
}
