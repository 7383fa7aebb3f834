package io.fogwhisk.base.lifecycle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services that start in the order given, some of them together, and stop in the reverse order.
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
     * Starts services that don't need each other, each on a thread of its own, and returns when all are ready. They are
     * closed like services started one after the other in the order given. If any fails, the others' starts are waited
     * for, everything is closed, and the failure of the first in the order given is thrown with the others suppressed.
     */
    public synchronized void startTogether(Service... services) {
        List<FutureTask<@Nullable Void>> starts = new ArrayList<>();
        for (Service service : services) {
            started.push(service);
            FutureTask<@Nullable Void> start = new FutureTask<>(service::start, null);
            starts.add(start);
            NamedThreads.single(name + "-start-" + service.getClass().getSimpleName())
                    .newThread(start)
                    .start();
        }
        List<RuntimeException> failures =
                starts.stream().flatMap(start -> failure(start).stream()).toList();
        if (!failures.isEmpty()) {
            RuntimeException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            close();
            throw first;
        }
    }

    /** Waits for a start, for as long as one on this thread would take, and returns how it failed. */
    private static Optional<RuntimeException> failure(FutureTask<@Nullable Void> start) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    start.get();
                    return Optional.empty();
                } catch (InterruptedException e) {
                    // A half-started service can't be closed: remember the interrupt and wait on.
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException failure) {
                        return Optional.of(failure);
                    }
                    throw new IllegalStateException("a service ended its start with an error", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
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
