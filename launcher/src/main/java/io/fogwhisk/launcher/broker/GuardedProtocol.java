package io.fogwhisk.launcher.broker;

import io.netty.channel.ChannelPipeline;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.BaseInterceptor;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyServerConnection;
import org.apache.activemq.artemis.core.server.routing.RoutingHandler;
import org.apache.activemq.artemis.spi.core.protocol.ConnectionEntry;
import org.apache.activemq.artemis.spi.core.protocol.ProtocolManager;
import org.apache.activemq.artemis.spi.core.protocol.ProtocolManagerFactory;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.remoting.Acceptor;
import org.apache.activemq.artemis.spi.core.remoting.Connection;

/**
 * The library's MQTT with a {@link PacketGuard} in front. Takes every connection for one of MQTT: the library leaves a
 * connection open whose protocol it does not know, and the guard ends it. Stateless.
 */
final class GuardedProtocol<P extends BaseInterceptor<?>, R extends RoutingHandler<?>>
        implements ProtocolManager<P, R> {

    /** A larger packet has its sender disconnected: nothing behind the broker could take it. */
    static final int MAX_PACKET_BYTES = 16 * 1024 * 1024;

    private static final long CONNECT_MILLIS = 10_000;

    private final ProtocolManager<P, R> library;

    private GuardedProtocol(ProtocolManager<P, R> library) {
        this.library = library;
    }

    /** The protocol of the library with a guard. */
    static <P extends BaseInterceptor<?>, R extends RoutingHandler<?>> ProtocolManager<P, R> around(
            ProtocolManager<P, R> library) {
        return new GuardedProtocol<>(library);
    }

    @Override
    public boolean isProtocol(byte[] beginning) {
        return true;
    }

    @Override
    public void addChannelHandlers(ChannelPipeline pipeline) {
        pipeline.addLast(new PacketGuard(MAX_PACKET_BYTES, CONNECT_MILLIS));
        library.addChannelHandlers(pipeline);
    }

    @Override
    public ProtocolManagerFactory<P> getFactory() {
        return library.getFactory();
    }

    @Override
    @SuppressWarnings("rawtypes") // the library's own
    public void updateInterceptors(List<BaseInterceptor> incoming, List<BaseInterceptor> outgoing) {
        library.updateInterceptors(incoming, outgoing);
    }

    @Override
    public ConnectionEntry createConnectionEntry(Acceptor acceptor, Connection connection) {
        return library.createConnectionEntry(acceptor, connection);
    }

    @Override
    public void removeHandler(String name) {
        library.removeHandler(name);
    }

    @Override
    public void handleBuffer(RemotingConnection connection, ActiveMQBuffer buffer) {
        library.handleBuffer(connection, buffer);
    }

    @Override
    public boolean acceptsNoHandshake() {
        return library.acceptsNoHandshake();
    }

    @Override
    public void handshake(NettyServerConnection connection, ActiveMQBuffer buffer) {
        library.handshake(connection, buffer);
    }

    @Override
    public List<String> websocketSubprotocolIdentifiers() {
        return library.websocketSubprotocolIdentifiers();
    }

    @Override
    public void setAnycastPrefix(String prefix) {
        library.setAnycastPrefix(prefix);
    }

    @Override
    public void setMulticastPrefix(String prefix) {
        library.setMulticastPrefix(prefix);
    }

    @Override
    public Map<SimpleString, RoutingType> getPrefixes() {
        return library.getPrefixes();
    }

    @Override
    public void setSecurityDomain(String domain) {
        library.setSecurityDomain(domain);
    }

    @Override
    public String getSecurityDomain() {
        return library.getSecurityDomain();
    }

    @Override
    public R getRoutingHandler() {
        return library.getRoutingHandler();
    }
}
