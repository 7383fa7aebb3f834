package io.fogwhisk.edge.rpc;

import io.fogwhisk.edge.security.SecuredNode;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The TCP channel to one node. gRPC waits up to two minutes before it dials a lost peer again; here a call for it makes
 * it dial at once, at most twenty times a second, so that a node that comes back is found. Routers leave a lost node alone
 * for a while by themselves.
 */
final class RemoteNode implements AutoCloseable {

    private static final long REDIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ManagedChannel channel;
    private final Channel way;
    private final AtomicLong redialed = new AtomicLong(System.nanoTime());
    private volatile long usedAt = System.nanoTime();

    RemoteNode(Endpoint endpoint, NetworkLoop network, ChannelCredentials credentials, SecuredNode security) {
        channel = network.dial(NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port(), credentials))
                .idleTimeout(5, TimeUnit.MINUTES)
                .build();
        way = security.showingToken(channel);
    }

    Channel channel() {
        usedAt = System.nanoTime();
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            long now = System.nanoTime();
            long last = redialed.get();
            if (now - last > REDIAL_NANOS && redialed.compareAndSet(last, now)) {
                channel.resetConnectBackoff();
            }
        }
        return way;
    }

    /** When it was last asked for, by {@link System#nanoTime}. */
    long usedAt() {
        return usedAt;
    }

    /** Takes no more calls and ends with the last one under way. */
    void finish() {
        channel.shutdown();
    }

    /** Waits for the end of a closed channel. */
    void awaitEnd(long nanos) {
        try {
            channel.awaitTermination(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
