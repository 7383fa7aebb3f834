package io.fogwhisk.edge.rpc;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollChannelOption;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The network threads of a transport, for its servers and its channels alike: what arrives at a router goes on to a
 * computer on the same thread, so no thread wakes another one for it, and what is ready together is written together.
 */
final class NetworkLoop implements AutoCloseable {

    // gRPC's own limit of 4 MiB is less than an action's input and its states may take together.
    static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    // A fixed window, as gRPC otherwise measures each connection with a ping per message.
    private static final int WINDOW_BYTES = 8 * 1024 * 1024;
    // After so long without a sign of the peer's machine a connection is given up, where TCP itself takes a quarter of
    // an
    // hour: a machine that lost its power knows nothing of the connection when it is back. Costs no pings.
    private static final int UNACKNOWLEDGED_MILLIS = 10_000;
    private static final long GRACE_MILLIS = 1_000;

    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup threads;

    NetworkLoop(String name, int count) {
        ThreadFactory factory = count == 1 ? NamedThreads.single(name) : NamedThreads.pool(name);
        threads = new MultiThreadIoEventLoopGroup(
                count, factory, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    NettyServerBuilder serve(NettyServerBuilder server) {
        return server.bossEventLoopGroup(threads)
                .workerEventLoopGroup(threads)
                .channelType(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .flowControlWindow(WINDOW_BYTES)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .directExecutor();
    }

    NettyChannelBuilder dial(NettyChannelBuilder channel) {
        if (epoll) {
            channel.withOption(EpollChannelOption.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLIS);
        }
        return channel.eventLoopGroup(threads)
                .channelType(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .flowControlWindow(WINDOW_BYTES)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxTraceEvents(0)
                // Whether a call is repeated is decided here, not in gRPC.
                .disableRetry()
                .directExecutor();
    }

    @Override
    public void close() {
        threads.shutdownGracefully(0, GRACE_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
