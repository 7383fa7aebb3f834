package io.fogwhisk.edge.rpc;

import java.util.Map;
import java.util.Set;

/**
 * What a computer says of itself: which lambdas it can run.
 *
 * @param lambdas their names
 * @param idempotent those of them that may run twice when it is not known whether they ran
 * @param workers how many executions at a time each has room for, at least 1; 1 for those that are not named
 */
public record LambdaOffer(Set<String> lambdas, Set<String> idempotent, Map<String, Integer> workers) {

    /** Checks the range and copies. */
    public LambdaOffer {
        lambdas = Set.copyOf(lambdas);
        idempotent = Set.copyOf(idempotent);
        workers = Map.copyOf(workers);
        workers.forEach((lambda, number) -> {
            if (number < 1) {
                throw new EdgeException("the workers of '" + lambda + "' must be at least 1, were " + number);
            }
        });
    }

    /** Lambdas with one worker each, none of which may run twice. */
    public static LambdaOffer of(Set<String> lambdas) {
        return new LambdaOffer(lambdas, Set.of(), Map.of());
    }

    /** How many executions of a lambda at a time there is room for. */
    int workersOf(String lambda) {
        return workers.getOrDefault(lambda, 1);
    }
}
