package io.fogwhisk.edge.client;

import com.google.protobuf.ByteString;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.State;
import io.fogwhisk.edge.workflow.Workflow;
import io.fogwhisk.edge.workflow.WorkflowFile;
import java.util.Objects;
import java.util.UUID;

/**
 * What the requests of a client have in common. Remembers where the states of a workflow went, as they are there for the
 * next request. Used by one thread.
 */
public final class RequestForm {

    private final LambdaRequest.Builder common;

    private RequestForm(LambdaRequest.Builder common) {
        this.common = common;
    }

    /**
     * Requests to run one lambda.
     *
     * @param lambda its name, not empty
     * @param dry true to have it estimated instead
     */
    public static RequestForm of(String lambda, boolean dry) {
        if (lambda.isEmpty()) {
            throw new EdgeException("the name of a lambda must not be empty");
        }
        return new RequestForm(LambdaRequest.newBuilder().setName(lambda).setDry(dry));
    }

    /** Requests to run a workflow. */
    public static RequestForm of(Workflow workflow) {
        LambdaRequest.Builder common = LambdaRequest.newBuilder();
        workflow.putInto(common);
        return new RequestForm(common);
    }

    /** The same requests, whose results go to a callback server. */
    public RequestForm callback(String endpoint) {
        return new RequestForm(common.clone().setCallback(Objects.requireNonNull(endpoint, "endpoint is null")));
    }

    /** The same requests, with the states of a file in them. */
    public RequestForm embeddedStates(WorkflowFile file) {
        LambdaRequest.Builder with = common.clone();
        file.stateSizes()
                .forEach((name, size) -> with.putStates(
                        name, State.newBuilder().setContent(content(size)).build()));
        return new RequestForm(with);
    }

    /** The same requests, with the states of a file at a state server. */
    public RequestForm statesAt(String endpoint, WorkflowFile file) {
        LambdaRequest.Builder with = common.clone();
        file.stateSizes()
                .keySet()
                .forEach(name -> with.putStates(
                        name, State.newBuilder().setLocation(endpoint).build()));
        return new RequestForm(with);
    }

    /** What a state of so many bytes holds at first. */
    static ByteString content(int size) {
        return ByteString.copyFrom(new byte[size]);
    }

    RunRequest request(String input) {
        // Not from the client's seed: two clients with the same one must not meet in a join.
        return RunRequest.of(common.clone()
                .setInput(input)
                .setUuid(UUID.randomUUID().toString())
                .build());
    }

    void answered(RunAnswer answer) {
        if (common.getStatesCount() == 0 || !answer.ok()) {
            return;
        }
        answer.proto().getStatesMap().forEach((name, state) -> {
            if (!state.getLocation().isEmpty() && common.containsStates(name)) {
                common.putStates(
                        name,
                        State.newBuilder().setLocation(state.getLocation()).build());
            }
        });
    }
}
