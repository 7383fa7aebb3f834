package io.fogwhisk.wsk.action;

import io.fogwhisk.wsk.model.JsonObject;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

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

    /**
     * Runs once, with what it has to say for the activation's logs; what is called.
     *
     * @param log takes a line; from any thread, until the stage completes
     */
    default CompletionStage<JsonObject> run(JsonObject params, ActivationContext context, Consumer<String> log) {
        return run(params, context);
    }
}
