package io.fogwhisk.base.lifecycle;

/**
 * Something that runs: a server, a client that keeps a connection, a pool of workers.
 *
 * <p>Life cycle: the constructor does no I/O; {@link #start} returns when the service is ready to be used (its port is
 * bound and known); {@link #close} takes nothing new, finishes what is in flight within a bounded time, and may be
 * called more than once, also after a start that failed half-way. A service is not restarted: make a new one.
 *
 * <p>Threads: start and close are called by one thread, never at the same time.
 *
 * <p>Failure: start throws the unchecked exception of its module, with a message that a user can act on.
 */
public interface Service extends AutoCloseable {

    /** Starts the service and returns when it is ready. */
    void start();

    /** Stops the service; idempotent. */
    @Override
    void close();
}
