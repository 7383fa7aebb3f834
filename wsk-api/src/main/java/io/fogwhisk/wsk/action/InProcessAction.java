package io.fogwhisk.wsk.action;

import io.fogwhisk.wsk.model.JsonObject;
import java.util.concurrent.CompletionStage;

/**
 * The code of an action that runs in the JVM of the lean OpenWhisk.
 *
 * <p>Threads: {@link #run} is called by the invoker, for many activations at the same time, and must not block: it
 * hands its work over and returns. The stage may complete on any thread.
 *
 * <p>Failure: a result with a field {@code error} is an application error, as OpenWhisk has it; an exception, thrown or
 * in the stage, is an action developer error, except {@link TryAgainException}, which has the action run again later:
 * nothing that was accepted is given up because a disk is full. An activation interrupted by a crash is run again with the same context,
 * so whatever it writes must be idempotent.
 */
@FunctionalInterface
public interface InProcessAction {

    /** Runs once. */
    CompletionStage<JsonObject> run(JsonObject params, ActivationContext context);
}
