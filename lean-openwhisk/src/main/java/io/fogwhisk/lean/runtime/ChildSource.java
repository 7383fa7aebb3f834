package io.fogwhisk.lean.runtime;

import io.fogwhisk.wsk.model.WhiskAction;
import java.util.List;

/** Where children of some kinds come from. Thread-safe. */
interface ChildSource extends AutoCloseable {

    /** What it runs on this machine; waits for the look around the machine, for a bounded time. */
    List<RuntimeKind> kinds();

    /** Whether it runs this action; waits as {@link #kinds()} does. */
    boolean runs(WhiskAction action);

    /**
     * Starts a child, still without the code running in it. May wait for the disk and for a process to start; is called
     * on a thread that may.
     *
     * @throws io.fogwhisk.lean.store.LeanException with status 400 if the code is the reason, such as a broken archive;
     *     with another status if the machine is
     */
    Child start(RunRequest request);

    /** Ends what it has started for itself; the children are killed before. */
    @Override
    void close();
}
