package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.RunAnswer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Calls as a trace says; several threads may share a trace, each taking the next row when it is free. */
public final class TraceCalls implements CallPlan {

    private final TraceReader trace;
    private final EdgeClient client;
    private final RandomGenerator random;

    /** A plan of which nothing was sent. */
    public TraceCalls(TraceReader trace, EdgeClient client, RandomGenerator random) {
        this.trace = Objects.requireNonNull(trace, "trace is null");
        this.client = Objects.requireNonNull(client, "client is null");
        this.random = Objects.requireNonNull(random, "random is null");
    }

    @Override
    public Optional<PlannedCall> next(double now) {
        return trace.next()
                .map(row -> new PlannedCall(
                        row.at(),
                        RequestForm.of(row.lambda(), false).request(Inputs.text(row.size())),
                        new UncoordinatedAccess(client, List.of(row.server()), 0, random)));
    }

    @Override
    public void answered(RunAnswer answer) {
        // A trace does not depend on answers.
    }
}
