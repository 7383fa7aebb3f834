package io.fogwhisk.lean.runtime;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A process in a place of the sandbox, with its output and its bounds. Thread-safe. */
final class ChildProcess {

    private static final int MAX_PROCESSES = 256;
    private static final long MB = 1 << 20;
    /** One look in so many takes in the processes that it has started; where the system bounds their number. */
    private static final int LOOKS_PER_FAMILY = 4;

    private final Sandbox sandbox;
    private final ChildPlace place;
    private final Process process;
    private final ChildOutput output;
    private final long maxBytes;
    private final Optional<MemoryGroups.Group> group;
    private int looks;
    private boolean ended;
    private volatile boolean overMemory;

    /**
     * Takes over a process that was started in a place.
     *
     * @param memoryMb that it may use, with all that it starts
     */
    ChildProcess(Sandbox sandbox, ChildPlace place, Process process, int memoryMb) {
        this.sandbox = sandbox;
        this.place = place;
        this.process = process;
        this.output = new ChildOutput(process);
        this.maxBytes = memoryMb * MB;
        this.group = sandbox.hold(process, maxBytes);
    }

    ChildOutput output() {
        return output;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** The system's id of it. */
    long pid() {
        return process.pid();
    }

    /** Completes when the process has ended. */
    CompletionStage<Process> onExit() {
        return process.onExit();
    }

    /** Whether it was ended as it used too much memory. */
    boolean overMemory() {
        return overMemory || exhausted();
    }

    /** Ends the process if it uses more memory than it may, or has too many others. */
    void watch() {
        if (process.isAlive() && exceeds()) {
            // The rest goes with the child, whose connection has ended now.
            process.destroyForcibly();
        }
    }

    /** Ends it with everything it has started and frees its place; idempotent, waits for it. */
    synchronized void end() {
        if (!ended) {
            ended = true;
            overMemory |= exhausted();
            sandbox.release(place, Optional.of(process));
            group.ifPresent(MemoryGroups.Group::remove);
        }
    }

    private boolean exhausted() {
        return group.isPresent() && group.get().exhausted();
    }

    private synchronized boolean exceeds() {
        if (!ended && exhausted()) {
            // The system may have ended something that the process has started, and not the process.
            overMemory = true;
            return true;
        }
        boolean family = !sandbox.boundsProcesses() || ++looks % LOOKS_PER_FAMILY == 0;
        if (!family) {
            overMemory |= sandbox.processes().residentBytes(process.pid()) > maxBytes;
            return overMemory;
        }
        ProcessTable.Snapshot now = sandbox.processes().recent();
        List<Long> members = now.family(process.pid());
        overMemory |= now.residentBytes(members) > maxBytes;
        return overMemory || members.size() > MAX_PROCESSES;
    }
}
