package io.fogwhisk.lean.runtime;

import java.net.InetSocketAddress;

/** What an {@link HttpChild} runs in: a process of the sandbox, or a container. Thread-safe. */
interface Container {

    /** Where it serves {@code /init} and {@code /run}. */
    InetSocketAddress address();

    /** What it writes. */
    ChildOutput output();

    /** Whether it has not ended. */
    boolean alive();

    /** Whether it has ended as it used too much memory; only asked after its end. */
    boolean overMemory();

    /** Looks whether it keeps to its bounds, and ends it if not; does not wait. */
    void watch();

    /** Ends it and all that belongs to it; idempotent, waits for it for a bounded time. */
    void end();
}
