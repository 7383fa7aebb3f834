package io.fogwhisk.edge.computer;

import com.google.protobuf.ByteString;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.State;
import io.grpc.Context;
import io.grpc.Metadata;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Appends each lambda's name to its input and leaves a state that says that it ran. */
final class Appending implements RequestExecutor {
    final Set<String> known = ConcurrentHashMap.newKeySet();
    final Set<String> ran = ConcurrentHashMap.newKeySet();
    final Map<String, String> failing = new ConcurrentHashMap<>();
    final Map<String, CompletableFuture<Boolean>> held = new ConcurrentHashMap<>();
    final List<Context> contexts = new CopyOnWriteArrayList<>();

    Appending(String... lambdas) {
        known.addAll(Set.of(lambdas));
    }

    Appending failing(String lambda, String retcode) {
        known.add(lambda);
        failing.put(lambda, retcode);
        return this;
    }

    void release(String lambda) {
        Objects.requireNonNull(held.get(lambda)).complete(true);
    }

    @Override
    public boolean knows(String lambda) {
        return known.contains(lambda);
    }

    @Override
    public CompletionStage<LambdaResponse.Builder> run(LambdaRequest request, Metadata headers) {
        contexts.add(Context.current());
        String name = request.getName();
        LambdaResponse.Builder answer = failing.containsKey(name)
                ? RequestExecutor.failure(request, failing.get(name))
                : RequestExecutor.answer(request, request.getInput() + name)
                        .putStates(
                                "by-" + name,
                                State.newBuilder()
                                        .setContent(ByteString.copyFromUtf8(name))
                                        .build());
        ran.add(name);
        return held.getOrDefault(name, CompletableFuture.completedFuture(true)).thenApply(done -> answer);
    }

    @Override
    public LambdaResponse.Builder estimate(LambdaRequest request) {
        return RequestExecutor.answer(request, "");
    }
}
