package io.fogwhisk.edge.processor;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.edge.computer.RequestExecutor;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs lambdas on simulated processors: a lambda that takes some operations ends when a real processor of that speed
 * would have done them. Events are worked off at the very nanosecond at which they are due, however late the thread
 * wakes, so the figures are exact. A lambda without operations ends at once, on the caller's thread.
 *
 * <p>One thread for everything; it exists between {@link #start} and {@link #close}. Closing refuses what waits and ends what
 * runs.
 * Thread-safe.
 */
public final class SimulatedComputer implements RequestExecutor, Service {

    private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String OVER = Retcode.RPC_FAILED + "the caller went away before the lambda began";
    private static final String ENDED = "the computer was closed while the lambda ran";

    private final LongSupplier nanoClock;
    private final long origin;
    private final Thread thread;
    private final List<SimulatedProcessor> processors = new ArrayList<>();
    private final List<SimulatedContainer> all = new ArrayList<>();
    private final Map<String, List<SimulatedContainer>> containers = new HashMap<>();
    private final List<Consumer<Map<String, Double>>> observers = new CopyOnWriteArrayList<>();
    private volatile boolean used;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private List<Runnable> endings = new ArrayList<>();
    private long now;
    private long sampleAt;
    private long tasks;
    private boolean closed;

    /**
     * A computer that has not started.
     *
     * @param name for its thread
     * @param sampling whether to measure loads, once a second; else they are 0
     * @param nanoClock as {@link System#nanoTime}
     */
    public SimulatedComputer(String name, ComputerSpec spec, boolean sampling, LongSupplier nanoClock) {
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock is null");
        this.origin = nanoClock.getAsLong();
        this.sampleAt = sampling ? SAMPLE_NANOS : Long.MAX_VALUE;
        this.thread = NamedThreads.single(name + "-processors").newThread(this::work);
        Map<String, SimulatedProcessor> byName = new HashMap<>();
        for (ProcessorSpec each : spec.processors()) {
            SimulatedProcessor processor = new SimulatedProcessor(each);
            processors.add(processor);
            byName.put(each.name(), processor);
        }
        for (ContainerSpec each : spec.containers()) {
            SimulatedContainer container =
                    new SimulatedContainer(each, Objects.requireNonNull(byName.get(each.processor())));
            all.add(container);
            containers.computeIfAbsent(each.lambda(), key -> new ArrayList<>()).add(container);
        }
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        List<Runnable> last;
        lock.lock();
        try {
            closed = true;
            processors.forEach(each -> each.drain().forEach(task -> refuse(task, ENDED)));
            for (SimulatedContainer each : all) {
                each.drain().forEach(task -> refuse(task, Retcode.FULL + ": the computer is closing"));
            }
            changed.signal();
            last = taken();
        } finally {
            lock.unlock();
        }
        last.forEach(Runnable::run);
    }

    /** Tells the utilisation of each processor, 0 to 1, once a second from the first lambda on. Must not block. */
    public void observe(Consumer<Map<String, Double>> observer) {
        observers.add(observer);
    }

    @Override
    public boolean knows(String lambda) {
        return containers.containsKey(lambda);
    }

    @Override
    public CompletionStage<LambdaResponse.Builder> run(LambdaRequest request, Metadata headers) {
        List<SimulatedContainer> candidates = containers.get(request.getName());
        if (candidates == null) {
            return CompletableFuture.completedFuture(
                    RequestExecutor.failure(request, Retcode.NO_CONTAINER + request.getName() + " found"));
        }
        if (!used) {
            used = true;
        }
        int length = request.getInputBytes().size();
        SimulatedContainer first = candidates.get(0);
        if (first.spec.needs().operations(length) == 0) {
            return CompletableFuture.completedFuture(answer(request, first, first.processor.loads()));
        }
        CompletableFuture<LambdaResponse.Builder> future;
        List<Runnable> ended;
        lock.lock();
        try {
            settle();
            future = place(request, length, chosen(candidates, length));
            changed.signal();
            ended = taken();
        } finally {
            lock.unlock();
        }
        ended.forEach(Runnable::run);
        return future;
    }

    @Override
    public LambdaResponse.Builder estimate(LambdaRequest request) {
        List<SimulatedContainer> candidates = containers.get(request.getName());
        if (candidates == null) {
            return RequestExecutor.failure(request, Retcode.NO_CONTAINER + request.getName() + " found");
        }
        int length = request.getInputBytes().size();
        double nanos;
        SimulatedContainer container;
        List<Runnable> ended;
        lock.lock();
        try {
            settle();
            container = chosen(candidates, length);
            ContainerSpec.Needs needs = container.spec.needs();
            nanos = container.nanosFor(needs.operations(length), needs.memory(length));
            ended = taken();
        } finally {
            lock.unlock();
        }
        ended.forEach(Runnable::run);
        return withLoads(RequestExecutor.answer(request, ""), container.processor.loads())
                .setPtime((int) Math.min(Integer.MAX_VALUE, Math.round(nanos / 1e6)));
    }

    /**
     * Works off everything that is due and returns in how many nanoseconds the next event is. The thread of a computer
     * that was started does that by itself.
     */
    long advance() {
        List<Runnable> ended;
        long next;
        lock.lock();
        try {
            settle();
            next = nextEvent();
            ended = taken();
        } finally {
            lock.unlock();
        }
        ended.forEach(Runnable::run);
        return next == Long.MAX_VALUE ? next : next - now();
    }

    private void work() {
        boolean ending = false;
        while (!ending) {
            List<Runnable> ended;
            lock.lock();
            try {
                settle();
                ended = taken();
                if (ended.isEmpty() && !ending) {
                    long wait = Math.min(nextEvent() - now(), SAMPLE_NANOS);
                    if (wait > 0) {
                        changed.awaitNanos(wait);
                    }
                }
                ending = closed;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                lock.unlock();
            }
            ended.forEach(Runnable::run);
        }
    }

    private long now() {
        return nanoClock.getAsLong() - origin;
    }

    private long nextEvent() {
        long next = sampleAt;
        for (SimulatedProcessor each : processors) {
            next = Math.min(next, each.nextEnd());
        }
        return next;
    }

    private void settle() {
        long until = Math.max(now, now());
        for (long next = nextEvent(); next <= until; next = nextEvent()) {
            pass(next);
            if (next == sampleAt) {
                sample();
            }
            for (SimulatedProcessor each : processors) {
                for (var ended = each.pollEnded(); ended != null; ended = each.pollEnded()) {
                    ended.container().ended();
                    end(ended.task(), ended.container());
                }
            }
            startWaiting();
        }
        pass(until);
    }

    private void pass(long to) {
        now = to;
        processors.forEach(each -> each.advance(to));
    }

    private void sample() {
        sampleAt += SAMPLE_NANOS;
        Map<String, Double> utilisation = new LinkedHashMap<>();
        processors.forEach(each -> utilisation.put(each.spec.name(), each.sample()));
        if (used) {
            endings.add(() -> observers.forEach(each -> each.accept(utilisation)));
        }
    }

    private SimulatedContainer chosen(List<SimulatedContainer> candidates, int length) {
        SimulatedContainer best = candidates.get(0);
        for (SimulatedContainer each : candidates) {
            if (each.isFree(each.spec.needs().memory(length))) {
                return each;
            }
            best = each.waiting() < best.waiting() ? each : best;
        }
        return best;
    }

    private CompletableFuture<LambdaResponse.Builder> place(
            LambdaRequest request, int length, SimulatedContainer container) {
        ContainerSpec.Needs needs = container.spec.needs();
        Task task = new Task(
                request, needs.operations(length), needs.memory(length), now, tasks++, container.processor.loads());
        ProcessorSpec processor = container.processor.spec;
        if (closed) {
            refuse(task, Retcode.FULL + ": the computer is closing");
        } else if (task.memory > processor.memory()) {
            refuse(
                    task,
                    "lambda " + request.getName() + " needs " + (long) task.memory + " bytes of memory for this input, "
                            + processor.name() + " has " + processor.memory());
        } else if (container.isFree(task.memory)) {
            container.begin(task);
        } else if (!container.await(task)) {
            container.purge().forEach(each -> refuse(each, OVER));
            if (!container.await(task)) {
                refuse(
                        task,
                        Retcode.FULL + " at container " + container.spec.name() + ": " + container.waiting()
                                + " wait already");
            }
        }
        return task.future;
    }

    private void startWaiting() {
        for (SimulatedContainer next = oldest(); next != null; next = oldest()) {
            Task task = Objects.requireNonNull(next.next());
            next.leave(task);
            if (task.abandoned()) {
                refuse(task, OVER);
            } else {
                next.begin(task);
            }
        }
    }

    /** Of the containers whose head can leave, the one whose head came first. */
    private @Nullable SimulatedContainer oldest() {
        SimulatedContainer oldest = null;
        long number = Long.MAX_VALUE;
        for (SimulatedContainer each : all) {
            Task head = each.next();
            if (head != null && head.number < number) {
                oldest = each;
                number = head.number;
            }
        }
        return oldest;
    }

    private void refuse(Task task, String retcode) {
        endings.add(() -> task.future.complete(RequestExecutor.failure(task.request, retcode)));
    }

    private void end(Task task, SimulatedContainer container) {
        int millis = (int) Math.min(Integer.MAX_VALUE, Math.round((now - task.arrivedAt) / 1e6));
        endings.add(() ->
                task.future.complete(answer(task.request, container, task.loads).setPtime(millis)));
    }

    private List<Runnable> taken() {
        if (endings.isEmpty()) {
            return List.of();
        }
        List<Runnable> ended = endings;
        endings = new ArrayList<>();
        return ended;
    }

    private static LambdaResponse.Builder answer(LambdaRequest request, SimulatedContainer container, Loads loads) {
        return withLoads(RequestExecutor.answer(request, container.spec.output().orElseGet(request::getInput)), loads);
    }

    private static LambdaResponse.Builder withLoads(LambdaResponse.Builder response, Loads loads) {
        return response.setLoad1(loads.last()).setLoad10(loads.ten()).setLoad30(loads.thirty());
    }
}
