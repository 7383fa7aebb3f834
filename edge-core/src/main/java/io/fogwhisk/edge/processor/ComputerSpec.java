package io.fogwhisk.edge.processor;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A simulated computer.
 *
 * @param processors at least one, with different names
 * @param containers each on one of the processors
 */
public record ComputerSpec(List<ProcessorSpec> processors, List<ContainerSpec> containers) {

    private static final long GIB = 1L << 30;
    private static final ContainerSpec.Needs CPU_NEEDS = new ContainerSpec.Needs(1e6, 4e6, 100, 0);
    private static final ContainerSpec.Needs GPU_NEEDS = new ContainerSpec.Needs(1e6, 1e6, 100, 0);

    /** Checks and copies. */
    public ComputerSpec {
        processors = List.copyOf(processors);
        containers = List.copyOf(containers);
        if (processors.isEmpty()) {
            throw new EdgeException("processors must have at least one");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < processors.size(); i++) {
            String name = processors.get(i).name();
            if (!names.add(name)) {
                throw new EdgeException(
                        "processors[" + i + "].name must be another one: there is a '" + name + "' already");
            }
        }
        for (int i = 0; i < containers.size(); i++) {
            String processor = containers.get(i).processor();
            if (!names.contains(processor)) {
                throw new EdgeException(
                        "containers[" + i + "].processor must be one of " + names + ", was '" + processor + "'");
            }
        }
    }

    /**
     * A small computer with a graphics processor: lambdas {@code clambda0}, ... and {@code glambda0}, ...
     *
     * @param cpuContainers how many lambdas of the first kind, at least 0
     * @param cpuWorkers executions at a time of each of them
     * @param gpuContainers how many lambdas of the second kind, at least 0
     * @param gpuWorkers executions at a time of each of them
     */
    public static ComputerSpec raspberry(int cpuContainers, int cpuWorkers, int gpuContainers, int gpuWorkers) {
        List<ContainerSpec> containers = new ArrayList<>();
        addContainers(containers, "c", "arm", cpuContainers, CPU_NEEDS, cpuWorkers);
        addContainers(containers, "g", "bm2837", gpuContainers, GPU_NEEDS, gpuWorkers);
        return new ComputerSpec(
                List.of(
                        new ProcessorSpec("arm", ProcessorSpec.Type.CPU, 1e11, 4, GIB / 2),
                        new ProcessorSpec("bm2837", ProcessorSpec.Type.GPU, 1e11, 1, GIB / 2)),
                containers);
    }

    /** A server: lambdas {@code clambda0}, ... */
    public static ComputerSpec intelServer(int containers, int workers) {
        List<ContainerSpec> all = new ArrayList<>();
        addContainers(all, "c", "xeon", containers, CPU_NEEDS, workers);
        return new ComputerSpec(List.of(new ProcessorSpec("xeon", ProcessorSpec.Type.CPU, 4e9, 20, 128 * GIB)), all);
    }

    /** How many executions of each lambda there may be at a time, in all its containers together. */
    public Map<String, Integer> workers() {
        Map<String, Integer> workers = new TreeMap<>();
        containers.forEach(each -> workers.merge(each.lambda(), each.workers(), Integer::sum));
        return workers;
    }

    private static void addContainers(
            List<ContainerSpec> all,
            String letter,
            String processor,
            int count,
            ContainerSpec.Needs needs,
            int workers) {
        for (int i = 0; i < count; i++) {
            all.add(new ContainerSpec(letter + "container" + i, processor, letter + "lambda" + i, needs, workers));
        }
    }
}
