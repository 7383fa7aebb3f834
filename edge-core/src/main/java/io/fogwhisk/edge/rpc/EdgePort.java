package io.fogwhisk.edge.rpc;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open port of an edge node, served over TCP and, for callers on the same transport, in process. Closing it refuses
 * new calls at once and gives those under way the grace of its transport.
 */
public final class EdgePort implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EdgePort.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Duration grace;
    private volatile String endpoint;
    private final int number;
    private final Server tcp;
    private final Server inProcess;
    private final ManagedChannel channel;
    private final HealthStatusManager health;
    private final Consumer<String> alsoKnownAs;
    private final Runnable forget;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean leaving = new AtomicBoolean();
    private final CountDownLatch left = new CountDownLatch(1);

    EdgePort(
            String endpoint,
            Server tcp,
            Server inProcess,
            ManagedChannel channel,
            HealthStatusManager health,
            Duration grace,
            Consumer<String> alsoKnownAs,
            Runnable forget) {
        this.endpoint = endpoint;
        this.number = tcp.getPort();
        this.tcp = tcp;
        this.inProcess = inProcess;
        this.channel = channel;
        this.health = health;
        this.grace = grace;
        this.alsoKnownAs = alsoKnownAs;
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

    /**
     * Settles under which endpoint the node announces itself, before it does so for the first time; callers on the same
     * transport reach it in process under that one too. May wait for a name service. While the way to the controller is
     * not known it is looked for again and again, and {@link #endpoint} changes when it is.
     *
     * @param host the configured one, or empty to find it out
     * @param controller {@code host:port}, or empty if there is none
     */
    public void announceAs(Optional<String> host, String controller) {
        announceAs(host, controller, AnnouncedEndpoint::towards);
    }

    void announceAs(Optional<String> host, String controller, Function<Endpoint, Optional<String>> towards) {
        String bound = endpoint;
        Optional<String> found = AnnouncedEndpoint.find(bound, host, controller, towards);
        if (found.isPresent()) {
            known(found.get());
            return;
        }
        LOG.atWarn()
                .addKeyValue("endpoint", bound)
                .addKeyValue("controller", controller)
                .log("no address found to announce, is looked for again");
        // A thread of its own, as a name service may have it wait.
        NamedThreads.single("edge-port-" + number + "-address")
                .newThread(() -> look(bound, host, controller, towards))
                .start();
    }

    private void look(
            String bound, Optional<String> host, String controller, Function<Endpoint, Optional<String>> towards) {
        try {
            while (!left.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                Optional<String> found = AnnouncedEndpoint.find(bound, host, controller, towards);
                if (found.isPresent()) {
                    known(found.get());
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void known(String announced) {
        if (!closed.get()) {
            alsoKnownAs.accept(announced);
            endpoint = announced;
        }
    }

    /** Tells whoever probes that it does not serve, while it does. */
    void leaving() {
        // Said twice, it would end in a warning with a stack trace.
        if (leaving.compareAndSet(false, true)) {
            health.enterTerminalState();
        }
    }

    ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            left.countDown();
            forget.run();
        }
        leaving();
        channel.shutdown();
        tcp.shutdown();
        inProcess.shutdown();
        try {
            long end = System.nanoTime() + grace.toNanos();
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
