package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.RunAnswer;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Requests of one kind at random times, up to a number and for a time. */
public final class GeneratedCalls implements CallPlan {

    private final RequestForm form;
    private final Inputs inputs;
    private final Arrivals arrivals;
    private final Limits limits;
    private final LambdaAccess access;
    private final RandomGenerator random;
    private long sent;

    /**
     * A plan of which nothing was sent.
     *
     * @param random for the inputs
     */
    public GeneratedCalls(
            RequestForm form,
            Inputs inputs,
            Arrivals arrivals,
            Limits limits,
            LambdaAccess access,
            RandomGenerator random) {
        this.form = Objects.requireNonNull(form, "form is null");
        this.inputs = Objects.requireNonNull(inputs, "inputs is null");
        this.arrivals = Objects.requireNonNull(arrivals, "arrivals is null");
        this.limits = Objects.requireNonNull(limits, "limits is null");
        this.access = Objects.requireNonNull(access, "access is null");
        this.random = Objects.requireNonNull(random, "random is null");
    }

    /**
     * When a thread is done.
     *
     * @param requests how many it sends, at least 1
     * @param seconds after which it sends nothing more, 0 for no end
     */
    public record Limits(long requests, double seconds) {

        /** Checks the ranges. */
        public Limits {
            if (requests < 1) {
                throw new EdgeException("max-requests must be at least 1, was " + requests);
            }
            if (!(seconds >= 0)) {
                throw new EdgeException("duration must be at least 0, was " + seconds);
            }
        }

        boolean reached(long sent, double at) {
            return sent >= requests || (seconds > 0 && at >= seconds);
        }
    }

    @Override
    public Optional<PlannedCall> next(double now) {
        if (limits.reached(sent, now)) {
            return Optional.empty();
        }
        double at = arrivals.next(now);
        if (limits.reached(sent, at)) {
            return Optional.empty();
        }
        sent++;
        return Optional.of(new PlannedCall(at, form.request(inputs.draw(random)), access));
    }

    @Override
    public void answered(RunAnswer answer) {
        form.answered(answer);
    }
}
