package io.fogwhisk.edge.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.rpc.CallMetadata;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunRequest;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Deadlines travel with a call, and a call without an answer is repeated only if that does no harm. */
class DeadlineTest {

    private final EdgeDomain domain = new EdgeDomain(false);

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void theCallersDeadlineReachesTheComputerThroughTwoRouters() {
        // Given
        List<Deadline> seen = new CopyOnWriteArrayList<>();
        EdgeComputer computer = domain.computer(
                "",
                0,
                call -> {
                    seen.add(Context.current().getDeadline());
                    return CompletableFuture.completedStage(LambdaResult.done(""));
                },
                "f");
        EdgeRouter near = domain.router("");
        EdgeRouter far = domain.router("");
        domain.install(near, far.endpoint(), "f");
        domain.install(far, computer.endpoint(), "f");

        // When
        new EdgeClient(domain.transport())
                .call(near.endpoint(), LambdaCall.of("f", ""), Duration.ofSeconds(5))
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();

        // Then
        assertThat(seen)
                .singleElement()
                .satisfies(deadline -> assertThat(deadline.timeRemaining(TimeUnit.MILLISECONDS))
                        .isLessThanOrEqualTo(5_000));
    }

    @Test
    void aDeadlineEndsTheCallOnEveryHop() {
        // Given: a computer that never answers
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        EdgeComputer computer = domain.computer(
                "",
                0,
                call -> {
                    Context.current().addListener(context -> cancelled.complete(null), Runnable::run);
                    return new CompletableFuture<>();
                },
                "f");
        EdgeRouter router = domain.router("");
        domain.install(router, computer.endpoint(), "f");

        // When
        LambdaResult result = new EdgeClient(domain.transport())
                .call(router.endpoint(), LambdaCall.of("f", ""), Duration.ofMillis(300))
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();

        // Then
        assertThat(EdgeDomain.retcode(result)).startsWith("RPC failed: ");
        cancelled.orTimeout(20, TimeUnit.SECONDS).join();
        EdgeDomain.await().until(() -> router.inFlight() == 0);
    }

    @Test
    void onlyACallThatMayRunTwiceGoesToAnotherComputerWhenOneDoesNotAnswer() {
        // Given: whoever is asked first dies with the call
        EdgeRouter router = domain.router("", 100, Duration.ofSeconds(20));
        AtomicInteger asked = new AtomicInteger();
        List<EdgeTransport> transports = List.of(domain.transport(), domain.transport(), domain.transport());
        for (EdgeTransport transport : transports) {
            EdgeComputer computer = new EdgeComputer(
                    new EdgeComputerConfig("127.0.0.1", 0, "", EdgeDomain.HEARTBEAT),
                    call -> {
                        if (asked.getAndIncrement() % 2 == 0) {
                            new Thread(transport::close, "dying").start();
                            return new CompletableFuture<>();
                        }
                        return CompletableFuture.completedStage(LambdaResult.done("alive"));
                    },
                    transport,
                    domain.metrics);
            computer.announce(Set.of("f"));
            computer.start();
            domain.install(router, computer.endpoint(), "f");
        }
        Metadata idempotent = new Metadata();
        idempotent.put(CallMetadata.IDEMPOTENT, "true");

        // When
        RunAnswer twice = run(router, idempotent);
        RunAnswer once = run(router, new Metadata());

        // Then
        assertThat(twice.retcode()).isEqualTo("OK");
        assertThat(once.retcode()).startsWith("RPC failed: ");
        assertThat(asked).hasValue(3);
    }

    private RunAnswer run(EdgeRouter router, Metadata headers) {
        return new EdgeClient(domain.transport())
                .run(
                        router.endpoint(),
                        RunRequest.of(LambdaCall.of("f", "").toProto()),
                        headers,
                        Duration.ofSeconds(20))
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
