package io.fogwhisk.edge.processor;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.Objects;
import java.util.Optional;

/**
 * A simulated container: a lambda on a processor. What finds no free worker or no memory waits, first in, first out.
 *
 * @param name for people
 * @param processor where it runs
 * @param lambda what it runs
 * @param needs what one execution takes
 * @param output what the lambda returns, or empty to return its input
 * @param workers how many executions at a time, at least 1
 * @param maxWaiting how many more may wait, at least 0; what comes then is refused
 */
public record ContainerSpec(
        String name,
        String processor,
        String lambda,
        Needs needs,
        Optional<String> output,
        int workers,
        int maxWaiting) {

    /** How many executions wait unless something else is said. */
    public static final int MAX_WAITING = 10_000;

    /** Checks the ranges. */
    public ContainerSpec {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(processor, "processor is null");
        Objects.requireNonNull(needs, "needs is null");
        Objects.requireNonNull(output, "output is null");
        if (lambda.isEmpty()) {
            throw new EdgeException("lambda must not be empty");
        }
        if (workers < 1) {
            throw new EdgeException("num-workers must be at least 1, was " + workers);
        }
        if (maxWaiting < 0) {
            throw new EdgeException("max-waiting must be at least 0, was " + maxWaiting);
        }
    }

    /** A container whose lambda returns its input. */
    public ContainerSpec(String name, String processor, String lambda, Needs needs, int workers) {
        this(name, processor, lambda, needs, Optional.empty(), workers, MAX_WAITING);
    }

    /**
     * What an execution takes, in proportion to the length of its input text.
     *
     * @param operationsPerByte at least 0
     * @param operations for any input, at least 0
     * @param memoryPerByte bytes, at least 0
     * @param memory bytes for any input, at least 0
     */
    public record Needs(double operationsPerByte, double operations, double memoryPerByte, double memory) {

        /** Checks the ranges. */
        public Needs {
            check("op-coeff", operationsPerByte);
            check("op-offset", operations);
            check("mem-coeff", memoryPerByte);
            check("mem-offset", memory);
        }

        double operations(int length) {
            return operations + operationsPerByte * length;
        }

        double memory(int length) {
            return memory + memoryPerByte * length;
        }

        private static void check(String field, double value) {
            if (!(value >= 0) || Double.isInfinite(value)) {
                throw new EdgeException(field + " must be at least 0, was " + value);
            }
        }
    }
}
