package io.fogwhisk.base.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services that start in the order given and stop in the reverse order.
 *
 * <p>If one fails to start, those already started are closed and the failure is thrown. A failure while closing is
 * logged and does not keep the others from being closed. Not thread-safe, except that {@link #close} may be called from
 * a shutdown hook.
 */
public final class ServiceGroup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceGroup.class);

    private final String name;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    /**
     * A group that is still empty.
     *
     * @param name what the log calls this group, such as a site id
     */
    public ServiceGroup(String name) {
        this.name = Objects.requireNonNull(name, "name is null");
    }

    /**
     * Starts a service and keeps it for closing.
     *
     * @return the same service, for chaining
     */
    public synchronized <S extends Service> S start(S service) {
        // Registered first: a service that failed half-way must be closed like the others.
        started.push(service);
        try {
            service.start();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        return service;
    }

    /**
     * Keeps something for closing that needs no start, such as a pool of connections.
     *
     * @return the same thing, for chaining
     */
    public synchronized <C extends AutoCloseable> C own(C resource) {
        started.push(resource);
        return resource;
    }

    /** Closes everything that was started or is owned, last first. */
    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            AutoCloseable service = started.pop();
            try {
                service.close();
            } catch (Exception e) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("group", name)
                        .addKeyValue("service", service.getClass().getSimpleName())
                        .log("service did not close cleanly");
            }
        }
    }
}
