package io.fogwhisk.edge.processor;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.Objects;

/**
 * A simulated processor. Its cores are shared equally by what runs: each of r tasks sees min(cores, r) * speed / r.
 *
 * @param name unique in a computer
 * @param type for people
 * @param speed operations per second of one core, more than 0
 * @param cores at least 1
 * @param memory bytes, at least 0
 */
public record ProcessorSpec(String name, Type type, double speed, int cores, long memory) {

    /** Checks the ranges. */
    public ProcessorSpec {
        Objects.requireNonNull(type, "type is null");
        if (name.isEmpty()) {
            throw new EdgeException("name must not be empty");
        }
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new EdgeException("speed must be more than 0, was " + speed);
        }
        if (cores < 1) {
            throw new EdgeException("cores must be at least 1, was " + cores);
        }
        if (memory < 0) {
            throw new EdgeException("memory must be at least 0, was " + memory);
        }
    }

    /** What kind of processor it is. */
    public enum Type {
        /** Runs anything. */
        CPU("GenericCpu"),
        /** Runs kernels. */
        GPU("GenericGpu");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        /** The name in files. */
        public String word() {
            return word;
        }
    }

    /** Operations per second that each of a number of tasks gets, at least 1 task. */
    double speedOfEach(int tasks) {
        return Math.min(cores, tasks) * speed / tasks;
    }
}
