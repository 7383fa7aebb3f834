package io.fogwhisk.edge.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults 1, 4 and the missing deadlines: what a computer that dies or hangs may cost. */
class KilledComputerTest {

    private static final int CYCLES = 100;
    private static final int CALLERS = 8;

    private final EdgeDomain domain = new EdgeDomain(false);

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void aHundredKillsUnderLoadCostOnlyTheCallsInFlightOnTheComputer() {
        // Given
        Set<String> executed = ConcurrentHashMap.newKeySet();
        Queue<String> twice = new ConcurrentLinkedQueue<>();
        AtomicLong onMortal = new AtomicLong();
        try (PlainComputer steady = new PlainComputer(0, (request, observer) -> {
            execute(request, executed, twice);
            PlainComputer.ok(observer);
        })) {
            PlainComputer mortal = mortal(0, executed, twice, onMortal);
            String endpoint = mortal.endpoint();
            EdgeRouter router = domain.router("");
            domain.install(router, steady.endpoint(), "f");
            domain.install(router, endpoint, "f");
            Load load = new Load(router.endpoint());
            load.start();

            // When
            for (int i = 0; i < CYCLES; i++) {
                // Whoever is back gets calls again by itself.
                long before = onMortal.get();
                EdgeDomain.await().until(() -> onMortal.get() > before);
                mortal.kill();
                // Whoever is not on the dead computer goes on.
                long answered = load.answered.get();
                EdgeDomain.await().until(() -> load.answered.get() > answered + CALLERS);
                mortal = mortal(mortal.port(), executed, twice, onMortal);
                // As the controller does when a computer is back.
                domain.install(router, endpoint, "f");
            }
            load.stop();

            // Then
            assertThat(twice).as("executed twice").isEmpty();
            assertThat(load.failures)
                    .hasSizeLessThanOrEqualTo(CYCLES * CALLERS)
                    .allSatisfy(failure -> assertThat(failure).startsWith("RPC failed: " + endpoint));
            assertThat(router.inFlight()).isZero();
            assertThat(router.waiting()).isZero();
            long before = onMortal.get();
            EdgeDomain.await().until(() -> {
                assertThat(domain.call(router.endpoint(), LambdaCall.of("f", "after")))
                        .isInstanceOf(LambdaResult.Done.class);
                return onMortal.get() > before;
            });
            mortal.close();
        }
    }

    @Test
    void otherLambdasAreServedWhileAComputerDiesAndComesBack() {
        // Given
        try (PlainComputer other = new PlainComputer(0, (request, observer) -> PlainComputer.ok(observer))) {
            PlainComputer mortal = new PlainComputer(0, (request, observer) -> PlainComputer.ok(observer));
            EdgeRouter router = domain.router("");
            domain.install(router, mortal.endpoint(), "f");
            domain.install(router, other.endpoint(), "g");

            // When: more deaths than any pool of connections has places
            for (int i = 0; i < 5; i++) {
                mortal.kill();
                for (int call = 0; call < 5; call++) {
                    domain.call(router.endpoint(), LambdaCall.of("f", ""));
                }
                mortal = new PlainComputer(mortal.port(), (request, observer) -> PlainComputer.ok(observer));

                // Then
                assertThat(domain.call(router.endpoint(), LambdaCall.of("g", "")))
                        .isInstanceOf(LambdaResult.Done.class);
            }
            String endpoint = mortal.endpoint();
            EdgeDomain.await()
                    .until(() -> domain.call(router.endpoint(), LambdaCall.of("f", "")) instanceof LambdaResult.Done);
            assertThat(router.entries()).anyMatch(entry -> entry.destination().equals(endpoint));
            mortal.close();
        }
    }

    @Test
    void aComputerThatHangsHoldsNobodyElse() {
        // Given: as many calls on a computer that never answers as the reference has threads, and more
        AtomicInteger hanging = new AtomicInteger();
        try (PlainComputer silent = new PlainComputer(0, (request, observer) -> hanging.incrementAndGet());
                PlainComputer other = new PlainComputer(0, (request, observer) -> PlainComputer.ok(observer))) {
            EdgeRouter router = domain.router("", 1_000, Duration.ofSeconds(30));
            domain.install(router, silent.endpoint(), "hangs");
            domain.install(router, other.endpoint(), "works");
            EdgeClient client = new EdgeClient(domain.transport());
            for (int i = 0; i < 40; i++) {
                var unused = client.call(router.endpoint(), LambdaCall.of("hangs", ""), Duration.ofSeconds(30));
            }
            EdgeDomain.await().until(() -> hanging.get() > 0);

            // When
            LambdaResult result = domain.call(router.endpoint(), LambdaCall.of("works", ""));

            // Then
            assertThat(result).isInstanceOf(LambdaResult.Done.class);
        }
    }

    private static PlainComputer mortal(int port, Set<String> executed, Queue<String> twice, AtomicLong calls) {
        return new PlainComputer(port, (request, observer) -> {
            calls.incrementAndGet();
            execute(request, executed, twice);
            PlainComputer.ok(observer);
        });
    }

    private static void execute(LambdaRequest request, Set<String> executed, Queue<String> twice) {
        if (!request.getInput().equals("after") && !executed.add(request.getInput())) {
            twice.add(request.getInput());
        }
    }

    /** Callers that send the next lambda when the former one has ended, each with an input of its own. */
    private final class Load {
        private final AtomicLong answered = new AtomicLong();
        private final AtomicLong number = new AtomicLong();
        private final AtomicInteger running = new AtomicInteger();
        private final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private final String router;
        private final List<EdgeClient> clients = new ArrayList<>();
        private volatile boolean stopped;

        Load(String router) {
            this.router = router;
            for (int i = 0; i < CALLERS; i++) {
                clients.add(new EdgeClient(domain.transport()));
            }
        }

        void start() {
            clients.forEach(client -> {
                running.incrementAndGet();
                call(client);
            });
        }

        void stop() {
            stopped = true;
            EdgeDomain.await().until(() -> running.get() == 0);
        }

        private void call(EdgeClient client) {
            client.call(router, LambdaCall.of("f", "n" + number.incrementAndGet()), EdgeDomain.TIMEOUT)
                    .thenAccept(result -> {
                        failure(result).ifPresentOrElse(failures::add, answered::incrementAndGet);
                        if (stopped) {
                            running.decrementAndGet();
                        } else {
                            call(client);
                        }
                    });
        }

        private static Optional<String> failure(LambdaResult result) {
            return result instanceof LambdaResult.Failed failed ? Optional.of(failed.retcode()) : Optional.empty();
        }
    }
}
