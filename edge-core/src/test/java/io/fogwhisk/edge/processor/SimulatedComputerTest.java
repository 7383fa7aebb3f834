package io.fogwhisk.edge.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.State;
import io.grpc.Context;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SimulatedComputerTest {

    private static final long MS = 1_000_000;

    private final AtomicLong clock = new AtomicLong(-5_000_000_000L);

    @Test
    void takesAsLongAsTheProcessorWould() {
        // Given
        SimulatedComputer computer = computer(ComputerSpec.raspberry(1, 4, 1, 2));

        // When
        var cpu = run(computer, "clambda0", 100);
        var gpu = run(computer, "glambda0", 100);

        // Then
        assertThat(endOf(computer, cpu)).isEqualTo(1_040_000);
        assertThat(gpu).isCompleted();
        assertThat(cpu.join().getPtime()).isEqualTo(1);
        assertThat(cpu.join().getOutput()).hasSize(100);
    }

    @Test
    void sharesTheCoresEqually() {
        // Given: 2 cores of 1e9 op/s, tasks of 1e6 op
        SimulatedComputer computer = computer(one(2, 1_000, new ContainerSpec.Needs(0, 1e6, 0, 0), 8, 10));

        // When: 1 ms alone at full speed; with 4, each has half a core
        var two = List.of(run(computer, "f", 1), run(computer, "f", 1));
        pass(computer, MS / 2);
        var four = List.of(run(computer, "f", 1), run(computer, "f", 1));

        // Then: the first two have half their work left at half speed, then the others half of theirs at full speed
        assertThat(endOf(computer, two.get(0))).isEqualTo(MS);
        assertThat(two.get(1)).isCompleted();
        assertThat(endOf(computer, four.get(0))).isEqualTo(MS / 2);
        assertThat(four.get(1)).isCompleted();
        assertThat(four.get(1).join().getPtime()).isEqualTo(2);
    }

    @Test
    void isExactHoweverLateItWakes() {
        // Given: one core, tasks of 1 and 2 ms that begin together
        SimulatedComputer computer = computer(one(1, 1_000, new ContainerSpec.Needs(1e6, 0, 0, 0), 8, 10));
        var one = run(computer, "f", 1);
        var two = run(computer, "f", 2);

        // When
        pass(computer, 100 * MS);

        // Then: sharing until 2 ms, then alone until 3 ms
        assertThat(one.join().getPtime()).isEqualTo(2);
        assertThat(two.join().getPtime()).isEqualTo(3);
    }

    @Test
    void letsWhatFindsNoWorkerWaitInOrder() {
        // Given
        SimulatedComputer computer = computer(one(4, 1_000, new ContainerSpec.Needs(0, 1e6, 0, 0), 1, 10));
        List<Integer> order = new ArrayList<>();
        List<CompletableFuture<LambdaResponse.Builder>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            var answer = run(computer, "f", 1);
            answers.add(answer);
            var unused = answer.thenRun(() -> order.add(number));
        }

        // When
        pass(computer, 10 * MS);

        // Then
        assertThat(order).containsExactly(0, 1, 2);
        assertThat(answers).extracting(each -> each.join().getPtime()).containsExactly(1, 2, 3);
    }

    @Test
    void letsWhatFindsNoMemoryWait() {
        // Given: 1,000 bytes, tasks of 600
        SimulatedComputer computer = computer(one(4, 1_000, new ContainerSpec.Needs(0, 1e6, 0, 600), 4, 10));

        // When
        var unused = run(computer, "f", 1);
        var second = run(computer, "f", 1);

        // Then
        assertThat(endOf(computer, second)).isEqualTo(2 * MS);
    }

    @Test
    void refusesWhatCanNeverRun() {
        // Given
        SimulatedComputer computer = computer(one(4, 1_000, new ContainerSpec.Needs(0, 1e6, 100, 0), 4, 10));

        // Then
        assertThat(run(computer, "f", 11).join().getRetcode())
                .isEqualTo("lambda f needs 1100 bytes of memory for this input, p has 1000");
    }

    @Test
    void refusesWhatFindsTheQueueFullSoThatOthersMayTakeIt() {
        // Given
        SimulatedComputer computer = computer(one(4, 1_000, new ContainerSpec.Needs(0, 1e6, 0, 0), 1, 2));
        for (int i = 0; i < 3; i++) {
            var unused = run(computer, "f", 1);
        }

        // When
        String retcode = run(computer, "f", 1).join().getRetcode();

        // Then
        assertThat(retcode).startsWith(Retcode.FULL).contains("2 wait already");
        assertThat(Retcode.saysNotExecuted(retcode)).isTrue();
    }

    @Test
    void givesPlacesInTheQueueOfCallersThatWentAwayToOthers() {
        // Given
        SimulatedComputer computer = computer(one(4, 1_000, new ContainerSpec.Needs(0, 1e6, 0, 0), 1, 1));
        var unused = run(computer, "f", 1);
        Context.CancellableContext caller = Context.ROOT.withCancellation();
        List<CompletableFuture<LambdaResponse.Builder>> gone = new ArrayList<>();
        caller.run(() -> gone.add(run(computer, "f", 1)));

        // When
        caller.cancel(null);
        var next = run(computer, "f", 1);

        // Then
        assertThat(gone.get(0).join().getRetcode()).contains("went away");
        assertThat(endOf(computer, next)).isEqualTo(2 * MS);
        assertThat(next.join().getRetcode()).isEqualTo(Retcode.OK);
    }

    @Test
    void measuresLoadsBeforeEachExecution() {
        // Given: 2 cores; a task of 500 ms keeps one busy
        SimulatedComputer computer = computer(one(2, 1_000, new ContainerSpec.Needs(1e6, 0, 0, 0), 8, 10));
        List<Map<String, Double>> samples = new ArrayList<>();
        computer.observe(samples::add);
        var first = run(computer, "f", 500);

        // When
        pass(computer, 1_000 * MS);
        var second = run(computer, "f", 1);
        pass(computer, 1_000 * MS);
        var third = run(computer, "f", 1);
        pass(computer, 10 * MS);

        // Then
        assertThat(first.join().getLoad1()).isZero();
        assertThat(second.join().getLoad1()).isEqualTo(25);
        assertThat(second.join().getLoad10()).isEqualTo(25);
        assertThat(third.join().getLoad1()).isZero();
        assertThat(third.join().getLoad10()).isEqualTo(13);
        assertThat(third.join().getLoad30()).isEqualTo(13);
        assertThat(samples).hasSize(2);
        assertThat(samples.get(0).get("p")).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void saysNothingOfAComputerThatWasNeverUsed() {
        // Given
        SimulatedComputer computer = computer(ComputerSpec.intelServer(1, 1));
        List<Map<String, Double>> samples = new ArrayList<>();
        computer.observe(samples::add);

        // When
        pass(computer, 3_000 * MS);

        // Then
        assertThat(samples).isEmpty();
    }

    @Test
    void estimatesWithoutRunning() {
        // Given: one core, one worker, tasks of 4 ms
        SimulatedComputer computer = computer(one(1, 1_000, new ContainerSpec.Needs(0, 4e6, 0, 0), 1, 10));

        // Then
        assertThat(computer.estimate(request("f", 1)).getPtime()).isEqualTo(4);
        var running = run(computer, "f", 1);
        pass(computer, MS);
        assertThat(computer.estimate(request("f", 1)).getPtime()).isEqualTo(7);
        assertThat(endOf(computer, running)).isEqualTo(3 * MS);
        assertThat(computer.estimate(request("f", 1)).getPtime()).isEqualTo(4);
    }

    @Test
    void answersALambdaWithoutOperationsAtOnce() {
        // Given
        SimulatedComputer computer = computer(one(1, 0, new ContainerSpec.Needs(0, 0, 0, 0), 1, 0));

        // Then
        assertThat(run(computer, "f", 3)).isCompleted();
        assertThat(run(computer, "f", 3).join().getOutput()).isEqualTo("xxx");
    }

    @Test
    void returnsAFixedOutputAndTheStates() {
        // Given
        ContainerSpec container =
                new ContainerSpec("c", "p", "f", new ContainerSpec.Needs(0, 1, 0, 0), Optional.of("fixed"), 1, 10);
        SimulatedComputer computer = computer(new ComputerSpec(
                List.of(new ProcessorSpec("p", ProcessorSpec.Type.CPU, 1e9, 1, 0)), List.of(container)));
        State state = State.newBuilder().setLocation("h:1").build();

        // When
        var answer = computer.run(
                        request("f", 1).toBuilder().putStates("s", state).build(), new Metadata())
                .toCompletableFuture();
        pass(computer, MS);

        // Then
        assertThat(answer.join().getOutput()).isEqualTo("fixed");
        assertThat(answer.join().getStatesMap()).containsEntry("s", state);
    }

    @Test
    void runsByItselfInRealTimeAndEndsWhatRunsWhenItCloses() {
        // Given
        SimulatedComputer computer = new SimulatedComputer(
                "test", one(1, 1_000, new ContainerSpec.Needs(1e6, 0, 0, 0), 1, 10), true, System::nanoTime);
        computer.start();

        // When
        LambdaResponse.Builder quick =
                run(computer, "f", 2).orTimeout(20, TimeUnit.SECONDS).join();
        var slow = run(computer, "f", 1_000_000);
        var queued = run(computer, "f", 1);
        computer.close();

        // Then
        assertThat(quick.getPtime()).isEqualTo(2);
        assertThat(slow.join().getRetcode()).contains("closed");
        assertThat(queued.join().getRetcode()).startsWith(Retcode.FULL);
        assertThat(run(computer, "f", 1).join().getRetcode()).startsWith(Retcode.FULL);
    }

    private SimulatedComputer computer(ComputerSpec spec) {
        return new SimulatedComputer("test", spec, true, clock::get);
    }

    private static ComputerSpec one(int cores, long memory, ContainerSpec.Needs needs, int workers, int maxWaiting) {
        return new ComputerSpec(
                List.of(new ProcessorSpec("p", ProcessorSpec.Type.CPU, 1e9, cores, memory)),
                List.of(new ContainerSpec("c", "p", "f", needs, Optional.empty(), workers, maxWaiting)));
    }

    private static LambdaRequest request(String lambda, int size) {
        return LambdaRequest.newBuilder()
                .setName(lambda)
                .setInput("x".repeat(size))
                .build();
    }

    private static CompletableFuture<LambdaResponse.Builder> run(SimulatedComputer computer, String lambda, int size) {
        return computer.run(request(lambda, size), new Metadata()).toCompletableFuture();
    }

    private void pass(SimulatedComputer computer, long nanos) {
        clock.addAndGet(nanos);
        computer.advance();
    }

    /** Lets time pass from event to event and says how many nanoseconds it took until an answer came. */
    private long endOf(SimulatedComputer computer, CompletableFuture<?> answer) {
        long began = clock.get();
        for (int i = 0; i < 100 && !answer.isDone(); i++) {
            clock.addAndGet(computer.advance());
            computer.advance();
        }
        assertThat(answer).isCompleted();
        return clock.get() - began;
    }
}
