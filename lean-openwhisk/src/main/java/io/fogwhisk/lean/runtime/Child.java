package io.fogwhisk.lean.runtime;

import java.util.concurrent.CompletionStage;

/**
 * What runs the code of one revision of an action for one namespace, one request at a time: a process of ours behind a
 * socket, or whatever speaks OpenWhisk's container protocol.
 *
 * <p>Life cycle: {@link #init} once, then {@link #run} any number of times, each after the stage before has completed;
 * {@link #kill} at any time. The caller watches the time limits.
 *
 * <p>Threads: the stages complete on a thread of the child. Everything that the code wrote before its answer is in the
 * output before the stage completes; the output is not written to after that.
 */
interface Child {

    /**
     * Loads the code. Returns without waiting for the child.
     *
     * @param request whose action, code and environment are loaded
     * @param output of the activation that waits for it
     * @return never fails
     */
    CompletionStage<ChildAnswer> init(RunRequest request, ActivationOutput output);

    /**
     * Runs the code. Returns without waiting for the child.
     *
     * @param deadline when the time is over, epoch milliseconds, for the code to know
     * @return never fails
     */
    CompletionStage<ChildAnswer> run(RunRequest request, long deadline, ActivationOutput output);

    /** Whether it can still be used; one that has ended while nobody used it is not. */
    boolean alive();

    /**
     * Takes what the code has written so far, so that it never waits for a reader; called every few milliseconds while it
     * runs, and now and then while it does not. Must not wait.
     */
    void drain();

    /**
     * Looks whether the child keeps to its memory and number of processes, and ends it if not; called every 100
     * milliseconds or so while it runs.
     */
    void watch();

    /**
     * Ends the child, everything it has started, and removes its files; idempotent. May take some hundred milliseconds.
     * An open stage completes with {@link ChildAnswer.Ended}.
     */
    void kill();
}
