package io.fogwhisk.edge.processor;

import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.CompletableFuture;

/** One execution, waiting or running. What changes is confined to the computer's lock. */
final class Task {

    final LambdaRequest request;
    final double operations;
    final double memory;
    final long arrivedAt;
    final long number;
    final Loads loads;
    final CompletableFuture<LambdaResponse.Builder> future = new CompletableFuture<>();
    private final Context context = Context.current();

    /** How much the processor must have served each of its tasks for this one to end. */
    double endsAtServed;

    Task(LambdaRequest request, double operations, double memory, long arrivedAt, long number, Loads loads) {
        this.request = request;
        this.operations = operations;
        this.memory = memory;
        this.arrivedAt = arrivedAt;
        this.number = number;
        this.loads = loads;
    }

    double endsAtServed() {
        return endsAtServed;
    }

    long number() {
        return number;
    }

    /** Whether nobody waits for it any more. */
    boolean abandoned() {
        Deadline deadline = context.getDeadline();
        return context.isCancelled() || (deadline != null && deadline.isExpired());
    }
}
