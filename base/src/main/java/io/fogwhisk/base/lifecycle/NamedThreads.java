package io.fogwhisk.base.lifecycle;

import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes threads whose names tell whose they are: {@code dc-1-invoker}, or {@code dc-1-http-3} when there are several.
 * Daemon threads: what keeps the process alive is the command's own wait, and their owner closes them.
 */
public final class NamedThreads implements ThreadFactory {

    private final String name;
    private final boolean numbered;
    private final AtomicInteger count = new AtomicInteger();

    private NamedThreads(String name, boolean numbered) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.numbered = numbered;
    }

    /** A factory for the one thread of an owner. */
    public static NamedThreads single(String name) {
        return new NamedThreads(name, false);
    }

    /** A factory for a pool: the names end in a number. */
    public static NamedThreads pool(String name) {
        return new NamedThreads(name, true);
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, numbered ? name + "-" + count.incrementAndGet() : name);
        thread.setDaemon(true);
        return thread;
    }
}
