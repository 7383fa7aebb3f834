package io.fogwhisk.edge.policy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Destinations of which a test knows everything. */
final class Known {

    static final long NOW = TimeUnit.HOURS.toNanos(1);
    static final WeightOptimizer LATEST = (destination, seconds, now) -> destination.weigh(seconds);

    /** Draws the lowest number always. */
    static final Supplier<RandomGenerator> ZERO = () -> () -> 0L;

    private Known() {}

    static long after(double seconds) {
        return NOW + (long) (seconds * 1e9);
    }

    static Destination unmeasured(String endpoint, double weight) {
        return new Destination(new Peer(endpoint, 0, ZERO), weight, true, true);
    }

    static Destination measured(String endpoint, double seconds) {
        Destination destination = unmeasured(endpoint, 1);
        measure(destination, seconds, NOW);
        return destination;
    }

    static void measure(Destination destination, double seconds, long now) {
        destination.started(now);
        destination.succeeded(seconds, now, LATEST);
    }

    static Destination calling(Destination destination, int inFlight) {
        for (int i = 0; i < inFlight; i++) {
            destination.started(NOW);
        }
        return destination;
    }

    static Candidates those(Destination... destinations) {
        return Candidates.of(List.of(destinations));
    }

    static Map<String, Long> draw(DestinationPolicy policy, Candidates candidates, int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> take(policy, candidates, NOW).endpoint())
                .collect(Collectors.groupingBy(each -> each, Collectors.counting()));
    }

    static Destination take(DestinationPolicy policy, Candidates candidates, long now) {
        Destination chosen = policy.choose(candidates, now);
        policy.taken(chosen, now);
        return chosen;
    }
}
