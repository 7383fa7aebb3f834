package io.fogwhisk.edge.rpc;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open port of an edge node, served over TCP and, for callers on the same transport, in process. Closing it refuses
 * new calls at once and gives those under way two seconds.
 */
public final class EdgePort implements AutoCloseable {

    private static final long GRACE_MILLIS = 2_000;

    private final String endpoint;
    private final int number;
    private final Server tcp;
    private final Server inProcess;
    private final ManagedChannel channel;
    private final Runnable forget;
    private final AtomicBoolean closed = new AtomicBoolean();

    EdgePort(String endpoint, Server tcp, Server inProcess, ManagedChannel channel, Runnable forget) {
        this.endpoint = endpoint;
        this.number = tcp.getPort();
        this.tcp = tcp;
        this.inProcess = inProcess;
        this.channel = channel;
        this.forget = forget;
    }

    /** The port number, also when any free one was asked for. */
    public int number() {
        return number;
    }

    /** {@code host:port}, as the node announces itself. */
    public String endpoint() {
        return endpoint;
    }

    ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        forget.run();
        channel.shutdown();
        tcp.shutdown();
        inProcess.shutdown();
        try {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
            tcp.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            inProcess.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            channel.shutdownNow();
            tcp.shutdownNow();
            inProcess.shutdownNow();
        }
    }
}
