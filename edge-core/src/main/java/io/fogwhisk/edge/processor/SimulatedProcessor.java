package io.fogwhisk.edge.processor;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A processor on simulated time. As all its tasks get the same speed, it keeps one figure, how much each was served
 * since the processor was last idle, and a task ends when that reaches its own mark. Confined to the computer's lock;
 * times are nanoseconds since the computer's start.
 */
final class SimulatedProcessor {

    final ProcessorSpec spec;
    private final PriorityQueue<RunningTask> running =
            new PriorityQueue<>(Comparator.comparingDouble((RunningTask each) -> each.task.endsAtServed())
                    .thenComparingLong(each -> each.task.number()));
    private final Loads.Samples samples = new Loads.Samples();
    private volatile Loads loads = Loads.NONE;
    private double served;
    private double freeMemory;
    private double busyNanos;
    private long sampledAt;
    private long now;

    /** A task with its container. */
    record RunningTask(Task task, SimulatedContainer container) {}

    SimulatedProcessor(ProcessorSpec spec) {
        this.spec = spec;
        this.freeMemory = spec.memory();
    }

    /** How busy it was; from any thread. */
    Loads loads() {
        return loads;
    }

    boolean hasMemory(double bytes) {
        return bytes <= freeMemory;
    }

    void begin(Task task, SimulatedContainer container) {
        freeMemory -= task.memory;
        task.endsAtServed = served + task.operations;
        running.add(new RunningTask(task, container));
    }

    /** Lets time pass, at most until {@link #nextEnd}. */
    void advance(long to) {
        int tasks = running.size();
        if (tasks > 0) {
            served += perNano() * (to - now);
            busyNanos += (double) (to - now) * Math.min(tasks, spec.cores()) / spec.cores();
        }
        now = to;
    }

    /** When the next task ends if nothing else happens, or the end of time. */
    long nextEnd() {
        RunningTask next = running.peek();
        if (next == null) {
            return Long.MAX_VALUE;
        }
        double left = (next.task.endsAtServed - served) / perNano();
        // Above that a nanosecond is less than what a double tells apart.
        return left > 1e17 ? Long.MAX_VALUE : now + Math.max(0, Math.round(left));
    }

    /** Takes a task that ends now, to the nanosecond. */
    @Nullable
    RunningTask pollEnded() {
        RunningTask next = running.peek();
        if (next == null || next.task.endsAtServed - served > perNano()) {
            return null;
        }
        running.remove();
        freeMemory += next.task.memory;
        if (running.isEmpty()) {
            served = 0;
        }
        return next;
    }

    /** The utilisation since the last sample, 0 to 1. */
    double sample() {
        double utilisation = Math.min(1, busyNanos / (now - sampledAt));
        busyNanos = 0;
        sampledAt = now;
        loads = samples.add(utilisation);
        return utilisation;
    }

    /** Nanoseconds for a number of operations beside what runs. */
    double nanosFor(double operations, int more) {
        return operations / spec.speedOfEach(Math.max(1, running.size() + more)) * 1e9;
    }

    /** The operations that the running tasks of a container still have to do. */
    double operationsLeft(SimulatedContainer container) {
        return running.stream()
                .filter(each -> each.container == container)
                .mapToDouble(each -> each.task.endsAtServed - served)
                .sum();
    }

    List<Task> drain() {
        List<Task> all = running.stream().map(RunningTask::task).toList();
        running.clear();
        return all;
    }

    private double perNano() {
        return spec.speedOfEach(running.size()) / 1e9;
    }
}
