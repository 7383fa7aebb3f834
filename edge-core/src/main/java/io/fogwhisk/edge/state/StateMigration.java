package io.fogwhisk.edge.state;

import io.fogwhisk.edge.computer.RequestExecutor;
import io.fogwhisk.edge.rpc.proto.FunctionList;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.State;
import io.grpc.Context;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the states that a function depends on here before it runs: each is read where it is, written here and removed
 * there, and the answer says that it is here now. A function whose states can't be brought does not run. States that
 * travel in the request pass through.
 */
public final class StateMigration implements RequestExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(StateMigration.class);

    private final RequestExecutor executor;
    private final StateClient client;
    private final String here;

    /**
     * A migration in front of an executor.
     *
     * @param here {@code host:port} of the state server of this computer
     */
    public StateMigration(RequestExecutor executor, StateClient client, String here) {
        this.executor = Objects.requireNonNull(executor, "executor is null");
        this.client = Objects.requireNonNull(client, "client is null");
        this.here = Objects.requireNonNull(here, "here is null");
    }

    @Override
    public boolean knows(String lambda) {
        return executor.knows(lambda);
    }

    @Override
    public LambdaResponse.Builder estimate(LambdaRequest request) {
        return executor.estimate(request);
    }

    @Override
    public CompletionStage<LambdaResponse.Builder> run(LambdaRequest request, Metadata headers) {
        List<String> names = remote(request);
        if (names.isEmpty()) {
            return executor.run(request, headers);
        }
        List<CompletableFuture<?>> moves = new ArrayList<>();
        // A move that has begun is ended, whoever goes away, so that no state is lost half-way or kept twice.
        Context.ROOT.run(() -> names.forEach(name -> moves.add(
                move(name, request.getStatesOrThrow(name).getLocation()).toCompletableFuture())));
        // The call's context, so that the executor still sees whether somebody waits.
        Context context = Context.current();
        CompletableFuture<LambdaResponse.Builder> answer = new CompletableFuture<>();
        CompletionStage<Void> ended = CompletableFuture.allOf(moves.toArray(new CompletableFuture<?>[0]));
        ended.whenComplete((done, failure) -> {
            LambdaRequest.Builder moved = request.toBuilder();
            for (int i = 0; i < names.size(); i++) {
                if (!moves.get(i).isCompletedExceptionally()) {
                    moved.putStates(
                            names.get(i), State.newBuilder().setLocation(here).build());
                }
            }
            if (failure != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                answer.complete(RequestExecutor.failure(moved.build(), String.valueOf(cause.getMessage())));
                return;
            }
            context.run(() -> executor.run(moved.build(), headers).whenComplete((response, broken) -> {
                if (broken == null) {
                    answer.complete(response);
                } else {
                    answer.completeExceptionally(broken);
                }
            }));
        });
        return answer;
    }

    private List<String> remote(LambdaRequest request) {
        if (request.getStatesCount() == 0 || request.getDependenciesCount() == 0) {
            return List.of();
        }
        return request.getStatesMap().entrySet().stream()
                .filter(state -> !state.getValue().getLocation().isEmpty()
                        && !state.getValue().getLocation().equals(here)
                        && request.getDependenciesOrDefault(state.getKey(), FunctionList.getDefaultInstance())
                                .getFunctionsList()
                                .contains(request.getName()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private CompletionStage<?> move(String name, String there) {
        return client.get(there, name)
                .thenCompose(content -> client.put(here, name, content))
                .thenCompose(done -> client.remove(there, name).handle((removed, failure) -> {
                    if (failure != null) {
                        // The copy here counts from now on, so the function may run.
                        LOG.atWarn()
                                .addKeyValue("state", name)
                                .addKeyValue("endpoint", there)
                                .addKeyValue("error", String.valueOf(failure.getMessage()))
                                .log("moved state could not be removed where it was");
                    }
                    return name;
                }));
    }
}
