package io.fogwhisk.edge.processor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container with its workers and its queue. Confined to the computer's lock. */
final class SimulatedContainer {

    final ContainerSpec spec;
    final SimulatedProcessor processor;
    private final Deque<Task> waiting = new ArrayDeque<>();
    private int running;

    SimulatedContainer(ContainerSpec spec, SimulatedProcessor processor) {
        this.spec = spec;
        this.processor = processor;
    }

    /** Whether a task could begin at once. */
    boolean isFree(double memory) {
        return waiting.isEmpty() && running < spec.workers() && processor.hasMemory(memory);
    }

    int waiting() {
        return waiting.size();
    }

    void begin(Task task) {
        running++;
        processor.begin(task, this);
    }

    void ended() {
        running--;
    }

    /** Lets a task wait; false if too many wait already. */
    boolean await(Task task) {
        return waiting.size() < spec.maxWaiting() && waiting.add(task);
    }

    /** The task that may leave the queue now: because it can run, or because nobody waits for it. */
    @Nullable
    Task next() {
        Task head = waiting.peek();
        if (head == null) {
            return null;
        }
        boolean runs = running < spec.workers() && processor.hasMemory(head.memory);
        return runs || head.abandoned() ? head : null;
    }

    void leave(Task head) {
        waiting.remove(head);
    }

    /** Takes everything out of the queue that nobody waits for. */
    List<Task> purge() {
        List<Task> gone = waiting.stream().filter(Task::abandoned).toList();
        waiting.removeAll(gone);
        return gone;
    }

    List<Task> drain() {
        List<Task> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    /** How long a task would take, waiting included, as far as can be told now. */
    double nanosFor(double operations, double memory) {
        double before = 0;
        if (!isFree(memory)) {
            double ahead = processor.operationsLeft(this)
                    + waiting.stream().mapToDouble(each -> each.operations).sum();
            before = processor.nanosFor(ahead / spec.workers(), 0);
        }
        return before + processor.nanosFor(operations, before > 0 ? 0 : 1);
    }
}
