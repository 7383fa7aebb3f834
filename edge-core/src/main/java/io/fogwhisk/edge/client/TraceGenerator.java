package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.Endpoint;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Makes a trace of clients that call a lambda at random, each with exponential times between its calls. Knows no clock;
 * the same seed gives the same trace. Not thread-safe.
 */
public final class TraceGenerator {

    private final Spec spec;
    private final RandomGenerator random;
    private final PriorityQueue<Double> due = new PriorityQueue<>(Comparator.naturalOrder());

    /** A generator at the start of a trace. */
    public TraceGenerator(Spec spec, long seed) {
        this.spec = spec;
        this.random = new SplittableRandom(seed);
        for (int i = 0; i < spec.clients(); i++) {
            due.add(spec.start() + random.nextExponential() / spec.rate());
        }
    }

    /**
     * What the trace is to be like.
     *
     * @param server {@code host:port}
     * @param lambda its name
     * @param minSize the smallest input in bytes
     * @param maxSize the largest
     * @param rate calls per second of each client, more than 0
     * @param clients at least 1
     * @param start seconds, at least 0
     * @param duration seconds, more than 0
     */
    public record Spec(
            String server,
            String lambda,
            int minSize,
            int maxSize,
            double rate,
            int clients,
            double start,
            double duration) {

        /** Checks the ranges. */
        public Spec {
            Endpoint.parse(server);
            Inputs.between(minSize, maxSize);
            require(
                    !lambda.isEmpty() && !lambda.contains(" "),
                    "lambda must not be empty or have blanks, was '" + lambda + "'");
            require(rate > 0 && rate < Double.POSITIVE_INFINITY, "rate must be more than 0, was " + rate);
            require(clients > 0 && clients <= 1_000_000, "num-clients must be 1 to 1000000, was " + clients);
            require(start >= 0 && start < Double.POSITIVE_INFINITY, "starting-time must be at least 0, was " + start);
            require(
                    duration > 0 && duration < Double.POSITIVE_INFINITY,
                    "duration must be more than 0, was " + duration);
        }

        private static void require(boolean holds, String rule) {
            if (!holds) {
                throw new EdgeException(rule);
            }
        }
    }

    /** The next row, in the order of time, or empty at the end. */
    public Optional<TraceRow> next() {
        Double at = due.peek();
        if (at == null || at >= spec.start() + spec.duration()) {
            return Optional.empty();
        }
        due.poll();
        due.add(at + random.nextExponential() / spec.rate());
        int size = random.nextInt(spec.minSize(), spec.maxSize() + 1);
        return Optional.of(new TraceRow(at, spec.lambda(), spec.server(), size));
    }
}
