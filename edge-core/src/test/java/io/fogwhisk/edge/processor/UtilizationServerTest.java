package io.fogwhisk.edge.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UtilizationServerTest {

    private final AtomicLong clock = new AtomicLong();
    private final SimulatedComputer computer =
            new SimulatedComputer("test", ComputerSpec.raspberry(1, 4, 0, 1), true, clock::get);
    private final EdgeTransport here = new EdgeTransport("server");
    private final EdgeTransport there = new EdgeTransport("client");
    private final UtilizationServer server = new UtilizationServer(here, "127.0.0.1", 0, computer);

    @AfterEach
    void close() {
        server.close();
        there.close();
        here.close();
    }

    @Test
    void streamsAMessagePerSecondToEverySubscriber() {
        // Given
        server.start();
        List<Map<String, Float>> first = new CopyOnWriteArrayList<>();
        List<Map<String, Float>> second = new CopyOnWriteArrayList<>();
        try (UtilizationClient one = new UtilizationClient(there, server.endpoint(), first::add);
                UtilizationClient two = new UtilizationClient(there, server.endpoint(), second::add)) {
            EdgeDomain.await().until(() -> server.subscribers() == 2);

            // When: half a second of one core of four
            var unused = computer.run(
                    LambdaRequest.newBuilder()
                            .setName("clambda0")
                            .setInput("x".repeat(49_996))
                            .build(),
                    new Metadata());
            clock.set(2_000_000_000L);
            computer.advance();

            // Then
            EdgeDomain.await().until(() -> first.size() == 2 && second.size() == 2);
            assertThat(first).containsExactlyElementsOf(second);
            assertThat(first.get(0)).containsExactlyInAnyOrderEntriesOf(Map.of("arm", 0.125f, "bm2837", 0f));
            assertThat(first.get(1)).containsEntry("arm", 0f);
            assertThat(one.end().toCompletableFuture()).isNotDone();
            assertThat(two.end().toCompletableFuture()).isNotDone();
        }
        EdgeDomain.await().until(() -> server.subscribers() == 0);
    }

    @Test
    void endsTheStreamsWhenItCloses() {
        // Given
        server.start();
        try (UtilizationClient client = new UtilizationClient(there, server.endpoint(), values -> {})) {
            EdgeDomain.await().until(() -> server.subscribers() == 1);

            // When
            server.close();

            // Then
            assertThat(client.end()
                            .toCompletableFuture()
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join())
                    .isEmpty();
        }
    }

    @Test
    void refusesTheSubscriberThatIsTooMuch() {
        // Given
        server.start();
        List<UtilizationClient> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(new UtilizationClient(there, server.endpoint(), values -> {}));
        }
        EdgeDomain.await().until(() -> server.subscribers() == 100);

        // When
        try (UtilizationClient tooMuch = new UtilizationClient(there, server.endpoint(), values -> {})) {

            // Then
            assertThat(tooMuch.end()
                            .toCompletableFuture()
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join())
                    .contains("too many subscribers");
            assertThat(server.subscribers()).isEqualTo(100);
        }
        clients.forEach(UtilizationClient::close);
    }
}
